"""The guard: keeps the throttle of each customer key if the engine runs a slice twice.

An engine learns late that a worker is frozen or cut off, and gives its practice to another one. Two workers
at one key would break the limit of the API, so each takes a lock of the key in the database first: a lock of
a session, which ends with the connection of a worker that dies.

A frozen worker keeps its connection, and a worker that is cut off may not see that it has lost it. Both are
silent: after `Timing.takeover` seconds without a sign another worker ends its connections. Until then the
silent one has shut its `Gate`, `Timing.lease` seconds after the last proof that it holds its locks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from odapi_async.fleet.connection import NAME
from odapi_async.fleet.errors import GuardLost, LaneBusy, UnsuitableDatabase
from odapi_async.fleet.gate import Gate
from odapi_async.fleet.settings import SETTINGS_DIGEST
from odapi_async.fleet.timing import Timing
from odapi_async.mirror.database.shielded import run_shielded

_TRIES: Final = 8  # to get a lock that another worker holds

_SIGN: Final = (
    "UPDATE fleet_workers SET seen_at = now(), slices = $2"  # noqa: S608 - with a constant
    f" WHERE worker = $1 AND backend = pg_backend_pid() RETURNING {SETTINGS_DIGEST}"
)
_OTHER_SETTINGS: Final = (
    "SELECT EXISTS (SELECT FROM fleet_workers"
    " WHERE settings <> $1 AND seen_at > now() - make_interval(secs => $2))"
)
_SILENT_HOLDER: Final = (
    "SELECT l.pid FROM pg_locks l JOIN fleet_workers w ON w.backend = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND (l.classid::bigint << 32 | l.objid::bigint) = $1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " GROUP BY l.pid HAVING max(w.seen_at) < now() - make_interval(secs => $2)"
)
_END_ALL: Final = (
    "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity h, pg_stat_activity a"
    " WHERE h.pid = $1 AND (a.pid = h.pid OR a.application_name = h.application_name"
    " AND a.datname = h.datname AND starts_with(h.application_name, $2))"
)
_POOLED: Final = (
    "a fleet cannot work through a pooler in transaction mode: a lock and a subscription need a connection "
    "of their own; give workers the address of the server itself, or of a pool in session mode"
)


def lock_of(fingerprint: str) -> int:
    """Return the number of the lock of a customer key: 64 bits of a hash of its fingerprint."""
    digest = blake2b(fingerprint.encode(), digest_size=8, person=b"odapi-lane").digest()
    return int.from_bytes(digest, "big", signed=True)


class Guard:
    """The locks of one worker, on a connection of their own.

    Args:
        connection: a connection of asyncpg, for the guard alone.
        worker: the id of the worker; its row in `fleet_workers` names this connection.
        gate: opened by each proof that the locks are held.
        timing: the times of the worker.
    """

    def __init__(self, connection: Any, worker: UUID, gate: Gate, timing: Timing) -> None:
        self._connection = connection
        self._worker = worker
        self._gate = gate
        self._timing = timing
        self._turn = asyncio.Lock()  # a connection runs one statement at a time
        self._held: set[int] = set()

    @property
    def held(self) -> int:
        """The number of locks that are held or waited for."""
        return len(self._held)

    async def watch(self, on_settings: Callable[[str], object] = lambda _: None) -> None:
        """Probe the locks until they are lost, and tell the database that this worker is alive.

        Args:
            on_settings: called after each probe with the digest of the fleet's settings.

        Raises:
            GuardLost: nobody knows whether the locks are still held.
        """
        try:
            while True:
                on_settings(await self.probe())
                await asyncio.sleep(self._timing.probe)
        finally:
            self._gate.shut()

    async def probe(self) -> str:
        """Probe the locks once, open the gate, and return the digest of the fleet's settings.

        Raises:
            GuardLost: the database did not answer in time, or with another connection than before.
        """
        since = self._gate.now()
        try:
            async with asyncio.timeout(self._timing.lease - self._timing.probe), self._turn:
                digest = await self._connection.fetchval(_SIGN, self._worker, len(self._held))
        except Exception:  # noqa: BLE001 - whatever it is, the locks are not proven
            digest = None
        if not digest:
            self._gate.shut()
            raise GuardLost
        self._gate.open(since)
        return str(digest)

    async def is_settled(self, digest: str) -> bool:
        """Return whether no living worker has other settings than those of a digest.

        Raises:
            GuardLost: the connection is lost.
        """
        return not await self._fetch(_OTHER_SETTINGS, digest, self._timing.takeover)

    @asynccontextmanager
    async def lane(self, lock: int) -> AsyncGenerator[None]:
        """Hold the lock of a customer key.

        Args:
            lock: the number of the lock; see `lock_of`.

        Raises:
            LaneBusy: another worker, or another practice of this one, holds it.
            GuardLost: the connection is lost.
        """
        if lock in self._held:
            raise LaneBusy
        self._held.add(lock)
        try:
            await self._acquire(lock)
            try:
                yield
            finally:
                await run_shielded(self._release(lock))
        finally:
            self._held.discard(lock)

    async def _acquire(self, lock: int) -> None:
        for _ in range(_TRIES):
            if await self._try(lock):
                return
            await self._end_silent(lock)
            await asyncio.sleep(self._timing.patience / _TRIES)
        raise LaneBusy

    async def _try(self, lock: int) -> bool:
        taken = False

        async def attempt() -> None:
            nonlocal taken
            taken = bool(await self._fetch("SELECT pg_try_advisory_lock($1)", lock))

        try:
            await run_shielded(attempt())
        except asyncio.CancelledError:
            if taken:
                await run_shielded(self._release(lock))
            raise
        return taken

    async def _release(self, lock: int) -> None:
        with suppress(GuardLost):  # with its connection the lock is gone, too
            await self._fetch("SELECT pg_advisory_unlock($1)", lock)

    async def _end_silent(self, lock: int) -> None:
        """End all connections of a holder that has given no sign for long."""
        pid = await self._fetch(_SILENT_HOLDER, lock, self._timing.takeover)
        if pid is not None:
            await self._fetch(_END_ALL, pid, NAME)

    async def _fetch(self, statement: str, *values: float | str) -> Any:
        try:
            async with self._turn:
                return await self._connection.fetchval(statement, *values)
        except Exception as error:
            raise GuardLost from error


async def check_pooler(one: Any, other: Any) -> None:
    """Refuse connections that a pooler gives other server processes from one transaction to the next.

    Args:
        one: a connection of asyncpg.
        other: another one, opened in the same way.

    Raises:
        UnsuitableDatabase: there is such a pooler.
    """
    own = "SELECT pg_backend_pid()"
    first = await one.fetchval(own)
    async with other.transaction():  # it takes the server process that has just become free
        taken = await other.fetchval(own)
        found = {await one.fetchval(own) for _ in range(4)}
    if taken == first or found != {first}:
        raise UnsuitableDatabase(_POOLED)
