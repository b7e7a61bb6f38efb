"""The database: rows and the cursor that follows from them, always in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Final, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async import Checkpoint, ConfigurationError
from odapi_async.mirror.cursor import Cursor, SyncMode
from odapi_async.mirror.database.engine import keep_private, make_engine
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.migrate import make, make_indexes, make_own
from odapi_async.mirror.database.schema import RUNS, STATE, make_tables
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.statement import CompiledStatement
from odapi_async.mirror.database.upsert import RowWriter, insert_into
from odapi_async.mirror.errors import ConcurrentMirror
from odapi_async.mirror.plans import BY_TABLE, Plan
from odapi_async.mirror.report import Outcome, TableStatus


def utc_now() -> dt.datetime:
    """Return the time in UTC, without a zone, in whole seconds."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


class Store:
    """A database that holds copies of practices. Use it inside `async with`, or call `aclose()` at the end.

    Args:
        url: `sqlite:///practices.db`, a plain path, or `postgresql://user@host/database`.
        clock: tells the time in UTC, for the columns that say when something was seen.

    Attributes:
        tables: the tables of the practices' rows by name, to build queries with SQLAlchemy.

    Raises:
        ConfigurationError: the URL cannot work, or its driver is not installed.
    """

    def __init__(self, url: str, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.engine = make_engine(url)
        self.tables: dict[str, sa.Table] = {**make_tables()}
        self.clock = clock
        self._writers: dict[str, RowWriter] = {}
        self._moving = CompiledStatement(_MOVE, self.engine.dialect)
        self._noting = CompiledStatement(_NOTE, self.engine.dialect)

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
        """Make some tables, or add what they lack; a table that grew is read anew as a whole.

        Raises:
            StoreError: the database cannot be used.
            StoreIsNewer: it was made by a newer version of this package.
            ConfigurationError: there is no such table.
        """
        names = [_known(name) for name in tables]
        with translate_errors():
            keep_private(self.engine)
            async with self.engine.begin() as connection:
                await connection.run_sync(make_own)
                await connection.run_sync(make, [self.tables[name] for name in names])

    @shielded
    async def index(self, tables: Iterable[str]) -> None:
        """Make the indexes that some tables lack, which are made without them.

        Raises:
            StoreError: the database cannot be used.
        """
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.run_sync(make_indexes, [self.tables[name] for name in tables])

    @shielded
    async def cursor(self, practice: str, table: str) -> Cursor:
        """Return how far a table of a practice has been read."""
        query = sa.select(STATE).where(STATE.c.practice == practice, STATE.c.table_name == table)
        with translate_errors():
            async with self.engine.begin() as connection:
                found = (await connection.execute(query)).mappings().first()
                if found is None:
                    blank = {"practice": practice, "table_name": table, **_as_row(Cursor())}
                    await connection.execute(
                        insert_into(STATE, self.engine.dialect).values(blank).on_conflict_do_nothing()
                    )
                    return Cursor()
        return Cursor(
            **{name: found[name] for name in _PLAIN},
            sync_mode=SyncMode(found["sync_mode"]),
            checkpoint=msgspec.json.decode(found["checkpoint"], type=Checkpoint),
        )

    @shielded
    async def count(self, practice: str, table: str) -> int:
        """Return how many rows of a practice a table holds, without those that are gone."""
        rows = self.tables[table]
        query = sa.select(sa.func.count()).where(rows.c.practice == practice, rows.c.deleted_at.is_(None))
        with translate_errors():
            async with self.engine.connect() as connection:
                return int((await connection.execute(query)).scalar_one())

    @shielded
    async def ids(self, practice: str, table: str, after: int, most: int) -> list[int]:
        """Return the next keys of a practice's rows that are not gone, in order."""
        rows = self.tables[table]
        key = _key(rows)
        query = (
            sa.select(key)
            .where(rows.c.practice == practice, rows.c.deleted_at.is_(None), key > after)
            .order_by(key)
            .limit(most)
        )
        with translate_errors():
            async with self.engine.connect() as connection:
                return [int(each) for each in (await connection.execute(query)).scalars()]

    @shielded
    async def start(self, standing: TableStatus, cursor: Cursor) -> int:
        """Note that a reading begins or goes on, and return the number of its run."""
        row = {
            "practice": standing.practice,
            "table_name": standing.table,
            "sync_mode": cursor.sync_mode,
            "started_at": self.clock(),
            **_figures(standing),
        }
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.execute(_mark_killed(standing))
                made = await connection.execute(sa.insert(RUNS).values(row).returning(RUNS.c.run))
                return int(made.scalar_one())

    @shielded
    async def skip(self, standing: TableStatus) -> None:
        """Note that nothing is due, so that an earlier run which is noted as running was killed."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.execute(_mark_killed(standing))

    @shielded
    async def advance(self, run: int, standing: TableStatus, cursor: Cursor, rows: Sequence[Any]) -> Cursor:
        """Write rows and the cursor behind them, in one transaction; return the cursor as written.

        Raises:
            StoreError: nothing of it was written.
            ReadElsewhere: another process has moved the cursor meanwhile; nothing was written.
        """
        with translate_errors():
            async with self.engine.begin() as connection:
                written = await self._move(connection, standing, cursor)
                if rows:
                    writer = self._writer(BY_TABLE[standing.table])
                    await writer.write(connection, standing.practice, rows, self.clock(), cursor.sweep)
                await self._note(connection, run, standing)
        return written

    @shielded
    async def finish(self, run: int, standing: TableStatus, cursor: Cursor, *, swept: bool) -> None:
        """Write the cursor of a complete reading; what a sweep did not see is gone from now on."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await self._move(connection, standing, cursor)
                if swept:
                    standing.deleted += await self._mark_deleted(connection, standing, cursor.sweep)
                await self._note(connection, run, standing, ended=self.clock())

    @shielded
    async def fail(self, run: int, standing: TableStatus) -> None:
        """Note that a reading ended before it was complete. What it has read stays."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await self._note(connection, run, standing, ended=self.clock())

    async def _move(self, connection: AsyncConnection, standing: TableStatus, cursor: Cursor) -> Cursor:
        moved = msgspec.structs.replace(cursor, version=cursor.version + 1)
        same = {"of": standing.practice, "in_table": standing.table, "before": cursor.version}
        if await self._moving.run(connection, {**same, **_as_row(moved)}) != 1:
            raise ConcurrentMirror(standing.practice, standing.table)
        return moved

    async def _mark_deleted(self, connection: AsyncConnection, standing: TableStatus, sweep: int) -> int:
        rows = self.tables[standing.table]
        gone = (rows.c.practice == standing.practice, rows.c.sweep < sweep, rows.c.deleted_at.is_(None))
        return (
            await connection.execute(sa.update(rows).where(*gone).values(deleted_at=self.clock()))
        ).rowcount

    async def _note(
        self, connection: AsyncConnection, run: int, standing: TableStatus, ended: dt.datetime | None = None
    ) -> None:
        await self._noting.run(connection, {"number": run, "ended_at": ended, **_figures(standing)})

    def _writer(self, plan: Plan) -> RowWriter:
        found = self._writers.get(plan.table)
        if found is None:
            found = self._writers[plan.table] = RowWriter(plan, self.tables[plan.table], self.engine.dialect)
        return found


_PLAIN: Final = ("version", "part", "parent", "bookmark", "next_bookmark", "sweep", "swept_at")

_MOVE: Final = (
    sa.update(STATE)
    .where(
        STATE.c.practice == sa.bindparam("of"),
        STATE.c.table_name == sa.bindparam("in_table"),
        STATE.c.version == sa.bindparam("before"),
    )
    .values({name: sa.bindparam(name) for name in ("sync_mode", "checkpoint", *_PLAIN)})
)
_NOTED: Final = ("ended_at", "outcome", "requests", "rows", "deleted", "drifted", "error")
_NOTE: Final = (
    sa.update(RUNS)
    .where(RUNS.c.run == sa.bindparam("number"))
    .values({name: sa.bindparam(name) for name in _NOTED})
)


def _as_row(cursor: Cursor) -> dict[str, object]:
    place = msgspec.json.encode(cursor.checkpoint).decode()
    return {
        "sync_mode": cursor.sync_mode,
        "checkpoint": place,
        **{name: getattr(cursor, name) for name in _PLAIN},
    }


def _figures(standing: TableStatus) -> dict[str, object]:
    return {
        "outcome": standing.outcome,
        "requests": standing.requests,
        "rows": standing.rows,
        "deleted": standing.deleted,
        "drifted": standing.drifted,
        "error": standing.error,
    }


def _mark_killed(standing: TableStatus) -> sa.Update:
    same = (RUNS.c.practice == standing.practice, RUNS.c.table_name == standing.table)
    return sa.update(RUNS).where(*same, RUNS.c.outcome == Outcome.RUNNING).values(outcome=Outcome.KILLED)


def _key(table: sa.Table) -> sa.Column[Any]:
    (key,) = (column for column in table.primary_key.columns if column.name != "practice")
    return key


def _known(name: str) -> str:
    if name not in BY_TABLE:
        raise ConfigurationError(f"there is no table {name}; there are {', '.join(BY_TABLE)}")
    return name
