"""Writes pages into SQLite: a whole transaction in one turn of the driver's thread.

The event loop and the thread wait for each other once for a transaction, not once for a statement.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import RUN_FIELDS, cursor_values, next_version, run_values
from odapi_async.mirror.database.pages import Page
from odapi_async.mirror.database.schema import RUNS, SKIPPED, STATE
from odapi_async.mirror.database.thread_connection import run_in_thread
from odapi_async.mirror.database.upsert import Upsert
from odapi_async.mirror.errors import ConcurrentMirror

_MAX_PARAMETERS: Final = 2_000 if sqlite3.sqlite_version_info >= (3, 32) else 999
"""Values per statement: some forty rows. Statements of hundreds of rows were slower.

`executemany` would release the GIL for each row.
"""


class SqlitePages:
    """Writes pages in one transaction.

    Args:
        engine: the engine of the database.
        upserts: the statements of each table.
    """

    def __init__(self, engine: AsyncEngine, upserts: Callable[[str], Upsert]) -> None:
        self._engine = engine
        self._upserts = upserts

    async def commit(self, pages: Sequence[Page]) -> list[tuple[Cursor, int]]:
        """Write pages in one transaction.

        Returns:
            For each page, the cursor as it was written, and the number of its run.
        """
        async with self._engine.connect() as connection:
            return await run_in_thread(connection, lambda raw: self._transaction(raw, pages))

    def _transaction(self, raw: sqlite3.Connection, pages: Sequence[Page]) -> list[tuple[Cursor, int]]:
        raw.execute("BEGIN IMMEDIATE")
        try:
            written = [_write_cursor(raw, page) for page in pages]
            for same in _by_table(pages):
                self._write_rows(raw, same)
            for page in pages:
                _write_skipped(raw, page)
            runs = [_write_run(raw, page) for page in pages]
            raw.execute("COMMIT")
        except BaseException:
            raw.rollback()
            raise
        return list(zip(written, runs, strict=True))

    def _write_rows(self, raw: sqlite3.Connection, pages: Sequence[Page]) -> None:
        """Write the rows of pages of one table."""
        upsert, is_new = self._upserts(pages[0].status.table), pages[0].is_new
        values = [
            *chain.from_iterable(chain.from_iterable(zip(*page.columns, strict=True) for page in pages))
        ]
        width = len(upsert.names)
        step = _MAX_PARAMETERS // width * width
        for start in range(0, len(values), step):
            some = values[start : start + step]
            raw.execute(upsert.with_rows(len(some) // width, is_new), some)


def _by_table(pages: Sequence[Page]) -> Iterator[list[Page]]:
    """Return the pages that have rows, by table and by whether the rows are known to be new."""

    def kind(page: Page) -> tuple[str, bool]:
        return page.status.table, page.is_new

    for _, same in groupby(sorted([page for page in pages if page.row_count], key=kind), kind):
        yield [*same]


def _write_cursor(raw: sqlite3.Connection, page: Page) -> Cursor:
    written = next_version(page.cursor)
    values = [*map(_value, cursor_values(written).values())]
    if raw.execute(_UPDATE_CURSOR, (*values, *page.key, page.cursor.version)).rowcount != 1:
        raise ConcurrentMirror(*page.key)
    return written


def _write_skipped(raw: sqlite3.Connection, page: Page) -> None:
    if page.skipped is None:
        return
    parent = (*page.key, page.cursor.parent)
    raw.execute(_DELETE_SKIPPED, parent)
    if page.skipped:
        raw.execute(_INSERT_SKIPPED, (*parent, page.cursor.sweep))


def _write_run(raw: sqlite3.Connection, page: Page) -> int:
    values = run_values(page.status)
    if page.run is not None:
        raw.execute(_UPDATE_RUN, (*values.values(), page.run))
        return page.run
    row = (*page.key, page.cursor.sync_mode, str(page.now), *values.values())
    return int(raw.execute(_INSERT_RUN, row).lastrowid or 0)


def _value(value: object) -> object:
    return str(value) if isinstance(value, dt.datetime) else value


def _set(values: Iterable[str]) -> str:
    return ", ".join(f"{name} = ?" for name in values)


_UPDATE_CURSOR: Final = (
    f"UPDATE {STATE.name} SET {_set(cursor_values(Cursor()))}"
    " WHERE practice = ? AND table_name = ? AND version = ?"
)
_DELETE_SKIPPED: Final = f"DELETE FROM {SKIPPED.name} WHERE practice = ? AND table_name = ? AND parent = ?"
_INSERT_SKIPPED: Final = (
    f"INSERT INTO {SKIPPED.name} (practice, table_name, parent, sweep) VALUES (?, ?, ?, ?)"
)
_UPDATE_RUN: Final = f"UPDATE {RUNS.name} SET {_set(RUN_FIELDS)} WHERE run = ?"
_INSERT_RUN: Final = (
    f"INSERT INTO {RUNS.name} (practice, table_name, sync_mode, started_at, {', '.join(RUN_FIELDS)})"
    f" VALUES ({', '.join('?' * (4 + len(RUN_FIELDS)))})"
)
