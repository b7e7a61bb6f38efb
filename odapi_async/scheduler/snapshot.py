"""What the scheduler is doing, as frozen values that may be logged: lanes carry no customer key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from odapi_async.scheduler.queue import Priority


@dataclass(frozen=True)
class Counts:
    """Requests since the start.

    Attributes:
        sent: requests that left, retries among them.
        throttled: those that were answered 429.
        retried: those that were not the first try of their call.
        joined: calls that were answered by an identical request and sent none themselves.
    """

    sent: int = 0
    throttled: int = 0
    retried: int = 0
    joined: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sent + other.sent,
            self.throttled + other.throttled,
            self.retried + other.retried,
            self.joined + other.joined,
        )


@dataclass(frozen=True)
class LaneSnapshot:
    """One lane that has work.

    Attributes:
        lane: the lane's name.
        interval: seconds from one start to the next; 0 for no limit.
        queued: waiting requests by priority.
        in_flight: requests that have a slot.
        longest: seconds since the oldest of them got its slot; 0 without any.
        next_slot: seconds until a request may start, as far as pace and pauses go.
        paused: whether that wait comes from a 429.
        mean: seconds that a request takes, a running mean.
        counts: requests since this lane last had none.
    """

    lane: str
    interval: float
    queued: Mapping[Priority, int]
    in_flight: int
    longest: float
    next_slot: float
    paused: bool
    mean: float
    counts: Counts


@dataclass(frozen=True)
class Snapshot:
    """The whole scheduler.

    Attributes:
        lanes: the lanes that have work.
        idle: lanes that have none, and are kept as one number each.
        counts: requests of all lanes since the start.
    """

    lanes: tuple[LaneSnapshot, ...]
    idle: int
    counts: Counts
