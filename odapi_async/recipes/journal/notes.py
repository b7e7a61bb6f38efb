"""The database of a journal: runs, their leases, and what is noted of each step."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple
from uuid import uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.transaction import begin
from odapi_async.mirror.database.upsert import insert_into
from odapi_async.recipes.journal.errors import RunBusy, RunLost, WrongPractice
from odapi_async.recipes.journal.fence import Fence
from odapi_async.recipes.journal.schema import RUNS, STEPS, StepState, create_tables

_FULL: Final = "PRAGMA synchronous=FULL"
_NORMAL: Final = "PRAGMA synchronous=NORMAL"


class Note(NamedTuple):
    """What is noted of one step.

    Attributes:
        step: its number, from 1 on.
        operation: method and path of its operation.
        digest: identifies what was sent.
        fields: the wire names of the fields that it writes.
        state: what has become of it.
        row_id: the id of the row, which an update or a deletion names; None if it is not known.
        known: the ids of the rows that were there before it was sent.
        noted_at: when it was noted to be sent.
    """

    step: int
    operation: str
    digest: str
    fields: frozenset[str]
    state: StepState
    row_id: int | None
    known: frozenset[int]
    noted_at: dt.datetime


class RunLease:
    """One run in the database, kept for this process from its last sign of life on.

    Args:
        run: the name of the run.
        store: the database.
        seconds: how long the run is kept for this process.
        clock: returns the time in UTC, without a zone.

    Attributes:
        run: the name of the run.
        seconds: as given.
        clock: as given.
        fence: ends what runs when the lease ends.
        free_since: the end of the lease of the process before this one, which sent nothing afterwards.
    """

    def __init__(self, run: str, store: Store, seconds: float, clock: Callable[[], dt.datetime]) -> None:
        self.run = run
        self.seconds = seconds
        self.clock = clock
        self.fence = Fence(run)
        self.free_since = dt.datetime.min
        self._store = store
        self._span = dt.timedelta(seconds=seconds)
        self._token = uuid4().hex

    @shielded
    async def acquire(self, practice: str) -> dict[int, Note]:
        """Take the run for this process, and return what is noted of its steps. Create missing tables.

        Raises:
            RunBusy: another process has it.
            WrongPractice: it belongs to another practice.
        """
        await self._create()
        now, begun_at = self.clock(), asyncio.get_running_loop().time()
        async with self._transaction() as connection:
            new = {"run": self.run, "practice": practice, "leased_until": now, "begun_at": now}
            insert = insert_into(RUNS, connection.dialect).values(new)
            # two processes may begin it at the same time
            await connection.execute(insert.on_conflict_do_nothing())
            found = (await connection.execute(_locked(self.run))).one()
            lease = {"leased_by": self._token, "leased_until": now + self._span}
            if found.practice != practice:
                raise WrongPractice(self.run)
            # a clock that was set back must not keep a run for longer than a lease
            left = min(found.leased_until - now, self._span).total_seconds()
            if found.leased_by is not None and left > 0:
                raise RunBusy(self.run, left)
            self.free_since = min(found.leased_until, now)
            await connection.execute(sa.update(RUNS).where(RUNS.c.run == self.run).values(lease))
            rows = await connection.execute(sa.select(STEPS).where(STEPS.c.run == self.run))
            notes = {note.step: note for note in map(_note, rows)}
        self.fence.move(begun_at + self.seconds)
        return notes

    @shielded
    async def renew(self) -> None:
        """Keep a run for this process.

        Raises:
            RunLost: another process has taken it over.
        """
        async with self._renewed():
            pass

    @shielded
    async def write(self, note: Note) -> None:
        """Note a step. When this returns, it is on disk.

        Raises:
            RunLost: another process has taken the run over; nothing was noted.
        """
        values: dict[str, Any] = note._asdict()
        for name in ("fields", "known"):
            values[name] = msgspec.json.encode(sorted(values[name])).decode()
        values["state"] = note.state.value
        same = (STEPS.c.run == self.run, STEPS.c.step == note.step)
        async with self._renewed() as connection:
            updated = await connection.execute(sa.update(STEPS).where(*same).values(values))
            if not updated.rowcount:
                await connection.execute(sa.insert(STEPS).values(run=self.run, **values))

    @shielded
    async def erase(self, step: int) -> None:
        """Forget a step that was not executed.

        Raises:
            RunLost: another process has taken the run over.
        """
        async with self._renewed() as connection:
            await connection.execute(sa.delete(STEPS).where(STEPS.c.run == self.run, STEPS.c.step == step))

    @shielded
    async def release(self, *, ended: bool) -> None:
        """Let other processes have the run.

        Args:
            ended: whether it came to its end.
        """
        free: dict[str, Any] = {"leased_by": None}
        mine = (RUNS.c.run == self.run, RUNS.c.leased_by == self._token)
        async with self._transaction() as connection:
            values = free | ({"ended_at": self.clock()} if ended else {})
            await connection.execute(sa.update(RUNS).where(*mine).values(values))

    @shielded
    async def forget(self) -> bool:
        """Remove a run; return whether there was one.

        Raises:
            RunBusy: a process has it.
        """
        await self._create()
        now = self.clock()
        async with self._transaction() as connection:
            found = (await connection.execute(_locked(self.run))).one_or_none()
            if found is None:
                return False
            left = min(found.leased_until - now, self._span).total_seconds()
            if found.leased_by is not None and left > 0:
                raise RunBusy(self.run, left)
            await connection.execute(sa.delete(STEPS).where(STEPS.c.run == self.run))
            await connection.execute(sa.delete(RUNS).where(RUNS.c.run == self.run))
            return True

    async def _create(self) -> None:
        with translate_errors():
            async with self._store.engine.begin() as connection:
                await connection.run_sync(create_tables)

    @asynccontextmanager
    async def _renewed(self) -> AsyncGenerator[AsyncConnection]:
        """Run a transaction that renews the lease.

        Raises:
            RunLost: another process has taken the run over.
        """
        begun_at = asyncio.get_running_loop().time()
        mine = (RUNS.c.run == self.run, RUNS.c.leased_by == self._token)
        async with self._transaction() as connection:
            values = {"leased_until": self.clock() + self._span}
            renewed = await connection.execute(sa.update(RUNS).where(*mine).values(values))
            if not renewed.rowcount:
                raise RunLost(self.run)
            yield connection
        self.fence.move(begun_at + self.seconds)

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[AsyncConnection]:
        """Run a transaction that a machine which loses its power afterwards does not lose."""
        with translate_errors():
            async with self._store.engine.connect() as connection:
                is_file = connection.dialect.name == "sqlite"
                if is_file:
                    await connection.exec_driver_sql(_FULL)
                try:
                    await begin(connection)
                    yield connection
                    await connection.commit()
                finally:
                    if is_file:
                        await connection.rollback()
                        await connection.exec_driver_sql(_NORMAL)


def _locked(run: str) -> sa.Select[Any]:
    return sa.select(RUNS).where(RUNS.c.run == run).with_for_update()


def _note(row: Any) -> Note:
    values = row._asdict()
    del values["run"]
    values["state"] = StepState(row.state)
    for name in ("fields", "known"):
        values[name] = frozenset(msgspec.json.decode(values[name]))
    return Note(**values)
