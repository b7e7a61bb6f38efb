"""Statements that run with every page: SQLAlchemy writes them, and the driver itself takes them."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

_PARAMETERS: Final = 12_000 if sqlite3.sqlite_version_info >= (3, 32) else 999
"""Values that go with one statement: enough for hundreds of rows, and fewer than SQLite takes at most."""

_INSERT: Final = re.compile(r"(.* VALUES )(\([^()]*\))( ON CONFLICT .*)", re.DOTALL)


class CompiledStatement:
    """One statement, made once.

    SQLite works in a thread, and what counts there is how often the event loop and the thread wait for each
    other: SQLAlchemy's way to it takes three turns for each statement, and the driver's own only one. So many
    rows go with one statement, too, where `executemany` would let go of the interpreter for each.

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

    async def run_many(self, connection: AsyncConnection, rows: Iterator[tuple[Any, ...]]) -> None:
        """Run it with each of these rows of values, which are in order and such as the driver takes them."""
        if not self._lite:
            await connection.exec_driver_sql(self._text, list(rows))
            return
        together = _PARAMETERS // len(self.names)
        while values := list(chain.from_iterable(islice(rows, together))):
            await _run_lite(connection, self._with_rows(len(values) // len(self.names)), values)

    def _with_rows(self, count: int) -> str:
        """Return the text of an insert for so many rows."""
        return _INSERT.sub(lambda found: f"{found[1]}{', '.join([found[2]] * count)}{found[3]}", self._text)

    def _plain(self, value: object) -> object:
        return str(value) if self._lite and isinstance(value, dt.datetime) else value


async def _run_lite(connection: AsyncConnection, text: str, values: Sequence[object]) -> int:
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        return int((await driver.execute(text, values)).rowcount)
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error
