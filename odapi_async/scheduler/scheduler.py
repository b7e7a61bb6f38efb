"""The lanes of all customer keys."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import overload

from odapi_async.errors import SchedulerClosed, WrongEventLoop
from odapi_async.scheduler.bucket import BucketFactory, LocalBuckets
from odapi_async.scheduler.budget import Budget
from odapi_async.scheduler.circuit_breaker import CircuitBreaker
from odapi_async.scheduler.global_limit import GlobalLimit
from odapi_async.scheduler.lane import Lane
from odapi_async.scheduler.pacing import Pace, Pacing
from odapi_async.scheduler.permit import Permit
from odapi_async.scheduler.queue import Priority
from odapi_async.scheduler.slot import Slot
from odapi_async.scheduler.snapshot import Counts, Snapshot
from odapi_async.scheduler.waiter import SharedResult


class Scheduler:
    """Grants slots, lane by lane. It belongs to the event loop that first uses it.

    Args:
        margin: seconds added to every interval. The server measures the distance between two requests after
            the network has changed it; the margin widens by itself when a request is answered 429
            nevertheless.
        max_queue: requests that may wait in one lane; None for no limit.
        buckets: where tokens come from; by default this process alone.
        max_rate: requests per second of all throttled lanes together; None for no limit.
        max_in_flight: requests of all throttled lanes that may be in flight at once; None for no limit.
    """

    __slots__ = (
        "_breakers",
        "_buckets",
        "_closed",
        "_counts",
        "_idle",
        "_lanes",
        "_limit",
        "_loop",
        "_margin",
        "_max_queue",
        "_names",
        "_unreachable",
        "_ways",
    )

    def __init__(
        self,
        *,
        margin: float = 0.005,
        max_queue: int | None = None,
        buckets: BucketFactory | None = None,
        max_rate: float | None = None,
        max_in_flight: int | None = None,
    ) -> None:
        self._limit = GlobalLimit(max_rate, max_in_flight) if max_rate or max_in_flight else None
        self._breakers: dict[str, CircuitBreaker] = {}
        self._buckets = LocalBuckets() if buckets is None else buckets
        self._margin = margin
        self._max_queue = max_queue
        self._lanes: dict[str, Lane] = {}
        self._idle: dict[str, float] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._ways: dict[str, str] = {}
        self._unreachable: set[str] = set()
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
        budget: Budget | None = None,
        retry: bool = False,
        front: bool = False,
        coalesce_key: None = None,
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
        budget: Budget | None = None,
        retry: bool = False,
        front: bool = False,
        coalesce_key: Hashable,
    ) -> Slot | SharedResult: ...

    async def acquire(
        self,
        lane: str,
        pace: Pace,
        *,
        priority: Priority = Priority.NORMAL,
        flow: Hashable = None,
        max_wait: float | None = None,
        budget: Budget | None = None,
        retry: bool = False,
        front: bool = False,
        coalesce_key: Hashable = None,
    ) -> Slot | SharedResult:
        """Wait for the right to send one request, or for the outcome of an identical one.

        Args:
            lane: the name of the lane; one per customer key, and not the key itself.
            pace: how fast the lane may go. If callers differ, the slower pace counts while the lane has work.
            priority: how urgent the request is.
            flow: a label; inside one priority, flows take turns.
            max_wait: seconds to wait at most; None for no limit.
            budget: the time of the whole call that the request belongs to; None for no limit. It ends the
                wait, and not a request in flight.
            retry: this is not the first attempt of its call, so it waits at the head of its priority.
            front: it waits there though it is no retry, because others have to wait for what it tells.
            coalesce_key: a label shared by identical requests that only read. One of those that wait is sent
                for all, and reports with `Slot.share` what came of it. None: the request may be a write.

        Returns:
            A slot, to be used in a `with` block; or, with `coalesce_key`, what an identical request has
            shared.

        Raises:
            WaitTooLong: `max_wait` or the budget is not enough; raised at once if that is known.
            QueueFull: too many requests wait in this lane.
            SchedulerClosed: the scheduler is closed, or was closed meanwhile.
            WrongEventLoop: it belongs to another event loop.
            Exception: the last error given to `record_failure`, while the circuit of this lane is open.
        """
        self._check(lane)
        found = self._lanes.get(lane)
        if found is None:
            found = self._open(lane, pace)
        elif pace.interval > found.pacing.pace.interval:
            found.pacing.slow_down(pace)
        try:
            return await found.acquire(
                priority,
                flow,
                max_wait=max_wait,
                budget=budget,
                max_queue=self._max_queue,
                retry=retry,
                front=front,
                coalesce_key=coalesce_key,
            )
        except BaseException:
            found.release_if_idle()
            raise

    @property
    def clock(self) -> float:
        """The seconds of its clock, which is the event loop's, now."""
        return self._now()

    def estimate(self, lane: str, priority: Priority = Priority.NORMAL, *, retry: bool = False) -> float:
        """Estimate the seconds that a request would wait for its slot if it came now.

        Args:
            lane: the name of its lane.
            priority: how urgent it is.
            retry: whether it would wait at the head of its priority.
        """
        found = self._lanes.get(lane)
        return found.estimate(priority, front=retry) if found else 0.0

    def name_lane(self, lane: str, name: str) -> None:
        """Give a lane a name for people, which snapshots show. A lane may have several.

        Args:
            lane: the name of the lane.
            name: the name of a practice.
        """
        self._names[lane] = tuple(sorted({*self._names.get(lane, ()), name}))

    def name_way(self, lane: str, way: str) -> None:
        """Note which way to an office the requests of a lane go, for snapshots."""
        self._ways[lane] = way

    def practices(self, lane: str) -> tuple[str, ...]:
        """Return the names that a lane was given, in alphabetical order."""
        return self._names.get(lane, ())

    def record_failure(
        self, lane: str, error: Exception, *, threshold: int, server: str | None = None
    ) -> bool:
        """Record that a practice could not be reached. At the threshold its circuit opens.

        Every waiter then fails with that error, and so does every later request, until a probe succeeds.

        Args:
            lane: the name of its lane.
            error: what happened.
            threshold: consecutive errors of this type that open the circuit.
            server: the server to which no connection could be opened, if that is what happened; see
                `record_response`.

        Returns:
            Whether the circuit opened with this failure.
        """
        breaker = self._breakers.setdefault(lane, CircuitBreaker())
        opens = breaker.record_failure(error, self._now(), threshold=threshold, server=server)
        if opens and server is not None:
            self._unreachable.add(server)
        if opens and lane in self._lanes:
            self._lanes[lane].fail(lambda: breaker.error(self._now()))
        return opens

    def record_success(self, lane: str) -> bool:
        """Record that a practice answered, which closes its circuit.

        Returns:
            Whether the circuit was open.
        """
        breaker = self._breakers.pop(lane, None)
        return breaker is not None and breaker.is_open

    def record_response(self, server: str) -> tuple[str, ...]:
        """Record that a server sent a response, of whatever kind: connections to it can be opened.

        This closes the circuits of all lanes that failed connections to that server have opened.

        Returns:
            The names of these lanes.
        """
        if server not in self._unreachable:
            return ()
        self._unreachable.discard(server)
        closed = tuple(lane for lane, breaker in self._breakers.items() if breaker.server == server)
        for lane in closed:
            del self._breakers[lane]
        return closed

    def reset_circuits(self, *lanes: str) -> tuple[str, ...]:
        """Close circuits, so that the next request is sent: the reason why they opened is gone.

        Args:
            lanes: the names of the lanes, as in `Practice.lane`; without any, all lanes.

        Returns:
            The names of those whose circuit was open.
        """
        return tuple(lane for lane in lanes or tuple(self._breakers) if self.record_success(lane))

    def allow_probe(self, lane: str) -> None:
        """Let the next request of a lane through its circuit, if that is open, as a probe."""
        if lane in self._breakers:
            self._breakers[lane].allow_probe(self._now())

    def snapshot(self) -> Snapshot:
        """Return what all lanes are doing. Any thread may call it."""
        lanes = tuple(
            lane.snapshot(self.practices(lane.name), self._ways.get(lane.name, ""))
            for lane in list(self._lanes.values())
        )
        return Snapshot(lanes, len(self._idle), sum((lane.counts for lane in lanes), self._counts))

    async def close(self) -> None:
        """Fail every waiter with SchedulerClosed; requests in flight are not touched."""
        self._closed = True
        cancelled = [lane.close() for lane in list(self._lanes.values())]
        try:
            await asyncio.gather(*filter(None, cancelled), return_exceptions=True)
        finally:
            await self._buckets.close()

    def _check(self, lane: str) -> None:
        if self._closed:
            raise SchedulerClosed
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if self._loop is not loop:
            raise WrongEventLoop
        if lane in self._breakers:
            refusal = self._breakers[lane].refusal(loop.time())
            if refusal:
                raise refusal

    def _open(self, name: str, pace: Pace) -> Lane:
        pacing = Pacing(pace, margin=self._margin, last_start=self._idle.pop(name, 0.0))
        bucket = self._buckets.bucket(name, pace.interval)
        permit = Permit(bucket, self._limit if pace.interval else None)
        lane = self._lanes[name] = Lane(name, pacing, permit, self._close_idle)
        return lane

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _close_idle(self, lane: Lane) -> None:
        # an idle lane shrinks to one number: the moment of its last start
        if self._lanes.get(lane.name) is lane:
            del self._lanes[lane.name]
            self._idle[lane.name] = lane.pacing.last_start
            self._counts += lane.counts
