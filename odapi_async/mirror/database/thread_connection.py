"""SQLite connections that run several statements in one turn of the driver's thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], object]


class ThreadConnection(sqlite3.Connection):
    """A connection that also runs functions: `execute("", function)` calls it with the connection.

    The driver has a thread for each connection, and no other way to run several statements in one turn of it.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement, or run a function."""
        if callable(parameters):
            cast("Work", parameters)(self)
            return self.cursor()
        return super().execute(sql, parameters)


async def run_in_thread(connection: AsyncConnection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run a function in the thread of a connection, and return its result."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    results: list[T] = []

    def run(raw: sqlite3.Connection) -> None:
        results.append(work(raw))

    try:
        await driver.execute("", run)
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error
    return results[0]
