"""The database of a mirror: a page of rows and the cursor behind it are always written in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.engine import make_engine
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.group_commit import GroupCommit
from odapi_async.mirror.database.keys import check_keys
from odapi_async.mirror.database.migrate import create_indexes, create_own_tables, create_tables
from odapi_async.mirror.database.own_rows import (
    Run,
    TableState,
    cursor_values,
    idle_statements,
    next_version,
    run_values,
    state_of,
)
from odapi_async.mirror.database.pages import Page
from odapi_async.mirror.database.postgres_pages import PostgresPages
from odapi_async.mirror.database.schema import (
    PRACTICES,
    RUNS,
    SKIPPED,
    STATE,
    define_tables,
    define_without,
    id_column,
)
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.sqlite_pages import SqlitePages
from odapi_async.mirror.database.upsert import Upsert, insert_into
from odapi_async.mirror.errors import (
    ConcurrentMirror,
    KeyChanged,
    PracticeRenamed,
    StoreError,
    ValueRejected,
)
from odapi_async.mirror.exclude import excluded_fields
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.mirror.report import Outcome, TableStatus
from odapi_async.mirror.suggestions import check_tables

_NOTHING: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


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
        exclude: the fields that are not stored, by table, spelled as in the API: `{"patients": ["SSN"]}`. If
            a database holds values of them, `open` removes these columns.
        clock: returns the time in UTC, for the columns that say when a row was seen.

    Attributes:
        excluded: the fields that are not stored, by table, spelled as in the API.
        tables: the mirrored tables by name, to build queries with SQLAlchemy.
        engine: the SQLAlchemy engine, to run such queries.
        clock: the clock, as given.

    Raises:
        ConfigurationError: the URL is not valid, its driver is not installed, or a field cannot be excluded.
    """

    def __init__(
        self,
        url: str,
        *,
        exclude: Mapping[str, Collection[str]] = _NOTHING,
        clock: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.excluded: Mapping[str, frozenset[str]] = excluded_fields(
            f"{table}.{field}" for table, fields in exclude.items() for field in fields
        )
        self.engine = make_engine(url)
        self.tables: dict[str, sa.Table] = {
            **define_tables(),
            **{table: define_without(table, fields) for table, fields in self.excluded.items()},
        }
        self.clock = clock
        self._upserts: dict[str, Upsert] = {}
        self._pages = GroupCommit(
            self._commit,
            key=lambda page: page.key,
            size=lambda page: page.row_count,
            limit=_GROUP,
            transactions=_WRITERS[self.engine.dialect.name],
            fails_alone=_may_be_one,
            is_transient=is_transient,
            mend=_mended,
        )
        kind = SqlitePages if self.engine.dialect.name == "sqlite" else PostgresPages
        self._page_writer = kind(self.engine, self._upsert)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    @shielded
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
    async def begin(self, practice: str, tables: Collection[str]) -> None:
        """Prepare to read some tables of a practice; the runs of a process that was killed are marked."""
        with translate_errors():
            async with self.engine.begin() as connection:
                query = sa.select(STATE.c.table_name).where(STATE.c.practice == practice)
                found = {*(await connection.execute(query)).scalars()}
                if new := [table for table in tables if table not in found]:
                    await self._insert_states(connection, practice, new)
                await connection.execute(_mark_killed(practice, tables))

    @shielded
    async def state(self, practice: str, table: str) -> TableState:
        """Return how far a table of a practice has been read, and since when it fails."""
        query = sa.select(STATE).where(STATE.c.practice == practice, STATE.c.table_name == table)
        with translate_errors():
            async with self.engine.connect() as connection:
                row = (await connection.execute(query)).mappings().first()
        return TableState() if row is None else state_of(row)

    async def _insert_states(self, connection: AsyncConnection, practice: str, tables: Iterable[str]) -> None:
        values = cursor_values(Cursor())
        rows = [{"practice": practice, "table_name": table, **values} for table in tables]
        insert = insert_into(STATE, self.engine.dialect).values(rows)
        await connection.execute(insert.on_conflict_do_nothing())

    @shielded
    async def check_keys(
        self, fingerprints: Mapping[str, str], *, accept: bool = False
    ) -> dict[str, KeyChanged | PracticeRenamed]:
        """Record the keys of practices, and return the error of each that must not be read with its key.

        Args:
            fingerprints: the fingerprints of the keys by name of the practice.
            accept: whether to record all keys; then no practice is returned.
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
    async def start(self, run: Run, status: TableStatus, cursor: Cursor) -> None:
        """Record that a sync begins or continues. A run without a number gets one here, or with its rows."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await self._write_run(connection, run, status, cursor)

    async def advance(
        self,
        run: Run,
        status: TableStatus,
        cursor: Cursor,
        rows: Sequence[Any],
        *,
        skipped: bool | None = None,
    ) -> Cursor:
        """Write rows and the cursor behind them in one transaction, and return the cursor as written.

        Pages of other practices and tables that wait at the same time may be in the same transaction.

        Args:
            run: the run.
            status: the status of the table.
            cursor: the cursor behind the rows.
            rows: structs.
            skipped: whether the parent in the cursor was skipped because its rows could not be read; None to
                change nothing.

        Raises:
            StoreError: the database failed; nothing was written.
            ValueRejected: the database cannot store a value; nothing was written.
            ConcurrentMirror: another process has changed the cursor meanwhile; nothing was written.
        """
        now = self.clock()
        columns = self._upsert(status.table).columns(status.practice, rows, now, cursor.sweep)
        page = Page(status, run.number, cursor, len(rows), columns, skipped, run.is_new, now)
        written, run.number = await self._pages.write(page)
        return written

    @shielded
    async def finish(
        self, run: Run, status: TableStatus, cursor: Cursor, *, swept: bool, accept_removals: bool = False
    ) -> None:
        """Write the cursor of a complete sync; after a sweep, mark the rows that it did not see as deleted.

        If these are more than 100 rows and more than 30 %, only those that the sweep before did not see
        either are marked: an office that responds with an empty or partial list by mistake deletes nothing.

        Args:
            run: the run.
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
                await self._complete(connection, status, cursor)
                if swept:
                    await self._mark_unseen(connection, status, cursor.sweep, accept=accept_removals)
                await self._write_run(connection, run, status, cursor, ended=self.clock())

    @shielded
    async def stop(self, run: Run, status: TableStatus, cursor: Cursor) -> None:
        """Record that a sync ended before everything was read, at the deadline of its run."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await self._write_run(connection, run, status, cursor, ended=self.clock())

    @shielded
    async def fail(
        self, run: Run, status: TableStatus, state: TableState, cursor: Cursor, *, is_failing: bool = True
    ) -> None:
        """Record that a sync failed. The rows that it has written stay.

        A failure that goes on is recorded once: in later rounds nothing is written until it ends or changes.

        Args:
            run: the run.
            status: the status of the table, with the error.
            state: the state of the table before this run.
            cursor: the cursor of the sync.
            is_failing: whether the table could not be read; not if another mirror reads it.
        """
        goes_on = state.failing_since is not None and state.error == status.error
        if goes_on and run.number is None:
            return
        failing = {"failing_since": state.failing_since or self.clock(), "error": status.error}
        with translate_errors():
            async with self.engine.begin() as connection:
                if is_failing:
                    await connection.execute(_state_of(status).values(failing))
                await self._write_run(connection, run, status, cursor, ended=self.clock())

    @shielded
    async def recover(self, status: TableStatus) -> None:
        """Record that a table does not fail any more, although nothing of it was due."""
        with translate_errors():
            async with self.engine.begin() as connection:
                await connection.execute(_state_of(status).values(failing_since=None, error=""))

    @shielded
    async def prune(self, before: dt.datetime) -> int:
        """Remove the runs that ended before a time in UTC, and return how many they were.

        A run that was killed has no end: its begin counts.
        """
        killed = (RUNS.c.outcome == Outcome.KILLED) & (RUNS.c.started_at < before)
        statement = sa.delete(RUNS).where((RUNS.c.ended_at < before) | killed)
        with translate_errors():
            async with self.engine.begin() as connection:
                return (await connection.execute(statement)).rowcount

    @shielded
    async def record_idle(self, practice: str, tables: Collection[str], since: dt.datetime) -> None:
        """Record that some tables of a practice have no changes, at a time in UTC.

        If they are the same tables as in the round before, this changes one row.

        Args:
            practice: the name of the practice.
            tables: the tables that were read, and in which nothing had changed.
            since: the time in UTC before they were read.
        """
        if not tables:
            return
        with translate_errors():
            async with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    # another mirror of this practice must not change the time of tables that it cannot see
                    same = PRACTICES.c.practice == practice
                    await connection.execute(sa.select(PRACTICES.c.practice).where(same).with_for_update())
                for statement in idle_statements(practice, tables, since):
                    await connection.execute(statement)

    async def _commit(self, pages: Sequence[Page]) -> list[tuple[Cursor, int]]:
        with translate_errors():
            return await self._page_writer.commit(pages)

    async def _complete(self, connection: AsyncConnection, status: TableStatus, cursor: Cursor) -> None:
        values: dict[str, Any] = {"idle": False, "failing_since": None, "error": status.error}
        if status.outcome is Outcome.INCOMPLETE:
            values["failing_since"] = sa.func.coalesce(STATE.c.failing_since, self.clock())
        update = _state_of(status).where(STATE.c.version == cursor.version)
        found = await connection.execute(update.values(cursor_values(next_version(cursor)) | values))
        if found.rowcount != 1:
            raise ConcurrentMirror(status.practice, status.table)

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
        self,
        connection: AsyncConnection,
        run: Run,
        status: TableStatus,
        cursor: Cursor,
        ended: dt.datetime | None = None,
    ) -> None:
        values = {"ended_at": ended, **run_values(status)}
        if run.number is not None:
            await connection.execute(sa.update(RUNS).where(RUNS.c.run == run.number).values(values))
            return
        values |= {
            "practice": status.practice,
            "table_name": status.table,
            "sync_mode": cursor.sync_mode or status.sync_mode,
            "started_at": self.clock(),
        }
        created = await connection.execute(sa.insert(RUNS).values(values).returning(RUNS.c.run))
        run.number = int(created.scalar_one())

    def _upsert(self, table: str) -> Upsert:
        found = self._upserts.get(table)
        if found is None:
            found = self._upserts[table] = Upsert(BY_TABLE[table], self.tables[table], self.engine.dialect)
        return found


_FEW_REMOVALS: Final = 100  # rows
_USUAL_REMOVALS: Final = 0.3  # of the rows that were there
"""If a sweep misses more than both, a second one has to confirm it."""

_GROUP: Final = 1_000  # rows of a transaction, after which it takes no further page
_WRITERS: Final = {"sqlite": 1, "postgresql": 4}  # transactions at the same time

_CONSTRAINT: Final = ("SQLITE_CONSTRAINT", "23")
_ONE_OF_SEVERAL: Final = (*_CONSTRAINT, "40", "P0")
"""The codes of errors that a single page may cause: constraints, deadlocks, and triggers of the user."""

_TRANSIENT: Final = ("40001", "40P01")
"""PostgreSQL's codes of a transaction that it has rolled back because of others: conflicts and deadlocks."""

_NUL: Final = "22021"
"""PostgreSQL's code of a text with NUL, the only character that it cannot store."""


def _may_be_one(error: Exception) -> bool:
    if isinstance(error, StoreError):
        return error.code.startswith(_ONE_OF_SEVERAL)
    return isinstance(error, ValueRejected | ConcurrentMirror)


def is_transient(error: Exception) -> bool:
    """Return whether a transaction was rolled back because of others, and may succeed if it is repeated."""
    return isinstance(error, StoreError) and error.code in _TRANSIENT


def _mended(page: Page, error: Exception) -> Page | None:
    code = getattr(error, "code", "")
    if page.is_new and code.startswith(_CONSTRAINT):
        return page._replace(is_new=False)  # some of its rows are there after all
    return page.without_nul() if code == _NUL else None


def _state_of(status: TableStatus) -> sa.Update:
    return sa.update(STATE).where(STATE.c.practice == status.practice, STATE.c.table_name == status.table)


def _mark_killed(practice: str, tables: Collection[str]) -> sa.Update:
    same = (RUNS.c.practice == practice, RUNS.c.table_name.in_(tables))
    return sa.update(RUNS).where(*same, RUNS.c.outcome == Outcome.RUNNING).values(outcome=Outcome.KILLED)
