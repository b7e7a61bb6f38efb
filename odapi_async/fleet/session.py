"""A session of a worker: it lasts until the connection is lost, or the settings of the fleet change."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from odapi_async.fleet import tick
from odapi_async.fleet.connection import Connections
from odapi_async.fleet.engine import Engine
from odapi_async.fleet.errors import GuardLost
from odapi_async.fleet.guard import Guard
from odapi_async.fleet.slices import Slices
from odapi_async.fleet.tally import Tally
from odapi_async.fleet.timing import Timing
from odapi_async.mirror import Store, StoreError
from odapi_async.scheduler import Scheduler

_FLUSH: Final = 20  # seconds from one time that the database learns what was done to the next
_GRACE: Final = 5.0  # seconds that a page may take after the settings have changed
_FAIL: Final = 0.05  # seconds until statements have failed whose connection is broken
_PRUNE: Final = "7 * * * * 0"  # once an hour


class Session:
    """Runs the slices of a worker until it stops, its locks or its queue are lost, or the settings change.

    Args:
        slices: the slices.
        guard: the locks of the worker.
        queue: a connection of asyncpg, for the queue alone.
        store: the mirror's database.
        connections: the connections of the store.
        timing: the times of the worker.
        digest: the digest of the settings that the slices read by.
        on_change: called with a line of text if these change.
    """

    def __init__(
        self,
        slices: Slices,
        guard: Guard,
        queue: Any,
        store: Store,
        connections: Connections,
        timing: Timing,
        digest: str,
        on_change: Callable[[str], object],
    ) -> None:
        self._slices = slices
        self._guard = guard
        self._queue = queue
        self._store = store
        self._connections = connections
        self._timing = timing
        self._digest = digest
        self._on_change = on_change
        chores = {"tick": (f"* * * * * */{timing.tick}", self._tick), "prune": (_PRUNE, self._prune)}
        self._engine = Engine(queue, slices.run, chores)
        self._stopping = False

    @property
    def reading(self) -> int:
        """How many practices are read now."""
        return len(self._slices)

    def stop(self) -> None:
        """Take no more practices, and let those that are read end at their next page."""
        self._stopping = True
        self._slices.stop()
        self._engine.stop()

    async def run(self, concurrency: int, scheduler: Scheduler, tally: Tally, worker: UUID) -> None:
        """Run slices.

        Args:
            concurrency: slices at the same time at most.
            scheduler: the scheduler of the client, which knows what the limits allow.
            tally: what is done.
            worker: the id of the worker.

        Raises:
            GuardLost: nobody knows whether the locks are still held.
            StoreError: the queue is lost.
        """
        timing = self._timing
        await self._guard.probe()  # what was done since the last one may have taken longer than the lease
        self._queue.add_termination_listener(self._lose)
        lost: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch())
                count = group.create_task(self._count(scheduler, tally, worker))
                running = group.create_task(
                    self._engine.run(concurrency=concurrency, lost_after=timing.takeover, look=timing.look)
                )
                try:
                    await asyncio.wait([running])
                except asyncio.CancelledError:
                    self._end()
                    raise
                watch.cancel()
                count.cancel()
        except* (GuardLost, StoreError) as errors:
            lost = errors.exceptions[0]
        finally:
            self._queue.remove_termination_listener(self._lose)
        if lost is not None:
            raise lost
        if not self._stopping:
            raise GuardLost

    def _end(self) -> None:
        """End all slices at once: nothing may be sent any more."""
        self._slices.cancel()
        self._engine.stop()

    def _lose(self, *_: object) -> None:
        """End all slices, because a connection is lost; others may be cut off, too.

        Their statements fail first: an error for which no task waits any more would be logged.
        """
        self._connections.terminate()
        self._engine.stop()
        asyncio.get_running_loop().call_later(_FAIL, self._slices.cancel)

    async def _watch(self) -> None:
        try:
            await self._guard.watch(self._compare)
        except GuardLost:
            self._lose()
            await asyncio.sleep(_FAIL)
            raise

    def _compare(self, digest: str) -> None:
        """Stop if the settings of the fleet are not those of this session any more.

        A page that takes long is cancelled: its rows must not be written by the old settings.
        """
        if digest != self._digest and not self._stopping:
            self._on_change("the settings of the fleet have changed")
            self.stop()
            asyncio.get_running_loop().call_later(_GRACE, self._slices.cancel)

    async def _tick(self) -> None:
        await tick.queue_due(self._store, self._timing.takeover)

    async def _prune(self) -> None:
        await tick.prune(self._store)

    async def _count(self, scheduler: Scheduler, tally: Tally, worker: UUID) -> None:
        """Tell the database from time to time what was done."""
        try:
            for second in itertools.count(1):
                await asyncio.sleep(1)
                lanes = scheduler.snapshot().lanes
                tally.allowed += sum(1 / each.interval for each in lanes if each.interval)
                if second % _FLUSH:
                    continue
                with suppress(StoreError):
                    await tally.flush(self._store, worker)
        finally:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(self._timing.grace):
                    await tally.flush(self._store, worker)
