"""Reads one table of one practice page by page, and writes each page with its cursor into the store."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from odapi_async import (
    BadRequest,
    DecodeError,
    NeedsVersion,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    Practice,
    Rows,
)
from odapi_async.mirror import cursor as cursors
from odapi_async.mirror.cursor import BEGINNING, Cursor, SyncMode
from odapi_async.mirror.database.names import SERVER_TIME
from odapi_async.mirror.database.own_rows import Run, TableState
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.deadline import Deadline
from odapi_async.mirror.errors import ConcurrentMirror, RowWithoutId, StoreError
from odapi_async.mirror.plans import Parent, Plan
from odapi_async.mirror.report import Outcome, TableStatus

_IDS_PER_QUERY: Final = 500  # parent ids that one query returns
_MAX_FAILURES: Final = 20  # parents in a row whose rows cannot be read, before the table fails
_PREFETCHED: Final = 4  # parents whose rows are fetched while others are written


class _Batch(NamedTuple):
    """Rows that are written together, and the cursor behind them.

    Attributes:
        rows: the rows.
        cursor: the cursor behind them.
        skipped: whether the rows of the parent in the cursor could not be read; None if there is no parent.
    """

    rows: list[Any]
    cursor: Cursor
    skipped: bool | None = None

    def __repr__(self) -> str:
        return f"_Batch({len(self.rows)} rows)"  # they are patient data


class PracticeClock:
    """The office time of one practice in one run.

    Args:
        name: the name of the practice in the database.
        practice: the practice.
    """

    def __init__(self, name: str, practice: Practice) -> None:
        self.name = name
        self.practice = practice
        self._time: dt.datetime | None = None
        self._probed = False

    @property
    def known(self) -> dt.datetime | None:
        """The office time that a response of this run has shown; None if there was none."""
        return self._time

    def record(self, time: dt.datetime | None) -> None:
        """Record the office time of a response. The first one counts, because it is before all reads."""
        self._time = self._time or cursors.plausible(time)

    async def time(self, status: TableStatus) -> dt.datetime | None:
        """Return an office time of this run; None if it is not known. The first call may cost a request."""
        if self._time is None and not self._probed:
            self._probed = True
            status.requests += 1
            try:
                patient = await self.practice.patients.simple().first()
            except OpenDentalError:
                return None  # the change stamps of the rows are used instead
            self.record(patient.serverDateTime if patient else None)
        return self._time


class TableReader:
    """Reads one table of one practice.

    Args:
        store: the database that the rows are written to.
        clock: the practice and its office time.
        plan: how the table is read.
        status: the status to update.
        deadline: the deadline of the run.
        parent: the status of the parent table, which was read before; None if there is none.
    """

    def __init__(
        self,
        store: Store,
        clock: PracticeClock,
        plan: Plan,
        status: TableStatus,
        deadline: Deadline,
        *,
        parent: TableStatus | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._plan = plan
        self._status = status
        self._deadline = deadline
        self._failed_parent = parent if parent and parent.outcome.is_failure else None
        self._skipped = 0

    async def read(self, *, sweep_days: float | None, sweep: bool, accept_removals: bool) -> bool:
        """Read what is due. An error of the API is recorded in the status and the run, and not raised.

        Args:
            sweep_days: days between two sweeps; None for the plan's own number.
            sweep: whether to read all rows in any case.
            accept_removals: whether to mark rows as deleted even if they are many.

        Returns:
            Whether the table was read and nothing had changed; then nothing was written.

        Raises:
            StoreError: the database cannot be used.
        """
        store, status = self._store, self._status
        state = await store.state(status.practice, self._plan.table)
        mode = await self._due_mode(state.cursor, sweep_days=sweep_days, sweep=sweep)
        if not mode and self._failed_parent and cursors.must_repeat_sweep(state.cursor, self._plan):
            status.outcome, status.error = (
                Outcome.INCOMPLETE,
                state.error or self._without(self._failed_parent),
            )
            return False
        if not mode:
            status.outcome = Outcome.UP_TO_DATE
            if state.failing_since:  # what failed is not due any more, such as a key that was wrong
                await store.recover(status)
            return False
        now = None if self._failed_parent else store.clock()
        cursor = cursors.started(state.cursor, mode, now, self._plan)
        status.sync_mode, status.outcome = mode, Outcome.RUNNING
        run, is_failing = Run(), True
        try:
            if mode is SyncMode.SWEEP:
                rows = await store.count(status.practice, self._plan.table)
                status.expected, run.is_new = rows or None, cursor.sweep == 1 and not rows
                await store.start(run, status, cursor)
            return await self._read_batches(state, cursor, run, accept_removals=accept_removals)
        except StoreError:
            raise
        except OpenDentalError as error:
            status.outcome, status.error = Outcome.FAILED, self._explanation(error)
            is_failing = not isinstance(error, ConcurrentMirror)
        except Exception as error:  # noqa: BLE001 - see below
            # one office must never stop the others; the message is dropped, because it may quote a row
            status.outcome, status.error = Outcome.FAILED, f"{type(error).__name__}: an error of this package"
        await store.fail(run, status, state, cursor, is_failing=is_failing)
        return False

    async def _due_mode(self, cursor: Cursor, *, sweep_days: float | None, sweep: bool) -> SyncMode:
        store, plan = self._store, self._plan
        mode = cursors.due_mode(cursor, plan, store.clock(), sweep_days=sweep_days, sweep=sweep)
        if not mode and plan.parent and await store.skipped(self._status.practice, plan.table):
            return SyncMode.CHANGES  # of the skipped parents only
        if not mode and not self._failed_parent and cursors.must_repeat_sweep(cursor, plan):
            return SyncMode.SWEEP
        if mode is SyncMode.CHANGES and await self._is_ahead(cursor):
            # the office's clock was ahead once: changes since then are before the bookmark
            return SyncMode.SWEEP
        return mode

    async def _is_ahead(self, cursor: Cursor) -> bool:
        """Return whether the bookmark is later than the office's own time."""
        if cursors.is_ahead(cursor, self._store.clock()):
            return cursors.is_ahead(cursor, await self._clock.time(self._status))
        return cursors.is_ahead(cursor, self._clock.known)

    def _explanation(self, error: OpenDentalError) -> str:
        # nobody has the bytes of a DecodeError here
        message = error.problem if isinstance(error, DecodeError) else error.message
        text = f"{type(error).__name__}: {message}"  # the row has the practice already
        since = self._plan.since
        if since and isinstance(error, BadRequest) and not isinstance(error, OfficeOffline):
            return f"{text} (a mirror of this table needs Open Dental {since} or later)"
        return text

    async def _read_batches(
        self, state: TableState, cursor: Cursor, run: Run, *, accept_removals: bool
    ) -> bool:
        status, store = self._status, self._store
        swept = cursor.sync_mode is SyncMode.SWEEP
        parent = self._plan.parent
        batches = self._parent_batches(cursor, parent) if parent else self._list_batches(cursor)
        try:
            async for rows, behind, skipped in batches:
                if not rows and not swept and skipped is None:
                    continue  # there is nothing to write
                status.rows += len(rows)
                # the store counts the versions of a cursor, the generator of batches does not
                following = msgspec.structs.replace(behind, version=cursor.version)
                cursor = await store.advance(run, status, following, rows, skipped=skipped)
                del rows
                if self._deadline.expired:
                    status.outcome = Outcome.STOPPED
                    await store.stop(run, status, cursor)
                    return False
        finally:
            await batches.aclose()
        if swept and cursor.began_at is None and self._failed_parent:
            status.error = self._without(self._failed_parent)
        status.outcome = Outcome.INCOMPLETE if status.error else Outcome.DONE
        # a sync that a killed process began has to end, even if it finds nothing more
        is_unchanged = not (swept or state.cursor.sync_mode) and cursor == msgspec.structs.replace(
            state.cursor, sync_mode=SyncMode.CHANGES, began_at=cursor.began_at
        )
        if is_unchanged and not state.error and status.outcome is Outcome.DONE:
            return True
        # a table that was reset while its changes were read has to be swept first
        is_complete = status.outcome is Outcome.DONE and (swept or cursor.swept_at is not None)
        done = cursors.completed(cursor, store.clock(), is_complete=is_complete)
        await store.finish(run, status, done, swept=swept, accept_removals=accept_removals)
        return False

    async def _list_batches(self, cursor: Cursor) -> AsyncGenerator[_Batch]:
        """Read the plan's lists, from the cursor's checkpoint on."""
        plan = self._plan
        time = await self._time_before(cursor)
        for part in range(cursor.part, len(plan.list_filters)):
            checkpoint = cursor.checkpoint if part == cursor.part else BEGINNING
            cursor = msgspec.structs.replace(cursor, part=part, checkpoint=checkpoint)
            pages = self._rows(cursors.filters(cursor, plan)).walk(plan.id_field, checkpoint)
            try:
                async for page, behind, drifted in pages:
                    self._status.requests += 1
                    self._status.drifted += drifted
                    rows = self._with_ids(page)
                    if rows:
                        self._clock.record(getattr(rows[0], SERVER_TIME, None))
                    now = time or self._clock.known
                    if now is None and cursors.is_far_ahead(cursor, plan.changes, rows):
                        now = await self._clock.time(self._status) or cursors.latest_time(self._store.clock())
                    cursor = cursors.record_server_time(cursor, plan.changes, rows, time, now)
                    cursor = msgspec.structs.replace(cursor, checkpoint=behind)
                    yield _Batch(rows, cursor)
                    del page, rows  # they are written, and the next page may take seconds
            except (BadRequest, NeedsVersion) as error:
                # an older server does not list its deleted rows; then the sweeps find them
                if isinstance(error, OfficeOffline) or not plan.lists_deleted(part):
                    raise
            finally:
                await pages.aclose()

    async def _time_before(self, cursor: Cursor) -> dt.datetime | None:
        """Return an office time before this sweep, if the rows themselves do not show one."""
        changes = self._plan.changes
        if changes is None or changes.server_time or cursor.sync_mode is not SyncMode.SWEEP:
            return None
        return await self._clock.time(self._status)

    async def _parent_batches(self, cursor: Cursor, parent: Parent) -> AsyncGenerator[_Batch]:
        """Read the rows of each parent in turn, and prefetch those of the next parents meanwhile."""
        tasks: deque[tuple[int, asyncio.Task[_HiddenRows]]] = deque()
        parent_ids = self._due_parents(parent, cursor)
        failures: list[OpenDentalError] = []
        try:
            while True:
                while len(tasks) < _PREFETCHED and (found := await anext(parent_ids, None)) is not None:
                    tasks.append((found, asyncio.create_task(self._rows_of(parent, found))))
                if not tasks:
                    return
                parent_id, task = tasks[0]
                error: OpenDentalError | None = None
                try:
                    rows = (await task).rows
                except (BadRequest, NotFound, DecodeError, RowWithoutId) as refused:
                    if isinstance(refused, OfficeOffline):
                        raise
                    rows, error = [], refused
                tasks.popleft()
                failures = [*failures, error] if error else []
                self._record_skipped(parent, error)
                cursor = msgspec.structs.replace(cursor, parent=parent_id)
                yield _Batch(rows, cursor, error is not None)
                if len(failures) == _MAX_FAILURES:
                    raise failures[0]
        finally:
            await parent_ids.aclose()
            for _, task in tasks:
                task.cancel()
            await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)

    def _without(self, parent: TableStatus) -> str:
        return (
            f"{parent.error}; without all rows of {parent.table}, rows of {self._plan.table} may be missing"
        )

    def _record_skipped(self, parent: Parent, error: OpenDentalError | None) -> None:
        if error:
            self._skipped += 1
            count = f"{self._skipped} of {parent.table}"
            self._status.error = f"{self._explanation(error)}; the rows of {count} could not be read"

    async def _due_parents(self, parent: Parent, cursor: Cursor) -> AsyncGenerator[int]:
        """Yield the parents to read: all of them in a sweep, else those that were skipped."""
        if cursor.sync_mode is SyncMode.SWEEP:
            async with aclosing(self._parent_ids(parent, cursor.parent)) as parent_ids:
                async for parent_id in parent_ids:
                    yield parent_id
        else:
            for parent_id in await self._store.skipped(self._clock.name, self._plan.table):
                yield parent_id

    async def _parent_ids(self, parent: Parent, after: int) -> AsyncGenerator[int]:
        while found := await self._store.ids(self._clock.name, parent.table, after, _IDS_PER_QUERY):
            for parent_id in found:
                yield parent_id
            after = found[-1]

    async def _rows_of(self, parent: Parent, parent_id: int) -> _HiddenRows:
        found: list[Any] = []
        for filters in self._plan.list_filters:
            found += await self._rows({**filters, parent.filter: parent_id})
            self._status.requests += 1
        return _HiddenRows(self._with_ids(found))

    def _with_ids(self, rows: list[Any]) -> list[Any]:
        """Return the rows of this table.

        Raises:
            RowWithoutId: a row has no id.
        """
        row_id = attrgetter(self._plan.id_field)
        if all(map(row_id, rows)):
            return rows
        if not self._plan.others:
            raise RowWithoutId(self._plan.id_field)
        return [*filter(row_id, rows)]

    def _rows(self, filters: dict[str, object]) -> Rows[Any]:
        resource = getattr(self._clock.practice, self._plan.table)
        rows: Rows[Any] = getattr(resource, self._plan.method)(**filters)
        return rows


class _HiddenRows:
    """Rows as the result of a task, without a repr: the debug mode of asyncio logs such results."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows
