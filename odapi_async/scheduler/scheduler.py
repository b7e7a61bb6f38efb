"""The lanes of all customer keys."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import overload

from odapi_async.errors import SchedulerClosed, WrongEventLoop
from odapi_async.scheduler.bucket import Buckets, LocalBuckets
from odapi_async.scheduler.circuit_breaker import Circuit
from odapi_async.scheduler.global_limit import House
from odapi_async.scheduler.lane import Lane
from odapi_async.scheduler.pacing import Pacing
from odapi_async.scheduler.queue import Priority
from odapi_async.scheduler.slot import Pace, Shared, Slot
from odapi_async.scheduler.snapshot import Counts, Snapshot


class Scheduler:
    """Gives out slots, lane by lane. Belongs to the event loop that first uses it.

    Args:
        margin: seconds added to every interval. The server measures the distance between two requests after
            the network has moved them; the margin widens by itself when a request is throttled all the same.
        max_queue: requests that may wait in one lane; None for no bound.
        buckets: where tokens come from; by default this process alone.
        max_rate: requests per second of all throttled lanes together; None for no cap.
        max_in_flight: requests of all throttled lanes that may be under way at once; None for no cap.
    """

    __slots__ = (
        "_buckets",
        "_circuits",
        "_closed",
        "_counts",
        "_house",
        "_idle",
        "_lanes",
        "_loop",
        "_margin",
        "_max_queue",
    )

    def __init__(
        self,
        *,
        margin: float = 0.005,
        max_queue: int | None = None,
        buckets: Buckets | None = None,
        max_rate: float | None = None,
        max_in_flight: int | None = None,
    ) -> None:
        self._house = House(max_rate, max_in_flight) if max_rate or max_in_flight else None
        self._circuits: dict[str, Circuit] = {}
        self._buckets = buckets or LocalBuckets()
        self._margin = margin
        self._max_queue = max_queue
        self._lanes: dict[str, Lane] = {}
        self._idle: dict[str, float] = {}
        self._counts = Counts()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @overload
    async def acquire(
        self,
        lane: str,
        pace: Pace,
        *,
        priority: Priority = Priority.NORMAL,
        flow: Hashable = None,
        max_wait: float | None = None,
        retry: bool = False,
        join: None = None,
    ) -> Slot: ...

    @overload
    async def acquire(
        self,
        lane: str,
        pace: Pace,
        *,
        priority: Priority = Priority.NORMAL,
        flow: Hashable = None,
        max_wait: float | None = None,
        retry: bool = False,
        join: Hashable,
    ) -> Slot | Shared: ...

    async def acquire(
        self,
        lane: str,
        pace: Pace,
        *,
        priority: Priority = Priority.NORMAL,
        flow: Hashable = None,
        max_wait: float | None = None,
        retry: bool = False,
        join: Hashable = None,
    ) -> Slot | Shared:
        """Wait for the right to send one request, or for the outcome of an identical one.

        Args:
            lane: the name of the lane; one per customer key, and not the key itself.
            pace: how fast the lane may go. Where callers differ, the slower one counts while the lane has
            work.
            priority: how urgent it is.
            flow: callers with different labels take turns inside one priority.
            max_wait: seconds to wait at most; None for as long as it takes.
            retry: this is not the first try of its call, so it waits at the head of its queue.
            join: a label that all identical requests carry which only read; one of them is sent for all that
            wait
                when it gets its slot, and says with `Slot.share` what came of it. None: it may be a write.

        Returns:
            A slot, to be used in a `with` block; or, with `join`, what a request sent meanwhile has shared.

        Raises:
            WaitTooLong: `max_wait` does not suffice; raised at once where that can be told.
            QueueFull: too many requests wait in this lane.
            SchedulerClosed: the scheduler is closed, or was closed meanwhile.
            WrongEventLoop: it belongs to another event loop.
            Exception: what `failed` was told last, while the circuit of this lane is open.
        """
        self._check(lane)
        found = self._lanes.get(lane)
        if found is None:
            found = self._open(lane, pace)
        elif pace.interval > found.pacing.pace.interval:
            found.pacing.slow_down(pace)
        try:
            return await found.acquire(
                priority, flow, max_wait=max_wait, max_queue=self._max_queue, retry=retry, join=join
            )
        except BaseException:
            found.rest()
            raise

    def failed(self, lane: str, error: Exception, *, enough: int) -> bool:
        """Hear that a practice could not be reached; with `enough` such errors in a row its circuit opens.

        Everyone who waits there then fails with that error, and so does who comes until a probe succeeds.

        Returns:
            Whether the circuit opened with this failure.
        """
        circuit = self._circuits.setdefault(lane, Circuit())
        opens = circuit.failed(error, self._now(), enough=enough)
        if opens and lane in self._lanes:
            self._lanes[lane].fail(lambda: circuit.error(self._now()))
        return opens

    def reached(self, lane: str) -> bool:
        """Hear that a practice answered: whatever its circuit held against it is forgotten.

        Returns:
            Whether that circuit was open.
        """
        circuit = self._circuits.pop(lane, None)
        return circuit is not None and circuit.is_open

    def snapshot(self) -> Snapshot:
        """Return what all lanes are doing, frozen. Any thread may ask."""
        lanes = tuple(lane.snapshot() for lane in list(self._lanes.values()))
        return Snapshot(lanes, len(self._idle), sum((lane.counts for lane in lanes), self._counts))

    async def close(self) -> None:
        """Fail everyone who waits with SchedulerClosed; requests under way are not touched."""
        self._closed = True
        fetching = [lane.close() for lane in list(self._lanes.values())]
        await asyncio.gather(*filter(None, fetching), return_exceptions=True)
        await self._buckets.close()

    def _check(self, lane: str) -> None:
        if self._closed:
            raise SchedulerClosed
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if self._loop is not loop:
            raise WrongEventLoop
        if lane in self._circuits:
            refusal = self._circuits[lane].refusal(loop.time())
            if refusal:
                raise refusal

    def _open(self, name: str, pace: Pace) -> Lane:
        pacing = Pacing(pace, margin=self._margin, last_start=self._idle.pop(name, 0.0))
        bucket = self._buckets.bucket(name, pace.interval)
        lane = Lane(name, pacing, bucket, self._house if pace.interval else None, self._shrink)
        self._lanes[name] = lane
        return lane

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _shrink(self, lane: Lane) -> None:
        # a lane without work is one number: the moment of its last start
        if self._lanes.get(lane.name) is lane:
            del self._lanes[lane.name]
            self._idle[lane.name] = lane.pacing.last_start
            self._counts += lane.counts()
