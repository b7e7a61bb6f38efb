"""An SQLite in memory with the tables that queries named so far. Queries can only read it."""

from __future__ import annotations

import itertools
import sqlite3
import weakref
from collections.abc import Mapping
from typing import Any, Final

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.sql import functions, texts
from odapi_async.sandbox.sql.columns import columns, stored
from odapi_async.sandbox.sql.work import CHECKED_EVERY, Work
from odapi_async.sandbox.tables import Table

_MAX_VALUE: Final = 1_000_000
_TYPES: Final = {
    "int": "INTEGER",
    "bool": "INTEGER",
    "float": "REAL",
    **dict.fromkeys(("date", "datetime", "time"), "TEXT"),
}
_TEXT: Final = f"TEXT COLLATE {texts.COLLATION}"
_READS: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})


class Database:
    """The database of one office: it has the tables that queries named, with their present rows."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        self._work = Work()
        functions.register(self._connection, self._work)
        texts.register(self._connection, self._work)
        self._loaded: dict[str, tuple[object, ...]] = {}
        weakref.finalize(self, self._connection.close)

    def rows(
        self, statement: str, tables: Mapping[str, Table], offset: int, limit: int
    ) -> list[tuple[Any, ...]]:
        """Run a SELECT and return some of its rows.

        Args:
            statement: the SELECT in SQLite's dialect.
            tables: the tables that it names.
            offset: how many rows to skip.
            limit: how many rows to return at most.

        Raises:
            Refusal: SQLite does not understand it, it does more than read, or it takes too long.
        """
        for name, table in tables.items():
            self._load(name, table)
        self._work.begin()
        self._connection.set_authorizer(_authorize)
        self._connection.set_progress_handler(self._work.checked, CHECKED_EVERY)
        try:
            return [*itertools.islice(self._connection.execute(statement), offset, offset + limit)]
        except (sqlite3.Error, OverflowError):
            late = self._work.is_too_much
            raise Refusal(400, "The query takes too long." if late else "The query is invalid.") from None
        finally:
            self._connection.set_progress_handler(None, 0)
            self._connection.set_authorizer(None)

    def _load(self, name: str, table: Table) -> None:
        state = (table, table.changes, *(source.changes for source in table.sources()))
        if self._loaded.get(name) == state:
            return
        fields = columns(table)
        defined = ", ".join(f'"{field.name}" {_TYPES.get(field.type, _TEXT)}' for field in fields)
        places = ", ".join("?" * len(fields))
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.execute(f'DROP TABLE IF EXISTS "{name}"')
            self._connection.execute(f'CREATE TABLE "{name}" ({defined})')
            self._connection.executemany(
                f'INSERT INTO "{name}" VALUES ({places})',  # noqa: S608 - names of the catalogue
                ([stored(field, row[field.name]) for field in fields] for row in table.all()),
            )
        self._loaded[name] = state


def _authorize(action: int, _: str | None, name: str | None, *__: str | None) -> int:
    if action in _READS or (action == sqlite3.SQLITE_FUNCTION and name in functions.ALLOWED):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
