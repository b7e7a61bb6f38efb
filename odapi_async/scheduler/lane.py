"""One customer key: its queue, its bucket, its deadline, and the dispatcher that brings them together.

The dispatcher is a task that lives only while somebody waits. It waits until a place is free and `not_before`
has passed, takes a token, and only then chooses the caller: so a late urgent caller still goes first, and a
caller that left costs no token. Callers await one future each and nothing else.

A request that reads may join an identical one: both queue, each with its own urgency, and when the first of
them gets its slot, it takes the others out of the queue and shares its outcome with them. So nobody gets an
answer that was fetched before he asked, an urgent joiner lifts the rest, and a joiner who leaves takes nobody
with him. Who queued after a write does not ride while that write still waits: he would miss what it changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from copy import copy
from functools import partial

from odapi_async.errors import QueueFull, SchedulerClosed, SchedulerError, WaitTooLong
from odapi_async.scheduler.bucket import Bucket
from odapi_async.scheduler.house import House
from odapi_async.scheduler.joins import Joins
from odapi_async.scheduler.pacing import Pacing
from odapi_async.scheduler.queue import FairQueue, Priority
from odapi_async.scheduler.slot import Shared, Slot, Waiter
from odapi_async.scheduler.snapshot import Counts, LaneSnapshot


class Lane:
    """One customer key's requests.

    Args:
        name: what snapshots call it; not the customer key.
        pacing: when the next request may start.
        bucket: where its tokens come from.
        house: the cap over all lanes, if there is one.
        on_idle: called with the lane when it has no work left.
    """

    __slots__ = (
        "_bucket",
        "_dispatcher",
        "_has_place",
        "_has_token",
        "_house",
        "_joined",
        "_joins",
        "_loop",
        "_on_idle",
        "_queue",
        "_retried",
        "_sent",
        "_slots",
        "_throttled",
        "_timer",
        "_wake",
        "name",
        "pacing",
    )

    def __init__(
        self, name: str, pacing: Pacing, bucket: Bucket, house: House | None, on_idle: Callable[[Lane], None]
    ) -> None:
        self.name = name
        self.pacing = pacing
        self._bucket = bucket
        self._house = house
        self._on_idle = on_idle
        self._loop = asyncio.get_running_loop()
        self._has_token = self._has_place = False
        self._queue: FairQueue[Waiter] = FairQueue()
        self._joins = Joins()
        self._slots: set[Slot] = set()
        self._dispatcher: asyncio.Task[None] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._sent = self._throttled = self._retried = self._joined = 0

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
        waiter.asked = self._loop.time()
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
        return self.pacing.estimate(
            self._loop.time(),
            ahead=self._queue.ahead(priority),
            longest=self._longest(),
            busy=self._is_full(),
        )

    def started(self, slot: Slot) -> float:
        """Count a request as sent now, and return now."""
        now = self._loop.time()
        self._sent += 1
        self._bucket.sent(now - slot.granted)
        self.pacing.started(now)
        return now

    def pause(self, retry_after: float | None) -> float:
        """Let nothing start for a while, because a request was throttled; fail who cannot wait that long.

        Returns:
            The seconds of a pause that begins now; 0 if the lane had paused already.
        """
        now = self._loop.time()
        had_paused = self.pacing.paused_until > now
        pause = self.pacing.throttled(now, retry_after)
        self._throttled += 1
        self._bucket.pause(pause)
        for waiter in [each for each in self._queue if each.deadline is not None]:
            if waiter.deadline is not None and waiter.deadline < self.pacing.not_before:
                self._expire(waiter)
        return 0.0 if had_paused else pause

    def leave(self, slot: Slot) -> None:
        """Take a slot back; a token that was not used goes to the next caller."""
        slot.ended_at = self._loop.time()
        self._slots.discard(slot)
        if self._house:
            self._house.leave()
        self._let_off(slot)
        if slot.sent_at is None:
            self._has_token = True
        else:
            self.pacing.finished(slot.ended_at, slot.ended_at - slot.sent_at)
        self._ring()
        self.rest()

    def fail(self, error_for: Callable[[], Exception]) -> None:
        """Fail everyone who waits, each with an error of his own."""
        riders = [rider for slot in self._slots for rider in slot.riders]
        for waiter in (*self._queue, *riders):
            if not waiter.future.done():
                waiter.future.set_exception(error_for())
        self._queue = FairQueue()
        self._joins = Joins()
        self._ring()

    def close(self) -> asyncio.Task[None] | None:
        """Fail everyone who waits with SchedulerClosed; return the dispatcher, cancelled, to be awaited."""
        self.fail(SchedulerClosed)
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
            interval=self.pacing.pace.interval,
            queued={priority: self._queue.depths[priority] for priority in Priority},
            in_flight=len(self._slots),
            longest=self._longest(),
            next_slot=max(0.0, self.pacing.not_before - now),
            paused=self.pacing.paused_until > now,
            mean=self.pacing.mean,
            counts=self.counts(),
        )

    async def _dispatch(self) -> None:
        try:
            while await self._gate():
                # after each wait through the gate again: a pause may have come meanwhile
                if not self._has_token:
                    await self._bucket.acquire()
                    self._has_token = True
                elif self._house and not self._has_place:
                    await self._house.enter()
                    self._has_place = True
                else:
                    self._grant(self._next())
        except SchedulerError as error:
            self.fail(partial(copy, error))
        finally:
            if self._house and self._has_place:
                self._house.leave()
                self._has_place = False
            self._dispatcher = None
            self.rest()

    async def _gate(self) -> bool:
        """Wait until a place is free and `not_before` has passed; False when nobody waits any more."""
        while self._queue and (self._is_full() or self._loop.time() < self.pacing.not_before):
            self._wake = self._loop.create_future()
            self._ring()
            try:
                await self._wake
            finally:
                self._wake = None
                if self._timer:
                    self._timer.cancel()
                    self._timer = None
        return bool(self._queue)

    def _ring(self) -> None:
        """Wake the dispatcher at its gate, if it can go on; if only time is wanting, set the timer for it."""
        if self._wake is None or self._wake.done():
            return
        if self._queue and self._is_full():
            return
        if self._queue and self._loop.time() < self.pacing.not_before:
            if self._timer:
                self._timer.cancel()
            self._timer = self._loop.call_at(self.pacing.not_before, self._ring)
            return
        self._wake.set_result(None)

    def _is_full(self) -> bool:
        return len(self._slots) >= self.pacing.pace.in_flight

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
                continue
            self._joined -= 1
            if rider.deadline is not None and rider.deadline <= self._loop.time():
                self._expire(rider)
            else:
                self._enqueue(rider, front=True)
                self._watch(rider)
        if self._queue:
            self._start()

    def _start(self) -> None:
        if self._dispatcher is None:
            self._dispatcher = self._loop.create_task(self._dispatch(), name=f"odapi-lane-{self.name}")

    def _grant(self, waiter: Waiter) -> None:
        if waiter.future.done():  # cancelled or expired in this very pass of the loop
            return
        self._has_token = self._has_place = False
        waiter.slot = Slot(self, waiter.asked, self._loop.time(), self._take_along(waiter))
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
        self._watch(waiter)

    def _watch(self, waiter: Waiter) -> None:
        if waiter.deadline is not None:
            waiter.timer = self._loop.call_at(waiter.deadline, self._expire, waiter)

    def _expire(self, waiter: Waiter) -> None:
        if not waiter.future.done():
            self._forget(waiter)
            waiter.future.set_exception(WaitTooLong(self.estimate(waiter.priority), waiter.max_wait))

    def _longest(self) -> float:
        slots = tuple(self._slots)  # in one step: a snapshot may be taken by another thread
        return self._loop.time() - min((slot.granted for slot in slots), default=self._loop.time())

    def rest(self) -> None:
        """Report this lane idle if it has no work, and no pause to remember."""
        if self._queue or self._slots or self._dispatcher:
            return
        if self._loop.time() >= self.pacing.paused_until:
            self._on_idle(self)
