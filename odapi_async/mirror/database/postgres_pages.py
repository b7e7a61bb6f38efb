"""Writes pages into PostgreSQL: few statements for many pages, and COPY where the rows are many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine

from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import RUN_FIELDS, cursor_values, next_version, run_values
from odapi_async.mirror.database.pages import Page
from odapi_async.mirror.database.raw_connection import raw_connection
from odapi_async.mirror.database.schema import RUNS, SKIPPED, STATE
from odapi_async.mirror.database.upsert import Upsert
from odapi_async.mirror.errors import ConcurrentMirror

_MERGED: Final = 50
"""Rows from which they go by COPY into a temporary table and one merge: the faster way for a whole page."""

Rows = Sequence[tuple[Any, ...]]

_MAY_STAGE: Final = "SELECT has_database_privilege(current_database(), 'TEMP')"


class PostgresPages:
    """Writes pages in one transaction.

    Args:
        engine: the engine of the database.
        upserts: the statements of each table.
    """

    def __init__(self, engine: AsyncEngine, upserts: Callable[[str], Upsert]) -> None:
        self._engine = engine
        self._upserts = upserts
        self._may_stage: bool | None = None

    async def commit(self, pages: Sequence[Page]) -> list[tuple[Cursor, int]]:
        """Write pages in one transaction.

        Returns:
            For each page, the cursor as it was written, and the number of its run.
        """
        async with raw_connection(self._engine) as raw, raw.transaction():
            return await self._write(raw, pages)

    async def _write(self, raw: Any, pages: Sequence[Page]) -> list[tuple[Cursor, int]]:
        written = await _write_cursors(raw, pages)
        # all processes lock tables in the same order
        for table in sorted({page.status.table for page in pages}):
            same = [page for page in pages if page.status.table == table]
            upsert = self._upserts(table)
            await self._copy(raw, upsert, table, _rows(page for page in same if page.is_new))
            await self._upsert(raw, upsert, _rows(page for page in same if not page.is_new))
        for page in pages:
            await _write_skipped(raw, page)
        runs = await _write_runs(raw, pages)
        return list(zip(written, runs, strict=True))

    async def _copy(self, raw: Any, upsert: Upsert, table: str, rows: Rows) -> None:
        if rows:
            await raw.copy_records_to_table(table, records=rows, columns=upsert.names)

    async def _upsert(self, raw: Any, upsert: Upsert, rows: Rows) -> None:
        if len(rows) < _MERGED or not await self._can_stage(raw):
            if rows:
                await raw.executemany(upsert.with_parameters, rows)
            return
        await raw.execute(upsert.create_stage)
        await self._copy(raw, upsert, upsert.stage, upsert.last_of_each(rows))
        await raw.execute(upsert.merge_stage)

    async def _can_stage(self, raw: Any) -> bool:
        if self._may_stage is None:
            self._may_stage = bool(await raw.fetchval(_MAY_STAGE))
        return self._may_stage


def _rows(pages: Iterable[Page]) -> Rows:
    return [*chain.from_iterable(page.rows for page in pages)]


async def _write_cursors(raw: Any, pages: Sequence[Page]) -> list[Cursor]:
    written = [next_version(page.cursor) for page in pages]
    rows = [
        (*page.key, page.cursor.version, *cursor_values(cursor).values())
        for page, cursor in zip(pages, written, strict=True)
    ]
    found = {
        (row["practice"], row["table_name"])
        for row in await raw.fetch(_UPDATE_CURSORS, *zip(*rows, strict=True))
    }
    for page in pages:
        if page.key not in found:
            raise ConcurrentMirror(*page.key)
    return written


async def _write_skipped(raw: Any, page: Page) -> None:
    if page.skipped is None:
        return
    parent = (*page.key, page.cursor.parent)
    await raw.execute(_DELETE_SKIPPED, *parent)
    if page.skipped:
        await raw.execute(_INSERT_SKIPPED, *parent, page.cursor.sweep)


async def _write_runs(raw: Any, pages: Sequence[Page]) -> list[int]:
    numbers = {page.key: page.run for page in pages if page.run is not None}
    if numbers:
        rows = [(page.run, *run_values(page.status).values()) for page in pages if page.run is not None]
        await raw.execute(_UPDATE_RUNS, *zip(*rows, strict=True))
    if new := [page for page in pages if page.run is None]:
        rows = [_new_run(page) for page in new]
        for row in await raw.fetch(_INSERT_RUNS, *zip(*rows, strict=True)):
            numbers[row["practice"], row["table_name"]] = row["run"]
    return [numbers[page.key] for page in pages]


def _new_run(page: Page) -> tuple[str | int | dt.datetime, ...]:
    return (*page.key, page.cursor.sync_mode, page.now, *run_values(page.status).values())


def arrays(table: sa.Table, names: Iterable[str]) -> str:
    """Return the parameters of a statement as a table: one array for each column."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    kinds = [table.c[name].type.compile(dialect=dialect) for name in names]
    return "unnest({})".format(", ".join(f"${at}::{kind}[]" for at, kind in enumerate(kinds, 1)))


_KEY: Final = ("practice", "table_name")
_CURSOR: Final = (*cursor_values(Cursor()),)
_RUN: Final = (*_KEY, "sync_mode", "started_at", *RUN_FIELDS)

_UPDATE_CURSORS: Final = (
    f"UPDATE {STATE.name} AS old SET {', '.join(f'{name} = new.{name}' for name in _CURSOR)}"
    f" FROM {arrays(STATE, (*_KEY, 'version', *_CURSOR))}"
    f" AS new (practice, table_name, before, {', '.join(_CURSOR)})"
    " WHERE old.practice = new.practice AND old.table_name = new.table_name AND old.version = new.before"
    " RETURNING old.practice, old.table_name"
)
_UPDATE_RUNS: Final = (
    f"UPDATE {RUNS.name} AS old SET {', '.join(f'{name} = new.{name}' for name in RUN_FIELDS)}"
    f" FROM {arrays(RUNS, ('run', *RUN_FIELDS))} AS new (run, {', '.join(RUN_FIELDS)})"
    " WHERE old.run = new.run"
)
_INSERT_RUNS: Final = (
    f"INSERT INTO {RUNS.name} ({', '.join(_RUN)}) SELECT * FROM {arrays(RUNS, _RUN)}"
    " RETURNING run, practice, table_name"
)
_DELETE_SKIPPED: Final = f"DELETE FROM {SKIPPED.name} WHERE practice = $1 AND table_name = $2 AND parent = $3"
_INSERT_SKIPPED: Final = (
    f"INSERT INTO {SKIPPED.name} (practice, table_name, parent, sweep) VALUES ($1, $2, $3, $4)"
)
