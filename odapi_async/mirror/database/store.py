"""The database of a mirror: a page of rows and the cursor behind it are always written in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async import Checkpoint
from odapi_async.mirror.cursor import Cursor, SyncMode
from odapi_async.mirror.database.engine import make_engine
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.keys import check_keys
from odapi_async.mirror.database.migrate import create_indexes, create_own_tables, create_tables
from odapi_async.mirror.database.schema import RUNS, SKIPPED, STATE, define_tables, id_column
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.statement import CompiledStatement
from odapi_async.mirror.database.upsert import RowWriter, insert_into
from odapi_async.mirror.errors import ConcurrentMirror
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.mirror.report import Outcome, TableStatus
from odapi_async.mirror.suggestions import check_tables


def utc_now() -> dt.datetime:
    """Return the time in UTC as a datetime without a zone, in whole seconds."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


class Store:
    """A database that holds copies of practices. Use it in `async with`, or call `aclose()` at the end.

    Nothing is opened before the first use. Every method raises a StoreError if the database cannot be used;
    the message never quotes a row or a password.

    A SQLite file is created with access for its owner only, and refused if it belongs to another user or if
    others can access it. A PostgreSQL server on another machine has to prove its name by its certificate.

    Args:
        url: a path, taken as it is; or a URL: `sqlite:///practices.db` or `postgresql://user@host/database`,
            with the options of libpq, such as `?sslrootcert=ca.crt`.
        clock: returns the time in UTC, for the columns that say when a row was seen.

    Attributes:
        tables: the mirrored tables by name, to build queries with SQLAlchemy.
        engine: the SQLAlchemy engine, to run such queries.
        clock: the clock, as given.

    Raises:
        ConfigurationError: the URL is not valid, or its driver is not installed.
    """

    def __init__(self, url: str, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.engine = make_engine(url)
        self.tables: dict[str, sa.Table] = {**define_tables()}
        self.clock = clock
        self._writers: dict[str, RowWriter] = {}
        self._update_cursor = CompiledStatement(_UPDATE_CURSOR, self.engine.dialect)
        self._update_run = CompiledStatement(_UPDATE_RUN, self.engine.dialect)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    @shielded
    async def open(self, tables: Iterable[str]) -> None:
        """Create tables that are missing, and add missing columns; a table with new columns is swept again.

        Args:
            tables: the names of the tables.

        Raises:
            StoreError: the database cannot be used.
            SchemaTooNew: a newer version of this package created the database.
            ConfigurationError: there is no such table.
        """
        names = check_tables(tables)
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.run_sync(create_own_tables)
                await connection.run_sync(create_tables, [self.tables[name] for name in names])

    @shielded
    async def index(self, tables: Iterable[str]) -> None:
        """Create the indexes that tables lack; `open` creates tables without indexes.

        Raises:
            StoreError: the database cannot be used.
        """
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.run_sync(create_indexes, [self.tables[name] for name in tables])

    @shielded
    async def cursor(self, practice: str, table: str) -> Cursor:
        """Return how far a table of a practice has been read."""
        query = sa.select(STATE).where(STATE.c.practice == practice, STATE.c.table_name == table)
        with translate_errors():
            async with self.engine.begin() as connection:
                found = (await connection.execute(query)).mappings().first()
                if found is None:
                    row = {"practice": practice, "table_name": table, **_cursor_values(Cursor())}
                    await connection.execute(
                        insert_into(STATE, self.engine.dialect).values(row).on_conflict_do_nothing()
                    )
                    return Cursor()
        return Cursor(
            **{name: found[name] for name in _CURSOR_COLUMNS},
            sync_mode=SyncMode(found["sync_mode"]),
            checkpoint=msgspec.json.decode(found["checkpoint"], type=Checkpoint),
        )

    @shielded
    async def check_keys(self, fingerprints: Mapping[str, str], *, accept: bool = False) -> set[str]:
        """Record the keys of practices, and return the practices that were read with another key before.

        Args:
            fingerprints: the fingerprints of the keys by name of the practice.
            accept: whether to record changed keys, too; then no practice is returned.
        """
        with translate_errors():
            async with self.engine.begin() as connection:
                return await check_keys(connection, fingerprints, self.clock(), accept=accept)

    @shielded
    async def count(self, practice: str, table: str) -> int:
        """Return how many rows of a practice a table holds; rows that are marked as deleted do not count."""
        rows = self.tables[table]
        query = sa.select(sa.func.count()).where(rows.c.practice == practice, rows.c.deleted_at.is_(None))
        with translate_errors():
            async with self.engine.connect() as connection:
                return int((await connection.execute(query)).scalar_one())

    @shielded
    async def ids(self, practice: str, table: str, after: int, limit: int) -> list[int]:
        """Return the next row ids of a practice in ascending order, without rows that are marked as deleted.

        Args:
            practice: the name of the practice.
            table: the name of the table.
            after: only greater ids are returned.
            limit: how many ids are returned at most.
        """
        rows = self.tables[table]
        row_id = id_column(rows)
        query = (
            sa.select(row_id)
            .where(rows.c.practice == practice, rows.c.deleted_at.is_(None), row_id > after)
            .order_by(row_id)
            .limit(limit)
        )
        with translate_errors():
            async with self.engine.connect() as connection:
                return [int(each) for each in (await connection.execute(query)).scalars()]

    @shielded
    async def skipped(self, practice: str, table: str) -> list[int]:
        """Return the ids of the parents whose rows could not be read, in ascending order."""
        query = (
            sa.select(SKIPPED.c.parent)
            .where(SKIPPED.c.practice == practice, SKIPPED.c.table_name == table)
            .order_by(SKIPPED.c.parent)
        )
        with translate_errors():
            async with self.engine.connect() as connection:
                return [int(each) for each in (await connection.execute(query)).scalars()]

    @shielded
    async def start(self, status: TableStatus, cursor: Cursor) -> int:
        """Record that a sync begins or continues, and return the number of the run."""
        row = {
            "practice": status.practice,
            "table_name": status.table,
            "sync_mode": cursor.sync_mode,
            "started_at": self.clock(),
            **_run_values(status),
        }
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.execute(_mark_killed(status))
                created = await connection.execute(sa.insert(RUNS).values(row).returning(RUNS.c.run))
                return int(created.scalar_one())

    @shielded
    async def skip(self, status: TableStatus) -> None:
        """Mark leftover "running" rows as killed; for a table of which nothing is due."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.execute(_mark_killed(status))

    @shielded
    async def advance(
        self,
        run: int,
        status: TableStatus,
        cursor: Cursor,
        rows: Sequence[Any],
        *,
        skipped: bool | None = None,
    ) -> Cursor:
        """Write rows and the cursor behind them in one transaction, and return the cursor as written.

        Args:
            run: the number of the run.
            status: the status of the table.
            cursor: the cursor behind the rows.
            rows: structs.
            skipped: whether the parent in the cursor was skipped because its rows could not be read; None to
                change nothing.

        Raises:
            StoreError: the database failed; nothing was written.
            ConcurrentMirror: another process has changed the cursor meanwhile; nothing was written.
        """
        with translate_errors():
            async with self.engine.begin() as connection:
                written = await self._write_cursor(connection, status, cursor)
                if rows:
                    writer = self._writer(status.table)
                    await writer.write(connection, status.practice, rows, self.clock(), cursor.sweep)
                if skipped is not None:
                    await self._write_skipped(connection, status, cursor, skipped=skipped)
                await self._write_run(connection, run, status)
        return written

    @shielded
    async def finish(
        self, run: int, status: TableStatus, cursor: Cursor, *, swept: bool, accept_removals: bool = False
    ) -> None:
        """Write the cursor of a complete sync; after a sweep, mark the rows that it did not see as deleted.

        If these are more than 100 rows and more than 30 %, only those that the sweep before did not see
        either are marked: an office that responds with an empty or partial list by mistake deletes nothing.

        Args:
            run: the number of the run.
            status: the status of the table.
            cursor: the cursor behind the sync.
            swept: whether the sync was a sweep.
            accept_removals: whether to mark rows even if they are many.

        Raises:
            StoreError: the database failed; nothing was written.
            ConcurrentMirror: another process has changed the cursor meanwhile; nothing was written.
        """
        with translate_errors():
            async with self.engine.begin() as connection:
                await self._write_cursor(connection, status, cursor)
                if swept:
                    await self._mark_unseen(connection, status, cursor.sweep, accept=accept_removals)
                await self._write_run(connection, run, status, ended=self.clock())

    @shielded
    async def fail(self, run: int, status: TableStatus) -> None:
        """Record that a sync failed. The rows that it has written stay."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await self._write_run(connection, run, status, ended=self.clock())

    async def _write_cursor(self, connection: AsyncConnection, status: TableStatus, cursor: Cursor) -> Cursor:
        written = msgspec.structs.replace(cursor, version=cursor.version + 1)
        where = {"of": status.practice, "in_table": status.table, "before": cursor.version}
        if await self._update_cursor.run(connection, {**where, **_cursor_values(written)}) != 1:
            raise ConcurrentMirror(status.practice, status.table)
        return written

    async def _write_skipped(
        self, connection: AsyncConnection, status: TableStatus, cursor: Cursor, *, skipped: bool
    ) -> None:
        row = {"practice": status.practice, "table_name": status.table, "parent": cursor.parent}
        same = [SKIPPED.c[name] == value for name, value in row.items()]
        await connection.execute(sa.delete(SKIPPED).where(*same))
        if skipped:
            await connection.execute(sa.insert(SKIPPED).values(**row, sweep=cursor.sweep))

    def _read_parents(self, status: TableStatus, sweep: int) -> sa.ColumnElement[bool]:
        """Return whether the parent of a row was read in this sweep."""
        parent, rows = BY_TABLE[status.table].parent, self.tables[status.table]
        if parent is None:
            return sa.true()
        column = next((each for each in rows.columns if each.info.get("wire") == parent.filter), None)
        skipped = sa.select(SKIPPED.c.parent).where(
            SKIPPED.c.practice == status.practice,
            SKIPPED.c.table_name == status.table,
            SKIPPED.c.sweep == sweep,
        )
        return ~skipped.exists() if column is None else column.not_in(skipped)

    async def _mark_unseen(
        self, connection: AsyncConnection, status: TableStatus, sweep: int, *, accept: bool
    ) -> None:
        rows = self.tables[status.table]
        present = (
            rows.c.practice == status.practice,
            rows.c.deleted_at.is_(None),
            self._read_parents(status, sweep),
        )
        same = (SKIPPED.c.practice == status.practice, SKIPPED.c.table_name == status.table)
        await connection.execute(sa.delete(SKIPPED).where(*same, SKIPPED.c.sweep < sweep))
        counts = sa.select(sa.func.count(), sa.func.count().filter(rows.c.sweep == sweep - 1))
        before, unseen = (await connection.execute(counts.where(*present))).one()
        if not accept and unseen > _FEW_REMOVALS and unseen > before * _USUAL_REMOVALS:
            status.withheld = unseen
            sweep -= 1  # rows that the sweep before did not see either are deleted
        update = sa.update(rows).where(*present, rows.c.sweep < sweep).values(deleted_at=self.clock())
        status.deleted += (await connection.execute(update)).rowcount

    async def _write_run(
        self, connection: AsyncConnection, run: int, status: TableStatus, ended: dt.datetime | None = None
    ) -> None:
        values = {"number": run, "ended_at": ended, **_run_values(status)}
        await self._update_run.run(connection, values)

    def _writer(self, table: str) -> RowWriter:
        found = self._writers.get(table)
        if found is None:
            found = self._writers[table] = RowWriter(BY_TABLE[table], self.tables[table], self.engine.dialect)
        return found


_FEW_REMOVALS: Final = 100  # rows
_USUAL_REMOVALS: Final = 0.3  # of the rows that were there
"""If a sweep misses more than both, a second one has to confirm it."""

_CURSOR_COLUMNS: Final = ("version", "part", "parent", "bookmark", "next_bookmark", "sweep", "swept_at")
"""The columns whose value is a field of the cursor as it is."""

_UPDATE_CURSOR: Final = (
    sa.update(STATE)
    .where(
        STATE.c.practice == sa.bindparam("of"),
        STATE.c.table_name == sa.bindparam("in_table"),
        STATE.c.version == sa.bindparam("before"),
    )
    .values({name: sa.bindparam(name) for name in ("sync_mode", "checkpoint", *_CURSOR_COLUMNS)})
)

_RUN_FIELDS: Final = ("outcome", "requests", "rows", "deleted", "drifted", "error")
"""The fields of a status that are written to its run."""

_UPDATE_RUN: Final = (
    sa.update(RUNS)
    .where(RUNS.c.run == sa.bindparam("number"))
    .values({name: sa.bindparam(name) for name in ("ended_at", *_RUN_FIELDS)})
)


def _cursor_values(cursor: Cursor) -> dict[str, object]:
    return {
        "sync_mode": cursor.sync_mode,
        "checkpoint": msgspec.json.encode(cursor.checkpoint).decode(),
        **{name: getattr(cursor, name) for name in _CURSOR_COLUMNS},
    }


def _run_values(status: TableStatus) -> dict[str, object]:
    return {name: getattr(status, name) for name in _RUN_FIELDS}


def _mark_killed(status: TableStatus) -> sa.Update:
    same = (RUNS.c.practice == status.practice, RUNS.c.table_name == status.table)
    return sa.update(RUNS).where(*same, RUNS.c.outcome == Outcome.RUNNING).values(outcome=Outcome.KILLED)
