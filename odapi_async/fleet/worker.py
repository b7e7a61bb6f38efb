"""A worker: takes practices from the queue and reads them, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID, uuid4

from odapi_async import ConfigurationError, OpenDental, Transport, __version__
from odapi_async.fleet.checks import check_dialect, check_version
from odapi_async.fleet.connection import Connections, database_clock, lasting_connection
from odapi_async.fleet.engine import pending_changes
from odapi_async.fleet.errors import GuardLost, NoFleet
from odapi_async.fleet.gate import Gate, GatedTransport
from odapi_async.fleet.guard import Guard, check_pooler
from odapi_async.fleet.session import Session
from odapi_async.fleet.settings import check_excluded, read_settings, remove_excluded
from odapi_async.fleet.slices import KeyFor, Slices
from odapi_async.fleet.tally import CountedTransport, Counts, Tally
from odapi_async.fleet.timing import DEFAULT_TIMING, Timing
from odapi_async.mirror import Mirror, Store, StoreError
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.shielded import run_shielded

MakeClient = Callable[[Transport], OpenDental]
"""Makes the client of a worker, which sends its requests with this transport."""

_DELAYS: Final = (1.0, 2.0, 4.0, 8.0)  # seconds before a lost database is tried again; the last one repeats
_FEWEST: Final = 2  # the engine takes them in pairs

_REGISTER: Final = (
    "INSERT INTO fleet_workers (worker, settings, host, process, version, concurrency, backend)"
    " VALUES ($1, $2, $3, $4, $5, $6, pg_backend_pid())"
)
_END_LOST: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = $1 AND datname = current_database()"
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
        UnsuitableDatabase: the database is not PostgreSQL.
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
        check_dialect(store)
        if concurrency < _FEWEST:
            raise ConfigurationError(f"concurrency must be {_FEWEST} or more")
        self._store = store
        self._host_clock = store.clock
        self._tally = Tally()
        self._gate = Gate(timing.lease)
        self._transport = GatedTransport(self._gate, CountedTransport(transport, self._tally))
        self._make_client = make_client
        self._key_for = key_for
        self._concurrency = concurrency
        self._timing = timing
        self._on_change = on_change
        self._stopping = asyncio.Event()
        self._session: Session | None = None
        self._worker: UUID | None = None
        self._connections = Connections(store.engine, timing.takeover)
        self._lost: str | None = None  # the name of connections that were lost

    @property
    def counts(self) -> Counts:
        """What it has done since it began."""
        return self._tally.counts

    @property
    def reading(self) -> int:
        """How many practices it reads now."""
        return 0 if self._session is None else self._session.reading

    def stop(self) -> None:
        """Take no more practices, and let those that are read end at their next page."""
        self._stopping.set()
        if self._session is not None:
            self._session.stop()

    async def run(self) -> None:
        """Work until `stop` is called. A database that is lost is tried again and again.

        Raises:
            FleetChanged: the fleet excludes other fields than the store, now or since a while ago. Nothing is
                read until a worker with another store runs.
            UnsuitableDatabase: there is a pooler in transaction mode.
            NoFleet: the database holds no fleet.
            FleetTooNew: a newer version of this package has changed the fleet's tables.
        """
        self._connections.renew()
        try:
            with self._connections.configured():
                async with self._make_client(self._transport) as client:
                    await self._keep_working(client)
        finally:
            self._store.clock = self._host_clock

    async def _keep_working(self, client: OpenDental) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                await self._work(client)
                failures = 0
            except (GuardLost, StoreError) as error:
                self._lost = self._connections.name
                self._connections.renew()
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
        async with self._limited() as limit:
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
                limit.reschedule(None)
                async with self._registered(locks, digest) as worker:
                    guard = Guard(locks, worker, self._gate, self._timing)
                    if not await self._is_settled(guard, digest):
                        return
                    async with self._store.engine.begin() as connection:
                        await remove_excluded(connection, settings.exclude)
                    await self._read(client, guard, queue, worker, settings.sweep_days, digest)

    @asynccontextmanager
    async def _limited(self) -> AsyncGenerator[asyncio.Timeout]:
        """Give up if the database takes long: one that is cut off accepts connections and stays silent."""
        seconds = self._timing.takeover
        limit = asyncio.timeout(seconds)
        try:
            with translate_errors():
                async with limit:
                    yield limit
        except StoreError:
            if limit.expired():
                raise StoreError(f"did not answer within {seconds:g} s") from None
            raise

    async def _read(
        self,
        client: OpenDental,
        guard: Guard,
        queue: Any,
        worker: UUID,
        sweep_days: float | None,
        digest: str,
    ) -> None:
        """Read practices in one session."""
        slices = Slices(
            client,
            Mirror(client, self._store, sweep_days=sweep_days),
            guard,
            worker,
            self._key_for,
            self._tally,
            self._on_change,
            self._timing.slice,
        )
        self._session = Session(
            slices, guard, queue, self._store, self._connections, self._timing, digest, self._on_change
        )
        try:
            if not self._stopping.is_set():
                await self._session.run(self._concurrency, client.scheduler, self._tally, worker)
        finally:
            self._session = None

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
        # the server may not know that connections are lost, and keep their locks
        if self._lost is not None:
            await locks.execute(_END_LOST, self._lost)
        await locks.execute(_FORGET, self._worker)
        self._worker = worker = uuid4()
        values = (digest, socket.gethostname(), os.getpid(), __version__, self._concurrency)
        await locks.execute(_REGISTER, worker, *values)
        self._on_change(f"reading up to {self._concurrency} practices at the same time")
        try:
            yield worker
        finally:
            if not locks.is_closed():
                forget = locks.execute(_FORGET, worker, timeout=self._timing.grace)
                await run_shielded(forget, grace=self._timing.grace)
