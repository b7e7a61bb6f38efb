"""A worker: takes practices from the queue and reads them, until it is told to stop."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from odapi_async import ConfigurationError, OpenDental, Request, Response, Transport, __version__
from odapi_async.fleet import tick
from odapi_async.fleet.checks import check_dialect, check_version
from odapi_async.fleet.connection import (
    database_clock,
    end_idle_transactions,
    lasting_connection,
    renew_pool,
)
from odapi_async.fleet.engine import Engine, pending_changes
from odapi_async.fleet.errors import GuardLost, NoFleet
from odapi_async.fleet.gate import Gate, GatedTransport
from odapi_async.fleet.guard import Guard, check_pooler
from odapi_async.fleet.settings import check_excluded, read_settings, remove_excluded
from odapi_async.fleet.slices import KeyFor, Slices
from odapi_async.fleet.tally import Counts, Tally
from odapi_async.fleet.timing import DEFAULT_TIMING, Timing
from odapi_async.mirror import Mirror, Store, StoreError
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.shielded import run_shielded

MakeClient = Callable[[Transport], OpenDental]
"""Makes the client of a worker, which sends its requests with this transport."""

_DELAYS: Final = (1.0, 2.0, 4.0, 8.0)  # seconds before a lost database is tried again; the last one repeats
_FLUSH: Final = 20
_GRACE: Final = 5.0  # seconds that a page may take after the settings have changed
_FEWEST: Final = 2  # the engine takes them in pairs
_RARELY: Final = "7 * * * * 0"

_REGISTER: Final = (
    "INSERT INTO fleet_workers (worker, settings, host, process, version, concurrency, backend)"
    " VALUES ($1, $2, $3, $4, $5, $6, pg_backend_pid())"
)
_END_LOST: Final = (  # a server process that began later is another one, with the same number
    "SELECT pg_terminate_backend(a.pid) FROM fleet_workers w JOIN pg_stat_activity a ON a.pid = w.backend"
    " WHERE w.worker = $1 AND a.pid <> pg_backend_pid() AND a.backend_start <= w.started_at"
)
_FORGET: Final = "DELETE FROM fleet_workers WHERE worker = $1"


class Worker:
    """Reads the practices of a fleet.

    Args:
        store: the mirror's database.
        transport: what sends the requests of the client.
        make_client: makes the client.
        key_for: returns customer keys.
        concurrency: how many practices are read at the same time at most.
        timing: the times of the worker.
        on_change: called with a line of text when the worker begins, when it loses its database, and when the
            settings of the fleet change.

    Raises:
        ConfigurationError: `concurrency` is less than 2.
    """

    def __init__(
        self,
        store: Store,
        transport: Transport,
        make_client: MakeClient,
        key_for: KeyFor,
        *,
        concurrency: int = 100,
        timing: Timing = DEFAULT_TIMING,
        on_change: Callable[[str], object] = lambda _: None,
    ) -> None:
        if concurrency < _FEWEST:
            raise ConfigurationError(f"concurrency must be {_FEWEST} or more")
        self._store = store
        self._host_clock = store.clock
        self._tally = Tally()
        self._gate = Gate(timing.lease)
        self._transport = _Counted(GatedTransport(self._gate, transport), self._tally)
        self._make_client = make_client
        self._key_for = key_for
        self._concurrency = concurrency
        self._timing = timing
        self._grace = timing.lease / 2  # seconds that its last statements may take
        self._on_change = on_change
        self._stopping = asyncio.Event()
        self._session: tuple[Slices, Engine] | None = None
        self._worker: UUID | None = None

    @property
    def counts(self) -> Counts:
        """What it has done since it began."""
        return self._tally.counts

    @property
    def reading(self) -> int:
        """How many practices it reads now."""
        return 0 if self._session is None else len(self._session[0])

    def stop(self) -> None:
        """Take no more practices, and let those that are read end at their next page."""
        self._stopping.set()
        if self._session is not None:
            slices, engine = self._session
            slices.stop()
            engine.stop()

    async def run(self) -> None:
        """Work until `stop` is called. A database that is lost is tried again and again.

        Raises:
            FleetChanged: the fleet excludes other fields than the store, now or since a while ago. Nothing is
                read until a worker with another store runs.
            UnsuitableDatabase: a fleet cannot work with this database.
            NoFleet: the database holds no fleet.
            FleetTooNew: a newer version of this package has changed the fleet's tables.
        """
        check_dialect(self._store)
        end_idle_transactions(self._store.engine, self._timing.takeover)
        async with self._make_client(self._transport) as client:
            failures = 0
            while not self._stopping.is_set():
                try:
                    await self._work(client)
                    failures = 0
                except (GuardLost, StoreError) as error:
                    renew_pool(self._store.engine)
                    self._on_change(f"{error.message}; trying again")
                    await self._pause(_DELAYS[min(failures, len(_DELAYS) - 1)])
                    failures += 1

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _work(self, client: OpenDental) -> None:
        """Work until the database is lost, the settings of the fleet change, or the worker stops."""
        with translate_errors():
            async with self._store.engine.connect() as connection:
                await check_version(connection)
                settings, digest = await read_settings(connection)
            check_excluded(self._store, settings)
            async with (
                lasting_connection(self._store.engine) as locks,
                lasting_connection(self._store.engine) as queue,
            ):
                await check_pooler(locks, queue)
                if await pending_changes(queue):
                    raise NoFleet("holds no queue of this version")
                self._store.clock = await database_clock(locks, self._host_clock)
                async with self._registered(locks, digest) as worker:
                    guard = Guard(locks, worker, self._gate, self._timing)
                    if not await self._is_settled(guard, digest):
                        return
                    async with self._store.engine.begin() as connection:
                        await remove_excluded(connection, settings.exclude)
                    mirror = Mirror(client, self._store, sweep_days=settings.sweep_days)
                    slices = Slices(
                        client,
                        mirror,
                        guard,
                        worker,
                        self._key_for,
                        self._tally,
                        self._on_change,
                        self._timing.slice,
                    )
                    await self._run(client, guard, slices, queue, _Session(worker, digest))

    async def _is_settled(self, guard: Guard, digest: str) -> bool:
        """Wait until no other worker has other settings; return False if they change, or the worker stops.

        A field that is not excluded any more would be missing in the rows that such a worker reads, and its
        sweep would count. A worker that gives no sign has shut its gate.
        """
        while not self._stopping.is_set() and await guard.probe() == digest:
            if await guard.is_settled(digest):
                return True
            await self._pause(self._timing.probe)
        return False

    @asynccontextmanager
    async def _registered(self, locks: Any, digest: str) -> AsyncGenerator[UUID]:
        # the server may not know that a connection is lost, and keep its locks
        await locks.execute(_END_LOST, self._worker)
        await locks.execute(_FORGET, self._worker)
        self._worker = worker = uuid4()
        values = (digest, socket.gethostname(), os.getpid(), __version__, self._concurrency)
        await locks.execute(_REGISTER, worker, *values)
        self._on_change(f"reading up to {self._concurrency} practices at the same time")
        try:
            yield worker
        finally:
            if not locks.is_closed():
                forget = locks.execute(_FORGET, worker, timeout=self._grace)
                await run_shielded(forget, grace=self._grace)

    async def _run(
        self, client: OpenDental, guard: Guard, slices: Slices, queue: Any, session: _Session
    ) -> None:
        """Run slices until the worker stops, or the settings of the fleet change.

        Raises:
            GuardLost: nobody knows whether the locks are still held.
            StoreError: the queue is lost.
        """
        timing = self._timing
        await guard.probe()
        engine = Engine(
            queue, slices.run, {f"* * * * * */{timing.tick}": self._queue_due, _RARELY: self._prune}
        )
        self._session = slices, engine

        def end(*_: object) -> None:
            slices.cancel()
            engine.stop()

        change = _Change(session.digest, slices, engine, self._on_change)
        queue.add_termination_listener(end)
        lost: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(_watch(guard, change.look, end))
                count = group.create_task(self._count(client, session.worker))
                running = group.create_task(
                    engine.run(concurrency=self._concurrency, lost_after=timing.takeover, look=timing.look)
                )
                if self._stopping.is_set():
                    self.stop()
                try:
                    await asyncio.wait([running])
                except asyncio.CancelledError:
                    end()
                    raise
                watch.cancel()
                count.cancel()
        except* (GuardLost, StoreError) as errors:
            lost = errors.exceptions[0]
        finally:
            self._session = None
            change.close()
        if lost is not None:
            raise lost
        if not self._stopping.is_set() and not change.happened:
            raise GuardLost

    async def _queue_due(self) -> None:
        await tick.queue_due(self._store, self._timing.takeover)

    async def _prune(self) -> None:
        await tick.prune(self._store)

    async def _count(self, client: OpenDental, worker: UUID) -> None:
        """Tell the database from time to time what was done."""
        try:
            for second in itertools.count(1):
                await asyncio.sleep(1)
                lanes = client.scheduler.snapshot().lanes
                self._tally.allowed += sum(1 / each.interval for each in lanes if each.interval)
                if second % _FLUSH:
                    continue
                with suppress(StoreError):
                    await self._tally.flush(self._store, worker)
        finally:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(self._grace):
                    await self._tally.flush(self._store, worker)


class _Session(NamedTuple):
    """From one connection of a worker to the next, and from one change of the settings to the next.

    Attributes:
        worker: the id of the worker.
        digest: the digest of the settings that it works by.
    """

    worker: UUID
    digest: str


class _Change:
    """Lets a session end if the settings of the fleet change: its slices end at their next page.

    A page that takes long is cancelled: its rows must not be written by the old settings.

    Args:
        digest: the digest of the settings of the session.
        slices: the slices of the session.
        engine: the engine of the session.
        on_change: called with a line of text if they change.
    """

    def __init__(
        self, digest: str, slices: Slices, engine: Engine, on_change: Callable[[str], object]
    ) -> None:
        self._digest = digest
        self._slices = slices
        self._engine = engine
        self._on_change = on_change
        self._timer: asyncio.TimerHandle | None = None

    @property
    def happened(self) -> bool:
        """Whether they have changed."""
        return self._timer is not None

    def look(self, digest: str) -> None:
        """Compare the settings of the fleet with those of the session."""
        if digest == self._digest or self.happened:
            return
        self._on_change("the settings of the fleet have changed")
        self._slices.stop()
        self._engine.stop()
        self._timer = asyncio.get_running_loop().call_later(_GRACE, self._slices.cancel)

    def close(self) -> None:
        """Cancel nothing any more."""
        if self._timer is not None:
            self._timer.cancel()


async def _watch(guard: Guard, on_settings: Callable[[str], object], end: Callable[[], object]) -> None:
    try:
        await guard.watch(on_settings)
    finally:
        end()


class _Counted:
    """A transport that counts requests."""

    def __init__(self, transport: Transport, tally: Tally) -> None:
        self._transport = transport
        self._tally = tally

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        self._tally.requests += 1
        return await self._transport.send(request, on_sent)

    async def close(self) -> None:
        await self._transport.close()
