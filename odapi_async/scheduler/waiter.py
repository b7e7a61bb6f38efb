"""One caller that waits for a slot, and what it may get instead: the shared outcome of an identical read."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from odapi_async.errors import WaitTooLong
from odapi_async.scheduler.budget import Budget
from odapi_async.scheduler.pristine import pristine
from odapi_async.scheduler.queue import Priority

S = TypeVar("S")


class SharedResult:
    """The outcome of an identical read that was sent after this one was requested."""

    __slots__ = ("_outcome",)

    def __init__(self, outcome: object) -> None:
        self._outcome = _own(outcome)

    @property
    def outcome(self) -> object:
        """The outcome; if it is an error, a copy for this caller alone."""
        return _own(self._outcome)


@dataclass(frozen=True, slots=True)
class WaitLimit:
    """How long a caller waits at most.

    Attributes:
        enqueued_at: when the caller came.
        seconds: seconds that it accepts to wait.
        deadline: when it gives up.
        budget: the budget of its whole call, if that sets the limit; None if `max_wait` does.
    """

    enqueued_at: float
    seconds: float
    deadline: float
    budget: Budget | None

    @classmethod
    def of(cls, now: float, max_wait: float | None, budget: Budget | None) -> WaitLimit | None:
        """Return the stricter of two limits; None if there is none."""
        if budget is not None and (max_wait is None or budget.ends_at < now + max_wait):
            return cls(now, budget.ends_at - now, budget.ends_at, budget)
        return None if max_wait is None else cls(now, max_wait, now + max_wait, None)

    def error(self, estimated_wait: float, now: float) -> WaitTooLong:
        """Return the error of a caller that cannot wait any longer."""
        waited = max(0.0, self.seconds if now >= self.deadline else now - self.enqueued_at)
        deadline = self.budget.seconds if self.budget else None
        return WaitTooLong(estimated_wait, self.seconds, waited=waited, deadline=deadline)


class Waiter(Generic[S]):
    """A caller that waits for a slot of type S.

    Attributes:
        future: what the caller awaits.
        priority: how urgent the request is.
        flow: the label of its flow.
        coalesce_key: the label shared by identical reads; None if the request may be a write.
        enqueued_at: when the caller came.
        write_number: writes that had come to this lane when this caller came, itself included.
        slot: its slot, once it has one.
        limit: how long the caller waits at most; None for no limit.
        timer: the timer that ends the wait at that limit.
    """

    __slots__ = (
        "coalesce_key",
        "enqueued_at",
        "flow",
        "future",
        "limit",
        "priority",
        "slot",
        "timer",
        "write_number",
    )

    def __init__(
        self,
        future: asyncio.Future[S | SharedResult],
        priority: Priority,
        flow: Hashable,
        coalesce_key: Hashable,
        enqueued_at: float,
    ) -> None:
        self.future = future
        self.priority = priority
        self.flow = flow
        self.coalesce_key = coalesce_key
        self.enqueued_at = enqueued_at
        self.write_number = 0
        self.slot: S | None = None
        self.limit: WaitLimit | None = None
        self.timer: asyncio.TimerHandle | None = None


def _own(outcome: object) -> object:
    return pristine(outcome) if isinstance(outcome, Exception) else outcome
