"""Statements that run once per page: compiled by SQLAlchemy, executed by the driver itself."""

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

_MAX_PARAMETERS: Final = 12_000 if sqlite3.sqlite_version_info >= (3, 32) else 999
"""Values per statement: enough for hundreds of rows, and below SQLite's own limit."""

_INSERT: Final = re.compile(r"(.* VALUES )(\([^()]*\))( ON CONFLICT .*)", re.DOTALL)


class CompiledStatement:
    """One statement, compiled once.

    SQLite runs in a thread, and its cost is the number of times that the event loop and the thread wait for
    each other: three times per statement through SQLAlchemy, once through the driver. For the same reason
    many rows go into one statement: `executemany` would release the GIL for each row.

    Args:
        statement: a statement with named parameters.
        dialect: the dialect of the database.

    Attributes:
        names: the parameters in the order in which the driver takes their values.
    """

    def __init__(self, statement: sa.Update | sa.Insert, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.names: Sequence[str] = compiled.positiontup or ()
        self._text = str(compiled)
        self._is_sqlite = dialect.name == "sqlite"

    async def run(self, connection: AsyncConnection, values: Mapping[str, object]) -> int:
        """Run the statement with these values, and return how many rows it changed."""
        ordered = tuple([self._driver_value(values[name]) for name in self.names])
        if self._is_sqlite:
            return await _run_sqlite(connection, self._text, ordered)
        return (await connection.exec_driver_sql(self._text, ordered)).rowcount

    async def run_many(self, connection: AsyncConnection, rows: Iterator[tuple[Any, ...]]) -> None:
        """Run the statement for each row of values, which are in the order of `names`."""
        if not self._is_sqlite:
            await connection.exec_driver_sql(self._text, list(rows))
            return
        per_statement = _MAX_PARAMETERS // len(self.names)
        while values := list(chain.from_iterable(islice(rows, per_statement))):
            await _run_sqlite(connection, self._with_rows(len(values) // len(self.names)), values)

    def _with_rows(self, count: int) -> str:
        """Return the text of an insert of this many rows."""
        return _INSERT.sub(lambda found: f"{found[1]}{', '.join([found[2]] * count)}{found[3]}", self._text)

    def _driver_value(self, value: object) -> object:
        return str(value) if self._is_sqlite and isinstance(value, dt.datetime) else value


async def _run_sqlite(connection: AsyncConnection, text: str, values: Sequence[object]) -> int:
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        return int((await driver.execute(text, values)).rowcount)
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error
