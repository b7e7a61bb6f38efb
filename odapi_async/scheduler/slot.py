"""What a lane gives out, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from odapi_async.scheduler.queue import Priority

if TYPE_CHECKING:
    from odapi_async.scheduler.lane import Lane


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a lane may go.

    Attributes:
        interval: seconds from one start to the next; 0 for no limit.
        in_flight: requests that may be under way at once.
    """

    interval: float
    in_flight: int = 1


class Waiter:
    """A caller in the queue.

    Attributes:
        future: what the caller awaits.
        priority: how urgent it is.
        flow: its label.
        join: the label of identical requests that only read; None for what may be a write.
        epoch: writes that had come to this lane when this caller came, itself included.
        asked: when it came.
        slot: its slot, once it has one.
        max_wait: seconds that it accepts to wait, if there is a deadline.
        deadline: the moment at which it gives up.
        timer: what wakes it then.
    """

    __slots__ = (
        "asked",
        "deadline",
        "epoch",
        "flow",
        "future",
        "join",
        "max_wait",
        "priority",
        "slot",
        "timer",
    )

    def __init__(
        self,
        future: asyncio.Future[Slot | Shared],
        priority: Priority,
        flow: Hashable,
        join: Hashable,
        asked: float,
    ) -> None:
        self.future = future
        self.priority = priority
        self.flow = flow
        self.join = join
        self.asked = asked
        self.epoch = 0
        self.slot: Slot | None = None
        self.max_wait = 0.0
        self.deadline: float | None = None
        self.timer: asyncio.TimerHandle | None = None


class Shared:
    """The outcome of an identical request that was sent after this one was asked for."""

    __slots__ = ("outcome",)

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome


class Slot:
    """The right to send one request now. Use it in a `with` block around the request and its answer.

    Attributes:
        asked: when its caller came, in seconds of the loop's clock.
        granted: when it was given out.
        riders: who joined.
        sent_at: when the request left.
        ended_at: when the slot was left.
        shared: what the riders get.
    """

    __slots__ = ("_lane", "asked", "ended_at", "granted", "riders", "sent_at", "shared")

    def __init__(self, lane: Lane, asked: float, granted: float, riders: Sequence[Waiter]) -> None:
        self._lane = lane
        self.asked = asked
        self.granted = granted
        self.riders = riders
        self.sent_at: float | None = None
        self.ended_at = 0.0
        self.shared: Shared | None = None

    @property
    def waited(self) -> float:
        """Seconds that its caller waited for it."""
        return self.granted - self.asked

    def sent(self) -> None:
        """Say that the request has left: the interval runs from this moment."""
        self.sent_at = self._lane.started(self)

    def share(self, outcome: object) -> None:
        """Give the outcome to those who joined; without it they queue again when the slot is left."""
        if self.riders:
            self.shared = Shared(outcome)

    def throttled(self, retry_after: float | None = None) -> float:
        """Say that the answer was 429, with the seconds that it asked to wait, if any: the lane pauses.

        Returns:
            For how many seconds; 0 if it had paused already.
        """
        return self._lane.pause(retry_after)

    def __enter__(self) -> Slot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # A caller that was cancelled before its request left gives the token back. A request that failed to
        # leave has knocked at the server's door all the same, so it counts as a start.
        if self.sent_at is None and not isinstance(error, asyncio.CancelledError):
            self.sent()
        self._lane.leave(self)
