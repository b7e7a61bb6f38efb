"""Copies many practices: all of them at once, and the tables of a practice one after the other."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from functools import partial, wraps
from types import MappingProxyType
from typing import Any, Final, ParamSpec, cast

from odapi_async import ConfigurationError, OpenDental, Practice, Priority
from odapi_async.mirror.database.own_rows import Run
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.deadline import Deadline
from odapi_async.mirror.errors import KeyChanged, PracticeRenamed, StoreError
from odapi_async.mirror.freshness import Status, read_status
from odapi_async.mirror.plans import Plan, with_parents
from odapi_async.mirror.reader import PracticeClock, TableReader
from odapi_async.mirror.report import Outcome, Report, TableStatus
from odapi_async.mirror.suggestions import check_tables

DEFAULT_TABLES: Final = (
    "patients",
    "appointments",
    "procedure_logs",
    "procedure_codes",
    "providers",
    "operatories",
    "clinics",
    "definitions",
    "recall_types",
    "recalls",
    "claims",
    "payments",
)
"""The tables that are copied by default."""

_PRUNE_INTERVAL: Final = dt.timedelta(days=1)

_TableWork = tuple[Plan, TableStatus]

_NONE: Final[Mapping[str, Iterable[str]]] = MappingProxyType({})

P = ParamSpec("P")


def _without_rows(read: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, Coroutine[Any, Any, None]]:
    """Decorate a method whose errors pass frames with rows: error reporters send their variables.

    The error is a copy: practices whose pages were in one transaction get the same one, each with all frames.
    """

    @wraps(read)
    async def run(*args: P.args, **kwargs: P.kwargs) -> None:
        failed: StoreError | None = None
        try:
            await read(*args, **kwargs)
        except StoreError as error:
            failed = copy(error)
            failed.__traceback__ = failed.__context__ = failed.__cause__ = None
        if failed:
            raise failed  # outside, so that the first error is not its context

    return run


class Mirror:
    """Mirrors many practices into your own database; safe to kill at any time.

    Each page of rows is written in one transaction with its cursor, and the next run continues there. All
    requests have bulk priority, so that other requests to these practices through the same client (or the
    same Redis) go first.

    Args:
        client: the client that the practices belong to.
        store: the database that holds the copies.
        sweep_days: days from one sweep, which reads all rows, to the next, for all tables; None for each
            table's own number.
        keep_runs_days: days after which what a run did is removed from `mirror_runs`.

    Attributes:
        client: the client, as given.
        store: the database, as given.
        statuses: the status of each table in the run in progress, or in the last run. Read it at any time,
            for example to show progress.
    """

    def __init__(
        self,
        client: OpenDental,
        store: Store,
        *,
        sweep_days: float | None = None,
        keep_runs_days: float = 30.0,
    ) -> None:
        self.client = client
        self.store = store
        self.statuses: tuple[TableStatus, ...] = ()
        self._sweep_days = sweep_days
        self._keep_runs = dt.timedelta(days=keep_runs_days)
        self._pruned_at: dt.datetime | None = None
        self._deadlines: set[Deadline] = set()
        self._preparing = asyncio.Lock()
        self._opened: set[str] = set()
        self._indexed: set[str] = set()

    async def run(
        self,
        practices: Mapping[str, Practice],
        tables: Iterable[str] = DEFAULT_TABLES,
        *,
        tables_by_practice: Mapping[str, Iterable[str]] = _NONE,
        sweep: bool = False,
        accept_removals: bool = False,
        accept_new_keys: bool = False,
        deadline: float | None = None,
    ) -> Report:
        """Read what is due from all practices, once.

        Args:
            practices: the practices by name; their rows in the database carry this name.
            tables: the tables to copy. If a table is read by the rows of another one, that one is copied,
                too: `documents` are read patient by patient, so `patients` are included.
            tables_by_practice: other tables for some practices, by the name of the practice.
            sweep: whether to read all rows, even of tables whose next sweep is not due yet.
            accept_removals: whether to mark the rows that a sweep does not see as deleted even if they are
                many: more than 100 rows and more than 30 % of a table. By default a second sweep has to miss
                them, too; see `Report.withheld`.
            accept_new_keys: whether to read practices whose customer key or developer key is not the one
                that their rows were read with, because the office is the same, and practices whose key is
                that of another one in the database that is not in `practices`. By default their tables fail
                with `KeyChanged` or `PracticeRenamed`, before anything is sent to them; other practices are
                read.
            deadline: seconds after which each practice ends at its next page; see `Report.stopped`. The next
                run continues there. None to read until nothing is due.

        Returns:
            The status of each table. If one fails, the others are still read; see `Report.failed`.

        Raises:
            StoreError: the database cannot be used. No page was written without its cursor.
            ConfigurationError: there is no such table, or a practice has no name; nothing was sent.
        """
        if "" in practices:
            raise ConfigurationError("a practice needs a name")
        tables = tuple(tables)
        work = {name: _work(name, tables_by_practice.get(name, tables)) for name in practices}
        names = {plan.table for found in work.values() for plan, _ in found}
        await self.store.open(names)
        self.statuses = tuple(status for found in work.values() for _, status in found)
        fingerprints = {name: practice.key_fingerprint for name, practice in practices.items()}
        stopped = await self.store.check_keys(fingerprints, accept=accept_new_keys)
        failed: StoreError | None = None
        try:
            async with self._until(deadline) as until, asyncio.TaskGroup() as group:
                read = partial(self._read, until=until, sweep=sweep, accept_removals=accept_removals)
                for name, practice in practices.items():
                    clock = PracticeClock(name, practice.with_options(priority=Priority.BULK, max_age=None))
                    group.create_task(
                        self._stop(name, stopped[name], work[name])
                        if name in stopped
                        else read(clock, work[name])
                    )
        except* StoreError as errors:
            failed = cast("StoreError", errors.exceptions[0])
        if failed:
            raise failed
        await self.store.index(names)
        await self._prune()
        return Report(tables=self.statuses)

    async def run_one(
        self,
        name: str,
        practice: Practice,
        tables: Iterable[str] = DEFAULT_TABLES,
        *,
        deadline: float | None = None,
        sweep: bool = False,
    ) -> Report:
        """Read what is due from one practice, once.

        This is for programs that decide themselves when each practice is read, such as a queue with many
        workers. A round of `run` prepares the database each time; this does it once for each table, so a
        practice without changes costs little more than its requests. It can run for many practices at the
        same time, and does not change `statuses`.

        Args:
            name: the name of the practice; its rows in the database carry it.
            practice: the practice.
            tables: the tables to copy, as in `run`.
            deadline: seconds after which it ends at its next page, as in `run`.
            sweep: whether to read all rows, as in `run`.

        Returns:
            The status of each table.

        Raises:
            StoreError: the database cannot be used. No page was written without its cursor.
            ConfigurationError: there is no such table, or the practice has no name; nothing was sent.
        """
        if not name:
            raise ConfigurationError("a practice needs a name")
        work = _work(name, tables)
        names = {plan.table for plan, _ in work}
        async with self._until(deadline) as until:
            async with self._preparing:
                if new := names - self._opened:
                    await self.store.open(new)
                    self._opened |= new
            refused = await self.store.check_keys({name: practice.key_fingerprint})
            if name in refused:
                await self._stop(name, refused[name], work)
            else:
                clock = PracticeClock(name, practice.with_options(priority=Priority.BULK, max_age=None))
                await self._read(clock, work, until=until, sweep=sweep, accept_removals=False)
        report = Report(tables=tuple(status for _, status in work))
        if report.complete:
            await self._index(names)
        await self._prune()
        return report

    async def _index(self, tables: set[str]) -> None:
        """Create the indexes of tables once. No other practice waits for them: they may take minutes."""
        new = tables - self._indexed
        self._indexed |= new
        try:
            if new:
                await self.store.index(new)
        except BaseException:
            self._indexed -= new
            raise

    def stop(self) -> None:
        """Let all runs in progress end, each practice at its next page, as at their deadline."""
        for deadline in self._deadlines:
            deadline.expire()

    @asynccontextmanager
    async def _until(self, seconds: float | None) -> AsyncGenerator[Deadline]:
        async with Deadline(seconds) as deadline:
            self._deadlines.add(deadline)
            try:
                yield deadline
            finally:
                self._deadlines.discard(deadline)

    async def _prune(self) -> None:
        """Remove old runs, once a day."""
        now = self.store.clock()
        if self._pruned_at is None or now - self._pruned_at >= _PRUNE_INTERVAL:
            self._pruned_at = now
            await self.store.prune(now - self._keep_runs)

    async def status(self, practices: Iterable[str] | None = None) -> Status:
        """Return how current the tables in the database are. Nothing is sent, and nothing is written.

        Args:
            practices: the names of the practices to return; None for all in the database.

        Raises:
            StoreError: the database cannot be used, or it holds no mirror.
        """
        names = None if practices is None else [*practices]
        return await read_status(self.store, names, sweep_days=self._sweep_days)

    async def _stop(
        self, practice: str, error: KeyChanged | PracticeRenamed, work: Sequence[_TableWork]
    ) -> None:
        """Record that the tables of a practice were not read, because of its key."""
        for _, status in work:
            status.outcome, status.error = Outcome.FAILED, f"{type(error).__name__}: {error.message}"
        if isinstance(error, PracticeRenamed):
            return  # a name that is not to be kept leaves no trace
        await self.store.begin(practice, [plan.table for plan, _ in work])
        for plan, status in work:
            state = await self.store.state(practice, plan.table)
            await self.store.fail(Run(), status, state, state.cursor)

    @_without_rows
    async def _read(
        self,
        clock: PracticeClock,
        work: Sequence[_TableWork],
        *,
        until: Deadline,
        sweep: bool,
        accept_removals: bool,
    ) -> None:
        """Read the tables of a practice, one after the other."""
        since = self.store.clock()
        await self.store.begin(clock.name, [plan.table for plan, _ in work])
        idle: list[str] = []
        statuses = {plan.table: status for plan, status in work}
        for plan, status in work:
            if until.expired:
                status.outcome = Outcome.STOPPED
                continue
            parent = statuses[plan.parent.table] if plan.parent else None
            unchanged = await TableReader(self.store, clock, plan, status, until, parent=parent).read(
                sweep_days=self._sweep_days,
                sweep=sweep,
                accept_removals=accept_removals,
            )
            idle += [plan.table] if unchanged else []
        await self.store.record_idle(clock.name, idle, since)


def _work(practice: str, tables: Iterable[str]) -> list[_TableWork]:
    plans = with_parents(check_tables(tables))
    return [(plan, TableStatus(practice=practice, table=plan.table)) for plan in plans]
