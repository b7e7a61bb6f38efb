"""The waiting line of one lane: order, deadlines, and which reads share one response. Nothing is sent here.

Two identical reads both queue, each with its own priority. When the first of them gets its slot, the others
leave the queue and follow it: they share its outcome. So no caller gets a response that was fetched before it
asked, a follower with a higher priority lifts the rest, and a follower that leaves takes nobody with it. A
read queued behind a waiting write never shares a response fetched before that write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from odapi_async.scheduler.coalescing import Coalescer
from odapi_async.scheduler.queue import FairQueue, Priority
from odapi_async.scheduler.slot import Slot
from odapi_async.scheduler.waiter import Waiter, WaitLimit


class WaitingLine:
    """The callers that wait in one lane.

    Args:
        loop: the event loop of the lane.
        estimate: the seconds that a new request of a priority would wait, after one has waited in vain.

    Attributes:
        queue: the callers in the order of service.
    """

    __slots__ = ("_coalescer", "_estimate", "_loop", "queue")

    def __init__(self, loop: asyncio.AbstractEventLoop, estimate: Callable[[Priority], float]) -> None:
        self._loop = loop
        self._estimate = estimate
        self.queue: FairQueue[Waiter[Slot]] = FairQueue()
        self._coalescer = Coalescer()

    def join(self, waiter: Waiter[Slot], *, front: bool) -> None:
        """Add a new caller at the end of its flow, or at the head of its priority."""
        self._coalescer.number(waiter)
        self.queue.push(waiter, waiter.priority, waiter.flow, front=front)
        self._coalescer.add(waiter)

    def limit(self, waiter: Waiter[Slot], limit: WaitLimit, estimate: float) -> None:
        """Limit the wait of a new caller.

        Args:
            waiter: the caller.
            limit: how long it waits at most.
            estimate: seconds that it is going to wait, as far as known.

        Raises:
            WaitTooLong: the estimate is longer.
        """
        if estimate > limit.seconds:
            raise limit.error(estimate, self._loop.time())
        waiter.limit = limit
        self._start_timer(waiter)

    def pop(self) -> tuple[Waiter[Slot], Sequence[Waiter[Slot]]]:
        """Remove the next caller, and return it with the waiting callers that may share its response."""
        waiter = self.queue.pop()
        return waiter, self._coalescer.pop_leader(waiter)

    def attach_followers(self, candidates: Sequence[Waiter[Slot]]) -> list[Waiter[Slot]]:
        """Remove the callers that are going to share a response; return those that still wait."""
        followers = [each for each in candidates if not each.future.done()]
        for follower in followers:
            self.remove(follower)
            if follower.timer:
                follower.timer.cancel()
        return followers

    def requeue(self, follower: Waiter[Slot]) -> None:
        """Put a follower without an outcome back at the head of its priority, unless its deadline is over."""
        if follower.limit and follower.limit.deadline <= self._loop.time():
            self._expire(follower)
        else:
            self.queue.push(follower, follower.priority, follower.flow, front=True)
            self._coalescer.add(follower)
            self._start_timer(follower)

    def remove(self, waiter: Waiter[Slot]) -> None:
        """Remove a caller wherever it stands; nothing happens if it does not wait any more."""
        self.queue.discard(waiter, waiter.priority, waiter.flow)
        self._coalescer.discard(waiter)

    def expire_before(self, moment: float) -> None:
        """Fail the callers whose deadline comes before the earliest moment of a start."""
        for waiter in [each for each in self.queue if each.limit and each.limit.deadline < moment]:
            self._expire(waiter)

    def fail(self, error_for: Callable[[], Exception], followers: Iterable[Waiter[Slot]]) -> None:
        """Fail all callers and some followers, each with an error of its own."""
        for waiter in (*self.queue, *followers):
            if not waiter.future.done():
                waiter.future.set_exception(error_for())
        self.queue = FairQueue()
        self._coalescer = Coalescer()

    def _start_timer(self, waiter: Waiter[Slot]) -> None:
        if waiter.limit:
            waiter.timer = self._loop.call_at(waiter.limit.deadline, self._expire, waiter)

    def _expire(self, waiter: Waiter[Slot]) -> None:
        if waiter.limit and not waiter.future.done():
            self.remove(waiter)
            estimate = self._estimate(waiter.priority)
            waiter.future.set_exception(waiter.limit.error(estimate, self._loop.time()))
