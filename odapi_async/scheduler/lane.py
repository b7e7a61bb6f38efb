"""One customer key: its waiting line, its pacing and its permit, brought together by a dispatcher.

The dispatcher is one callback, `_dispatch`. It runs when a request may be in flight and `not_before` has
passed, takes a token, and only then chooses the caller: so a late urgent caller still goes first, and a
caller that left costs no token. A task exists only while a token or the global limit has to be waited for,
and there is never more than one. Callers await one future each and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from copy import copy
from functools import partial

from odapi_async.errors import QueueFull, SchedulerClosed, SchedulerError
from odapi_async.scheduler.budget import Budget
from odapi_async.scheduler.pacing import Pacing
from odapi_async.scheduler.permit import Permit
from odapi_async.scheduler.pristine import pristine
from odapi_async.scheduler.queue import Priority
from odapi_async.scheduler.slot import Slot
from odapi_async.scheduler.snapshot import Counts, LaneSnapshot
from odapi_async.scheduler.waiter import SharedResult, Waiter, WaitLimit
from odapi_async.scheduler.waiting_line import WaitingLine


class Lane:
    """The requests of one customer key.

    Args:
        name: what snapshots call the lane; not the customer key.
        pacing: when the next request may start.
        permit: the token and the place under the global limit that the next start needs.
        on_idle: called with the lane when it has no work left.

    Attributes:
        counts: the requests since the lane last became idle.
    """

    __slots__ = (
        "_line",
        "_loop",
        "_on_idle",
        "_permit",
        "_permit_task",
        "_slots",
        "_timer",
        "counts",
        "name",
        "pacing",
    )

    def __init__(self, name: str, pacing: Pacing, permit: Permit, on_idle: Callable[[Lane], None]) -> None:
        self.name = name
        self.pacing = pacing
        self.counts = Counts()
        self._permit = permit
        self._on_idle = on_idle
        self._loop = asyncio.get_running_loop()
        self._line = WaitingLine(self._loop, self.estimate_again)
        self._slots: set[Slot] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._permit_task: asyncio.Task[None] | None = None

    async def acquire(
        self,
        priority: Priority,
        flow: Hashable,
        *,
        max_wait: float | None,
        budget: Budget | None,
        max_queue: int | None,
        retry: bool,
        front: bool,
        coalesce_key: Hashable,
    ) -> Slot | SharedResult:
        """Wait for a slot; a retry, and what has to come first, waits at the head of its priority.

        Raises:
            WaitTooLong: `max_wait` or the budget is not enough, as far as is known now, or was not enough.
            QueueFull: `max_queue` requests wait already.
            SchedulerClosed: the lane was closed meanwhile.
        """
        line, now = self._line, self._loop.time()
        front = front or retry
        if max_queue is not None and len(line.queue) >= max_queue and not front:
            raise QueueFull(max_queue, self.estimate(priority))
        waiter = Waiter(self._loop.create_future(), priority, flow, coalesce_key, now)
        limit = WaitLimit.of(now, max_wait, budget) if max_wait is not None or budget else None
        if limit:
            line.limit(waiter, limit, self.estimate(priority, front=front))
        self.counts.retried += retry
        line.join(waiter, front=front)
        if self._timer is None:
            self._schedule()
        try:
            return await waiter.future
        except asyncio.CancelledError:
            self._abandon(waiter)
            raise
        finally:
            if waiter.timer:
                waiter.timer.cancel()

    def estimate(self, priority: Priority, *, front: bool = False) -> float:
        """Estimate the seconds that a request would wait if it came now.

        Args:
            priority: its priority.
            front: whether it would wait at the head of its priority, as a retry does.
        """
        return self.pacing.estimate(
            self._loop.time(),
            ahead=self._line.queue.ahead(priority, front=front),
            oldest_age=self._oldest_age(),
            busy=self._is_full(),
        )

    def estimate_again(self, priority: Priority) -> float:
        """Estimate the wait of a request that comes after another has waited in vain.

        While the lane waits for a token that other processes share, or for the global limit, nobody knows
        how long that takes: then it is one interval at least.
        """
        estimate = self.estimate(priority)
        return max(estimate, self.pacing.step) if self._permit_task else estimate

    def record_start(self, slot: Slot) -> None:
        """Record that the request of a slot is sent now."""
        now = slot.sent_at = self._loop.time()
        self.counts.sent += 1
        self.pacing.record_start(now)
        self._permit.bucket.sent(now - slot.granted_at)

    def pause(self, retry_after: float | None) -> float:
        """Pause the lane after a 429, and fail waiters whose deadline falls inside the pause.

        Returns:
            The seconds of a pause that begins now; 0 if the lane was paused already.
        """
        now = self._loop.time()
        was_paused = self.pacing.paused_until > now
        pause = self.pacing.record_throttled(now, retry_after)
        self.counts.throttled += 1
        self._permit.bucket.pause(pause)
        self._line.expire_before(self.pacing.not_before)
        return 0.0 if was_paused else pause

    def release(self, slot: Slot) -> None:
        """Take a slot back; a token that was not used goes to the next caller."""
        slot.ended_at = self._loop.time()
        self._slots.discard(slot)
        self._permit.release(used=slot.sent_at is not None)
        if slot.followers:
            self._resolve_followers(slot)
        if slot.sent_at is not None:
            self.pacing.record_end(slot.ended_at, slot.ended_at - slot.sent_at)
        if self._line.queue:
            self._schedule()
        else:
            self.release_if_idle()

    def fail(self, error_for: Callable[[], Exception]) -> None:
        """Fail every waiter, each with an error of its own."""
        self._line.fail(error_for, [follower for slot in self._slots for follower in slot.followers])

    def close(self) -> asyncio.Task[None] | None:
        """Fail every waiter with SchedulerClosed; return the cancelled task to await, if there is one."""
        self.fail(SchedulerClosed)
        if self._permit_task:
            self._permit_task.cancel()
        return self._permit_task

    def release_if_idle(self) -> None:
        """Refund the permit and report the lane idle, if it has no work; a paused lane is kept."""
        if self._line.queue or self._slots or self._permit_task:
            return
        self._permit.refund()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._loop.time() >= self.pacing.paused_until:
            self._on_idle(self)

    def snapshot(self, practices: tuple[str, ...] = (), way: str = "") -> LaneSnapshot:
        """Return what the lane is doing.

        Args:
            practices: the names that its practices have.
            way: the way to the office; empty if there is one only.
        """
        now = self._loop.time()
        return LaneSnapshot(
            lane=self.name,
            interval=self.pacing.pace.interval,
            tier=self.pacing.pace.tier,
            queued={priority: self._line.queue.depths[priority] for priority in Priority},
            in_flight=len(self._slots),
            oldest_age=self._oldest_age(),
            next_slot=max(0.0, self.pacing.not_before - now),
            paused=self.pacing.paused_until > now,
            mean_duration=self.pacing.mean_duration,
            counts=copy(self.counts),
            practices=practices,
            way=way,
        )

    def _schedule(self) -> None:
        """Arrange for `_dispatch` to run when the next caller may start, unless it is arranged already."""
        if self._timer is None and self._permit_task is None and self._line.queue and not self._is_full():
            self._timer = self._loop.call_at(self.pacing.not_before, self._dispatch)

    def _dispatch(self) -> None:
        """Grant slots while there is a permit and a waiter, and one more request may be in flight."""
        self._timer = None
        while self._line.queue and not self._is_full():
            if self._loop.time() < self.pacing.not_before:  # a pause began meanwhile
                self._schedule()
                return
            try:
                has_permit = self._permit.try_acquire()
            except Exception as error:  # noqa: BLE001 - a bucket may be anybody's
                self._fail_for(error)
                return
            if not has_permit:
                self._permit_task = self._loop.create_task(
                    self._await_permit(), name=f"odapi-lane-{self.name}"
                )
                return
            self._grant_next()

    async def _await_permit(self) -> None:
        try:
            await self._permit.acquire()
        except Exception as error:  # noqa: BLE001 - a bucket may be anybody's
            self._fail_for(error)
        finally:
            self._permit_task = None
            self.release_if_idle()
        self._dispatch()

    def _fail_for(self, error: Exception) -> None:
        """Fail every waiter with the error of the bucket; the text of a foreign one may quote anything."""
        if not isinstance(error, SchedulerError):
            kind = type(error).__name__
            error = SchedulerError(
                f"the bucket of the lane failed: {kind}; nothing was sent, try again later"
            )
        self.fail(partial(pristine, error))

    def _grant_next(self) -> None:
        waiter, followers = self._line.pop()
        if waiter.future.done():  # cancelled or expired in this very iteration of the event loop
            return
        self._permit.consume()
        if followers:
            followers = self._line.attach_followers(followers)
            self.counts.coalesced += len(followers)
        waiter.slot = Slot(self, waiter.enqueued_at, self._loop.time(), followers)
        self._slots.add(waiter.slot)
        waiter.future.set_result(waiter.slot)

    def _resolve_followers(self, slot: Slot) -> None:
        for follower in reversed(slot.followers):
            if follower.future.done():
                continue
            if slot.shared:
                follower.future.set_result(slot.shared)
            else:
                self.counts.coalesced -= 1
                self._line.requeue(follower)
        if not slot.shared:
            self._line.expire_before(self.pacing.not_before)

    def _abandon(self, waiter: Waiter[Slot]) -> None:
        """Let a cancelled caller go, whatever it has got in the meantime."""
        if waiter.slot:
            self.release(waiter.slot)
        else:
            self._line.remove(waiter)
        if not waiter.future.cancelled():
            waiter.future.exception()  # marks it as retrieved: the caller is gone

    def _is_full(self) -> bool:
        return len(self._slots) >= self.pacing.pace.in_flight

    def _oldest_age(self) -> float:
        slots = tuple(self._slots)  # in one step: another thread may take a snapshot
        return self._loop.time() - min((slot.granted_at for slot in slots), default=self._loop.time())
