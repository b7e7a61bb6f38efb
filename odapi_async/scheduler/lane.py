"""One customer key: its queue, its bucket, its deadline, and the dispatcher that brings them together.

The dispatcher is a task that lives only while somebody waits. It waits until a place is free and `not_before`
has passed, takes a token, and only then chooses the caller: so a late urgent caller still goes first, and a
caller that left costs no token. Callers await one future each and nothing else.

A request that reads may join an identical one: both queue, each with its own urgency, and when the first of
them gets its slot, it takes the others out of the queue and shares its outcome with them. So nobody gets an
answer that was fetched before he asked, an urgent joiner lifts the rest, and a joiner who leaves takes nobody
with him. Who queued after a write does not ride while that write still waits: he would miss what it changes.

`not_before` only ever grows. It is the later of two moments: the interval after the last request was really
*sent* (not after its slot was granted: a slow connect in between would make the next one early at the
server), and the end of a pause that a 429 asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Final

from odapi_async.errors import QueueFull, SchedulerClosed, WaitTooLong
from odapi_async.scheduler.bucket import Bucket
from odapi_async.scheduler.joins import Joins
from odapi_async.scheduler.queue import FairQueue, Priority
from odapi_async.scheduler.slot import Pace, Shared, Slot, Waiter
from odapi_async.scheduler.snapshot import Counts, LaneSnapshot

_SMOOTHING: Final = 0.2  # weight of the newest duration in the running mean
_NARROWING: Final = 0.98  # a widened margin shrinks by this with every request that was not throttled
_LONGEST_PAUSE: Final = 60.0  # seconds, where a 429 does not say how long to wait


class Lane:
    """One customer key's requests.

    Args:
        name: what snapshots call it; not the customer key.
        pace: how fast it may go.
        bucket: where its tokens come from.
        margin: seconds added to the interval, for what the network does to the distance between two requests.
        not_before: the moment (of the loop's clock) before which nothing may start.
        on_idle: called with the lane when it has no work left.
    """

    __slots__ = (
        "_base_margin",
        "_bucket",
        "_dispatcher",
        "_has_token",
        "_joined",
        "_joins",
        "_loop",
        "_margin",
        "_mean",
        "_on_idle",
        "_paused_until",
        "_queue",
        "_retried",
        "_sent",
        "_slots",
        "_streak",
        "_throttled",
        "_wake",
        "name",
        "not_before",
        "pace",
    )

    def __init__(
        self,
        name: str,
        pace: Pace,
        bucket: Bucket,
        *,
        margin: float,
        not_before: float,
        on_idle: Callable[[Lane], None],
    ) -> None:
        self.name = name
        self.pace = pace
        self.not_before = not_before
        self._base_margin = self._margin = margin
        self._on_idle = on_idle
        self._loop = asyncio.get_running_loop()
        self._bucket = bucket
        self._has_token = False
        self._queue: FairQueue[Waiter] = FairQueue()
        self._joins = Joins()
        self._slots: set[Slot] = set()
        self._dispatcher: asyncio.Task[None] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._paused_until = 0.0
        self._mean = 0.0
        self._streak = self._sent = self._throttled = self._retried = self._joined = 0

    async def acquire(
        self,
        priority: Priority,
        flow: Hashable,
        *,
        max_wait: float | None,
        max_queue: int | None,
        retry: bool,
        join: Hashable,
    ) -> Slot | Shared:
        """Wait for a slot; a retry waits at the head of its queue. What cannot be joined may be a write.

        Raises:
            WaitTooLong: `max_wait` seconds do not suffice, as far as can be told now, or did not suffice.
            QueueFull: `max_queue` requests wait already.
            SchedulerClosed: the lane was closed meanwhile.
        """
        if max_queue is not None and len(self._queue) >= max_queue and not retry:
            raise QueueFull(max_queue, self.estimate(priority))
        waiter = Waiter(self._loop.create_future(), priority, flow, join)
        if max_wait is not None:
            self._limit(waiter, max_wait, 0.0 if retry else self.estimate(priority))
        self._retried += retry
        self._joins.stamp(waiter)
        self._enqueue(waiter, front=retry)
        self._start()
        try:
            return await waiter.future
        except asyncio.CancelledError:
            self._forget(waiter)
            if not waiter.future.cancelled():
                waiter.future.exception()  # what came before the cancellation is of no use any more
            raise
        finally:
            if waiter.timer:
                waiter.timer.cancel()

    def estimate(self, priority: Priority) -> float:
        """Estimate the seconds that a request which came now would wait."""
        ready = max(0.0, self.not_before - self._loop.time())
        places = self.pace.in_flight
        step = max(self.pace.interval + self._margin if self.pace.interval else 0.0, self._mean) / places
        busy = len(self._slots) >= places
        return max(ready, self._mean - self._longest() if busy else 0.0) + self._queue.ahead(priority) * step

    def started(self, slot: Slot) -> float:
        """Count a request as sent now, and return now."""
        now = self._loop.time()
        self._sent += 1
        self._bucket.sent(now - slot.granted)
        if self.pace.interval:
            self._wait_until(now + self.pace.interval + self._margin)
        return now

    def pause(self, retry_after: float | None) -> None:
        """Let nothing start for a while, because a request was throttled; fail who cannot wait that long."""
        self._throttled += 1
        if retry_after is None:
            retry_after = min(_LONGEST_PAUSE, max(self.pace.interval, 1.0) * 2**self._streak)
        self._streak += 1
        self._margin = min(self._margin * 2, self.pace.interval / 2)
        self._paused_until = max(self._paused_until, self._loop.time() + retry_after)
        self._bucket.pause(retry_after)
        self._wait_until(self._paused_until)
        for waiter in [each for each in self._queue if each.deadline is not None]:
            if waiter.deadline is not None and waiter.deadline < self.not_before:
                self._expire(waiter)

    def leave(self, slot: Slot) -> None:
        """Take a slot back; a token that was not used goes to the next caller."""
        self._slots.discard(slot)
        self._let_off(slot)
        if slot.sent_at is None:
            self._has_token = True
        else:
            self._learn(self._loop.time() - slot.sent_at)
        self._ring()
        self.rest()

    def close(self) -> asyncio.Task[None] | None:
        """Fail everyone who waits; return the dispatcher, cancelled, to be awaited."""
        riders = [rider for slot in self._slots for rider in slot.riders]
        for waiter in (*self._queue, *riders):
            if not waiter.future.done():
                waiter.future.set_exception(SchedulerClosed())
        self._queue = FairQueue()
        self._joins = Joins()
        if self._dispatcher:
            self._dispatcher.cancel()
        return self._dispatcher

    def counts(self) -> Counts:
        """Return what this lane has counted since it last had no work."""
        return Counts(self._sent, self._throttled, self._retried, self._joined)

    def snapshot(self) -> LaneSnapshot:
        """Return what the lane is doing."""
        now = self._loop.time()
        return LaneSnapshot(
            lane=self.name,
            queued={priority: self._queue.depths[priority] for priority in Priority},
            in_flight=len(self._slots),
            longest=self._longest(),
            next_slot=max(0.0, self.not_before - now),
            paused=self._paused_until > now,
            mean=self._mean,
            counts=self.counts(),
        )

    async def _dispatch(self) -> None:
        try:
            while await self._gate():
                if self._has_token:
                    self._grant(self._next())
                else:
                    await self._bucket.acquire()
                    self._has_token = True  # and through the gate again: a pause may have come meanwhile
        finally:
            self._dispatcher = None
            self.rest()

    async def _gate(self) -> bool:
        """Wait until a place is free and `not_before` has passed; False when nobody waits any more."""
        while self._queue:
            if len(self._slots) >= self.pace.in_flight:
                timer = None
            elif self._loop.time() < self.not_before:
                timer = self._loop.call_at(self.not_before, self._ring)
            else:
                return True
            self._wake = self._loop.create_future()
            try:
                await self._wake
            finally:
                self._wake = None
                if timer:
                    timer.cancel()
        return False

    def _enqueue(self, waiter: Waiter, *, front: bool) -> None:
        self._queue.push(waiter, waiter.priority, waiter.flow, front=front)
        self._joins.add(waiter)

    def _next(self) -> Waiter:
        waiter = self._queue.pop()
        self._joins.discard(waiter)
        return waiter

    def _withdraw(self, waiter: Waiter) -> None:
        self._queue.discard(waiter, waiter.priority, waiter.flow)
        self._joins.discard(waiter)

    def _take_along(self, leader: Waiter) -> list[Waiter]:
        riders = [each for each in self._joins.riders(leader) if not each.future.done()]
        for rider in riders:
            self._withdraw(rider)
            if rider.timer:
                rider.timer.cancel()
        self._joined += len(riders)
        return riders

    def _let_off(self, slot: Slot) -> None:
        for rider in reversed(slot.riders):
            if rider.future.done():
                continue
            if slot.shared:
                rider.future.set_result(slot.shared)
            else:
                self._joined -= 1
                self._enqueue(rider, front=True)
        if self._queue:
            self._start()

    def _start(self) -> None:
        if self._dispatcher is None:
            self._dispatcher = self._loop.create_task(self._dispatch(), name=f"odapi-lane-{self.name}")

    def _ring(self) -> None:
        if self._wake and not self._wake.done():
            self._wake.set_result(None)

    def _grant(self, waiter: Waiter) -> None:
        if waiter.future.done():  # cancelled or expired in this very pass of the loop
            return
        self._has_token = False
        waiter.slot = Slot(self, self._loop.time(), self._take_along(waiter))
        self._slots.add(waiter.slot)
        waiter.future.set_result(waiter.slot)

    def _forget(self, waiter: Waiter) -> None:
        if waiter.slot:
            self.leave(waiter.slot)
            return
        self._withdraw(waiter)
        self._ring()

    def _limit(self, waiter: Waiter, max_wait: float, estimate: float) -> None:
        if estimate > max_wait:
            raise WaitTooLong(estimate, max_wait)
        waiter.max_wait = max_wait
        waiter.deadline = self._loop.time() + max_wait
        waiter.timer = self._loop.call_at(waiter.deadline, self._expire, waiter)

    def _expire(self, waiter: Waiter) -> None:
        if not waiter.future.done():
            self._forget(waiter)
            waiter.future.set_exception(WaitTooLong(self.estimate(waiter.priority), waiter.max_wait))

    def _learn(self, duration: float) -> None:
        self._mean += (duration - self._mean) * (_SMOOTHING if self._mean else 1.0)
        if self._paused_until < self._loop.time():
            self._streak = 0
            self._margin = max(self._base_margin, self._margin * _NARROWING)

    def _longest(self) -> float:
        return self._loop.time() - min((slot.granted for slot in self._slots), default=self._loop.time())

    def _wait_until(self, moment: float) -> None:
        self.not_before = max(self.not_before, moment)

    def rest(self) -> None:
        """Report this lane idle if it has no work."""
        if not self._queue and not self._slots and self._dispatcher is None:
            self._on_idle(self)
