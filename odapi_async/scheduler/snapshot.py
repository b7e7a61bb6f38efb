"""What the scheduler is doing, as values that may be logged: lanes carry no customer key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from odapi_async.limits import Tier
from odapi_async.scheduler.queue import Priority


@dataclass(slots=True)
class Counts:
    """Numbers of requests. A snapshot holds a copy.

    Attributes:
        sent: requests that were sent, retries among them. One whose connection failed counts, too: it takes a
            slot, and may have reached the server.
        throttled: requests that were answered 429.
        retried: requests that were not the first attempt of their call.
        coalesced: calls that shared the response of an identical request and sent none themselves.
    """

    sent: int = 0
    throttled: int = 0
    retried: int = 0
    coalesced: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sent + other.sent,
            self.throttled + other.throttled,
            self.retried + other.retried,
            self.coalesced + other.coalesced,
        )


@dataclass(frozen=True)
class LaneSnapshot:
    """One lane that has work.

    Attributes:
        lane: the lane's name.
        interval: seconds from one start to the next; 0 for no limit.
        tier: the tier that sets the interval; None if no tier does.
        queued: waiting requests by priority.
        in_flight: requests that have a slot.
        oldest_age: seconds since the oldest of them got its slot; 0 without any.
        next_slot: seconds until a request may start, as far as pace and pauses go.
        paused: whether that wait comes from a 429.
        mean_duration: seconds that a request takes, as a running mean.
        counts: requests since the lane last became idle.
        practices: the names that were given to its practices, in alphabetical order. Practices with the same
            key and URL share one lane, so there may be several.
        way: the way to the office, such as "service at http://office-server:30223/api/v1"; empty if its
            practices have one way only.
    """

    lane: str
    interval: float
    tier: Tier | None
    queued: Mapping[Priority, int]
    in_flight: int
    oldest_age: float
    next_slot: float
    paused: bool
    mean_duration: float
    counts: Counts
    practices: tuple[str, ...] = ()
    way: str = ""

    @property
    def label(self) -> str:
        """The names of its practices; the lane's name if they have none."""
        return ", ".join(self.practices) or self.lane


@dataclass(frozen=True)
class Snapshot:
    """The whole scheduler.

    Attributes:
        lanes: the lanes that have work.
        idle: the number of lanes without work; of each only its last start is kept.
        counts: requests of all lanes since the scheduler was made.
    """

    lanes: tuple[LaneSnapshot, ...]
    idle: int
    counts: Counts
