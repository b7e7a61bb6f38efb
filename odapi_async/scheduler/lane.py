"""One customer key: its queue, its bucket, its deadline, and the dispatcher that brings them together.

The dispatcher is one callback, `_serve`. It runs when a place is free and `not_before` has passed, takes a
token, and only then chooses the caller: so a late urgent caller still goes first, and a caller that left
costs no token. Only where a token or the house has to be waited for, a task does that; there is never more
than one. Callers await one future each and nothing else.

A request that reads may join an identical one: both queue, each with its own urgency, and when the first of
them gets its slot, it takes the others out of the queue and shares its outcome with them. So nobody gets an
answer that was fetched before he asked, an urgent joiner lifts the rest, and a joiner who leaves takes nobody
with him. Who queued after a write does not ride while that write still waits: he would miss what it changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from functools import partial

from odapi_async.errors import QueueFull, SchedulerClosed, SchedulerError, WaitTooLong
from odapi_async.scheduler.bucket import Bucket
from odapi_async.scheduler.coalescing import Joins
from odapi_async.scheduler.global_limit import House
from odapi_async.scheduler.pacing import Pacing
from odapi_async.scheduler.permit import Permit
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
        "_alarm",
        "_bucket",
        "_fetching",
        "_joined",
        "_joins",
        "_loop",
        "_on_idle",
        "_permit",
        "_queue",
        "_retried",
        "_sent",
        "_slots",
        "_throttled",
        "name",
        "pacing",
    )

    def __init__(
        self, name: str, pacing: Pacing, bucket: Bucket, house: House | None, on_idle: Callable[[Lane], None]
    ) -> None:
        self.name = name
        self.pacing = pacing
        self._bucket = bucket
        self._permit = Permit(bucket, house)
        self._on_idle = on_idle
        self._loop = asyncio.get_running_loop()
        self._queue: FairQueue[Waiter] = FairQueue()
        self._joins = Joins()
        self._slots: set[Slot] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._fetching: asyncio.Task[None] | None = None
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
        waiter = Waiter(self._loop.create_future(), priority, flow, join, self._loop.time())
        if max_wait is not None:
            self._limit(waiter, max_wait, 0.0 if retry else self.estimate(priority))
        self._retried += retry
        self._joins.stamp(waiter)
        self._enqueue(waiter, front=retry)
        if self._alarm is None:
            self._arm()
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
        self._permit.end(used=slot.sent_at is not None)
        if slot.riders:
            self._let_off(slot)
        if slot.sent_at is not None:
            self.pacing.finished(slot.ended_at, slot.ended_at - slot.sent_at)
        if self._queue:
            self._arm()
        else:
            self.rest()

    def fail(self, error_for: Callable[[], Exception]) -> None:
        """Fail everyone who waits, each with an error of his own."""
        riders = [rider for slot in self._slots for rider in slot.riders]
        for waiter in (*self._queue, *riders):
            if not waiter.future.done():
                waiter.future.set_exception(error_for())
        self._queue = FairQueue()
        self._joins = Joins()

    def close(self) -> asyncio.Task[None] | None:
        """Fail everyone who waits with SchedulerClosed; return what is cancelled and has to be awaited."""
        self.fail(SchedulerClosed)
        if self._fetching:
            self._fetching.cancel()
        return self._fetching

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

    def _arm(self) -> None:
        """See to it that `_serve` runs when somebody may be next, unless that is seen to already."""
        if self._alarm is None and self._fetching is None and self._queue and not self._is_full():
            self._alarm = self._loop.call_at(self.pacing.not_before, self._serve)

    def _serve(self) -> None:
        """Give out slots, as long as there is a place, a permit and somebody who waits."""
        self._alarm = None
        while self._queue and not self._is_full():
            if self._loop.time() < self.pacing.not_before:  # a pause has come meanwhile
                self._arm()
                return
            if not self._permit.take():
                self._fetching = self._loop.create_task(self._fetch(), name=f"odapi-lane-{self.name}")
                return
            self._grant(self._queue.pop())

    async def _fetch(self) -> None:
        try:
            await self._permit.wait()
        except SchedulerError as error:
            self.fail(partial(copy, error))
        finally:
            self._fetching = None
            self.rest()
        self._serve()

    def _is_full(self) -> bool:
        return len(self._slots) >= self.pacing.pace.in_flight

    def _enqueue(self, waiter: Waiter, *, front: bool) -> None:
        self._queue.push(waiter, waiter.priority, waiter.flow, front=front)
        self._joins.add(waiter)

    def _withdraw(self, waiter: Waiter) -> None:
        self._queue.discard(waiter, waiter.priority, waiter.flow)
        self._joins.discard(waiter)

    def _take_along(self, riders: Sequence[Waiter]) -> list[Waiter]:
        riders = [each for each in riders if not each.future.done()]
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

    def _grant(self, waiter: Waiter) -> None:
        riders = self._joins.lead(waiter)
        if waiter.future.done():  # cancelled or expired in this very pass of the loop
            return
        self._permit.use()
        if riders:
            riders = self._take_along(riders)
        waiter.slot = Slot(self, waiter.asked, self._loop.time(), riders)
        self._slots.add(waiter.slot)
        waiter.future.set_result(waiter.slot)

    def _forget(self, waiter: Waiter) -> None:
        if waiter.slot:
            self.leave(waiter.slot)
            return
        self._withdraw(waiter)

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
        """Report this lane idle if it has no work, and no pause to remember; what it holds it gives back."""
        if self._queue or self._slots or self._fetching:
            return
        self._permit.give_back()
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        if self._loop.time() >= self.pacing.paused_until:
            self._on_idle(self)
