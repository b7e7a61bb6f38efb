"""Reads one table of one practice: what is due, page by page, each with its cursor into the store."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any, Final, NamedTuple

import msgspec

from odapi_async import BadRequest, NeedsVersion, OfficeOffline, OpenDentalError, Practice, Rows
from odapi_async.mirror import cursor as cursors
from odapi_async.mirror.cursor import BEGINNING, Cursor, SyncMode
from odapi_async.mirror.database.columns import SERVER_TIME
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.errors import StoreError
from odapi_async.mirror.plans import Parent, Plan
from odapi_async.mirror.report import Outcome, TableStatus

_PARENTS: Final = 500  # keys that are looked up at once
_AHEAD: Final = 4  # parents whose rows are asked for while others are written; a lane sends as many as it may


class _Batch(NamedTuple):
    """Rows that were read together, and the cursor behind them."""

    rows: list[Any]
    cursor: Cursor


class PracticeClock:
    """One practice of a run, and what its clock showed.

    Args:
        name: its name in the database.
        practice: the practice.
    """

    def __init__(self, name: str, practice: Practice) -> None:
        self.name = name
        self.practice = practice
        self._time: dt.datetime | None = None
        self._probed = False

    def note(self, time: dt.datetime | None) -> None:
        """Note a time that the office's clock showed; the first one counts, which was before all readings."""
        self._time = self._time or time

    async def time(self, status: TableStatus) -> dt.datetime | None:
        """Return a time that the office's clock showed in this run, if need be at the cost of a request."""
        if self._time is None and not self._probed:
            self._probed = True
            status.requests += 1
            try:
                anyone = await self.practice.patients.simple().first()
            except OpenDentalError:
                return None  # the stamps of the rows will have to do
            self.note(anyone.serverDateTime if anyone else None)
        return self._time


class TableReader:
    """Reads one table of one practice.

    Args:
        store: where rows go.
        office: the practice.
        plan: how the table is read.
        status: where it is noted how far this is.
    """

    def __init__(self, store: Store, office: PracticeClock, plan: Plan, status: TableStatus) -> None:
        self._store = store
        self._office = office
        self._plan = plan
        self._standing = status

    async def read(self, *, sweep_days: float | None, sweep: bool) -> None:
        """Read what is due. What goes wrong at the office is noted; what goes wrong in the store is raised.

        Raises:
            StoreError: the database does not do what it should.
        """
        store, status, plan = self._store, self._standing, self._plan
        cursor = await store.cursor(status.practice, plan.table)
        reading = cursors.due_mode(cursor, plan, store.clock(), sweep_days=sweep_days, sweep=sweep)
        if not reading:
            status.outcome = Outcome.UP_TO_DATE
            await store.skip(status)
            return
        cursor = cursors.started(cursor, reading)
        status.sync_mode, status.outcome = reading, Outcome.RUNNING
        if reading is SyncMode.SWEEP:
            status.expected = await store.count(status.practice, plan.table) or None
        run = await store.start(status, cursor)
        try:
            await self._through(cursor, run)
        except StoreError:
            raise
        except OpenDentalError as error:
            status.outcome, status.error = Outcome.FAILED, self._said(error)
            await store.fail(run, status)

    def _said(self, error: OpenDentalError) -> str:
        said = f"{type(error).__name__}: {error}"
        since = self._plan.since
        if since and isinstance(error, BadRequest) and not isinstance(error, OfficeOffline):
            return f"{said} (this table can be read as a whole from Open Dental {since} on)"
        return said

    async def _through(self, cursor: Cursor, run: int) -> None:
        status, store = self._standing, self._store
        swept = cursor.sync_mode is SyncMode.SWEEP
        batches = self._by_parent(cursor, self._plan.parent) if self._plan.parent else self._whole(cursor)
        try:
            async for rows, behind in batches:
                status.rows += len(rows)
                cursor = await store.advance(run, status, _at(behind, cursor), rows)
        finally:
            await batches.aclose()
        status.outcome = Outcome.DONE
        await store.finish(run, status, cursors.completed(cursor, store.clock()), swept=swept)

    async def _whole(self, cursor: Cursor) -> AsyncGenerator[_Batch]:
        """Read the plan's lists from the cursor's place on."""
        plan = self._plan
        time = await self._time_before(cursor)
        for part in range(cursor.part, len(plan.list_filters)):
            place = cursor.checkpoint if part == cursor.part else BEGINNING
            cursor = msgspec.structs.replace(cursor, part=part, checkpoint=place)
            pages = self._rows(cursors.filters(cursor, plan)).walk(plan.id_field, place)
            try:
                async for rows, behind, moved in pages:
                    self._standing.requests += 1
                    self._standing.drifted += moved
                    if rows:
                        self._office.note(getattr(rows[0], SERVER_TIME, None))
                    cursor = cursors.record_server_time(cursor, plan.changes, rows, time)
                    cursor = msgspec.structs.replace(cursor, checkpoint=behind)
                    yield _Batch(rows, cursor)
            except (BadRequest, NeedsVersion) as error:
                # an older server does not list its deleted rows: then the sweeps find out what is gone
                if isinstance(error, OfficeOffline) or not plan.lists_deleted(part):
                    raise
            finally:
                await pages.aclose()

    async def _time_before(self, cursor: Cursor) -> dt.datetime | None:
        changes = self._plan.changes
        if changes is None or changes.server_time or cursor.sync_mode is not SyncMode.SWEEP:
            return None
        return await self._office.time(self._standing)

    async def _by_parent(self, cursor: Cursor, parent: Parent) -> AsyncGenerator[_Batch]:
        """Read the rows of one parent row after the other, the next ones while this one is written."""
        tasks: deque[tuple[int, asyncio.Task[_Unprinted]]] = deque()
        keys = self._parents(parent, cursor.parent)
        try:
            while True:
                while len(tasks) < _AHEAD and (key := await anext(keys, None)) is not None:
                    tasks.append((key, asyncio.create_task(self._of(parent, key))))
                if not tasks:
                    return
                done, task = tasks[0]
                rows = (await task).rows
                tasks.popleft()
                cursor = msgspec.structs.replace(cursor, parent=done)
                yield _Batch(rows, cursor)
        finally:
            await keys.aclose()
            for _, task in tasks:
                task.cancel()
            await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)

    async def _parents(self, parent: Parent, after: int) -> AsyncGenerator[int]:
        while found := await self._store.ids(self._office.name, parent.table, after, _PARENTS):
            for key in found:
                yield key
            after = found[-1]

    async def _of(self, parent: Parent, key: int) -> _Unprinted:
        found: list[Any] = []
        for given in self._plan.list_filters:
            found += await self._rows({**given, parent.filter: key})
            self._standing.requests += 1
        # what has no key is no row of this table: the mounts in a list of documents
        return _Unprinted([row for row in found if getattr(row, self._plan.id_field)])

    def _rows(self, filters: dict[str, object]) -> Rows[Any]:
        resource = getattr(self._office.practice, self._plan.table)
        rows: Rows[Any] = getattr(resource, self._plan.method)(**filters)
        return rows


class _Unprinted:
    """Holds rows while they are the result of a task: asyncio's debug mode prints such results."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows


def _at(behind: Cursor, written: Cursor) -> Cursor:
    """Return the cursor behind a batch, as the next version of the one that was written last."""
    return msgspec.structs.replace(behind, version=written.version)
