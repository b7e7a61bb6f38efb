"""Statements that run with every page: SQLAlchemy writes them, and the driver itself takes them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection


class Direct:
    """One statement, made once.

    SQLite works in a thread, and what counts there is how often the event loop and the thread wait for each
    other: SQLAlchemy's way to it takes three turns for each statement, and the driver's own only one.

    Args:
        statement: with named parameters.
        dialect: the database's.

    Attributes:
        names: the parameters in the order in which the driver takes their values.
    """

    def __init__(self, statement: sa.Update | sa.Insert, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.names: Sequence[str] = compiled.positiontup or ()
        self._text = str(compiled)
        self._lite = dialect.name == "sqlite"

    async def run(self, connection: AsyncConnection, values: Mapping[str, object]) -> int:
        """Run it with these values, and return how many rows it changed."""
        ordered = tuple([self._plain(values[name]) for name in self.names])
        if self._lite:
            return await _run_lite(connection, self._text, ordered)
        return (await connection.exec_driver_sql(self._text, ordered)).rowcount

    async def run_many(self, connection: AsyncConnection, rows: list[tuple[Any, ...]]) -> None:
        """Run it with each of these rows of values, which are in order and such as the driver takes them."""
        if self._lite:
            await _run_lite(connection, self._text, rows)
        else:
            await connection.exec_driver_sql(self._text, rows)

    def _plain(self, value: object) -> object:
        return str(value) if self._lite and isinstance(value, dt.datetime) else value


async def _run_lite(
    connection: AsyncConnection, text: str, values: list[tuple[Any, ...]] | tuple[Any, ...]
) -> int:
    driver: Any = (await connection.get_raw_connection()).driver_connection
    run = driver.executemany if isinstance(values, list) else driver.execute
    try:
        return int((await run(text, values)).rowcount)
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error
