"""When the next request of one key may start: plain arithmetic, with the time passed in.

`not_before` only ever grows. It is the later of two moments: one interval after the last request was really
*sent* (not after its slot was granted: after a slow connect, the next request would reach the server too
early), and the end of a pause that a 429 asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from odapi_async.limits import Tier

_SMOOTHING: Final = 0.2  # weight of the newest duration in the running mean
_NARROWING: Final = 0.98  # factor by which each request without a 429 shrinks a widened margin
_LEAST_WIDENED: Final = 0.005  # seconds of a margin that was zero or hardly more
_MAX_PAUSE: Final = 60.0  # seconds, if a 429 does not say how long to wait


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a lane may go.

    Attributes:
        interval: seconds from one start to the next; 0 for no limit.
        in_flight: requests that may be in flight at once.
        tier: the tier that sets the interval; None if no tier does.
    """

    interval: float
    in_flight: int = 1
    tier: Tier | None = None


class Pacing:
    """The clockwork of a lane.

    Args:
        pace: how fast it may go.
        margin: seconds added to the interval, because the network changes the distance between two requests.
        last_start: when its last request was sent; 0 for never.

    Attributes:
        pace: how fast it may go.
        last_start: when its last request was sent.
        not_before: the earliest moment of the next start.
        paused_until: the end of the latest pause.
        step: seconds from one start to the next.
        mean_duration: seconds that a request takes, as a running mean.
    """

    __slots__ = (
        "_base_margin",
        "_margin",
        "_throttled_in_a_row",
        "last_start",
        "mean_duration",
        "not_before",
        "pace",
        "paused_until",
        "step",
    )

    def __init__(self, pace: Pace, *, margin: float, last_start: float) -> None:
        self._base_margin = self._margin = margin
        self._throttled_in_a_row = 0
        self.last_start = last_start
        self.paused_until = 0.0
        self.mean_duration = 0.0
        self.step = 0.0
        self.not_before = 0.0
        self.slow_down(pace)

    def slow_down(self, pace: Pace) -> None:
        """Change the pace to a slower one, which the next start keeps already."""
        self.pace = pace
        self._set_margin(self._margin)
        if self.last_start:
            self.not_before = max(self.not_before, self.last_start + self.step)

    def record_start(self, now: float) -> None:
        """Record that a request was sent, at a moment that is not before the last one."""
        self.last_start = now
        self.not_before = max(self.not_before, now + self.step)

    def record_throttled(self, now: float, retry_after: float | None) -> float:
        """Record a 429 and return the seconds to pause.

        Without Retry-After they double with each 429 in a row. The margin doubles, up to half the interval,
        because the server saw a distance that this lane did not intend.
        """
        if retry_after is None:
            doublings = min(self._throttled_in_a_row, 10)
            retry_after = min(_MAX_PAUSE, max(self.pace.interval, 1.0) * 2**doublings)
        self._throttled_in_a_row += 1
        wider = max(self._margin * 2, _LEAST_WIDENED)
        self._set_margin(max(self._margin, min(wider, self.pace.interval / 2)))
        self.paused_until = max(self.paused_until, now + retry_after)
        self.not_before = max(self.not_before, self.paused_until)
        return retry_after

    def record_end(self, now: float, duration: float) -> None:
        """Record that a request ended."""
        self.mean_duration += (duration - self.mean_duration) * (_SMOOTHING if self.mean_duration else 1.0)
        if self.paused_until < now:
            self._throttled_in_a_row = 0
            if self._margin > self._base_margin:
                self._set_margin(max(self._base_margin, self._margin * _NARROWING))

    def estimate(self, now: float, *, ahead: int, oldest_age: float, busy: bool) -> float:
        """Estimate the seconds that a request waits.

        Args:
            now: when it starts to wait.
            ahead: requests that are served before it.
            oldest_age: seconds since the oldest request in flight got its slot.
            busy: whether no further request may be in flight.
        """
        ready = max(0.0, self.not_before - now, self.mean_duration - oldest_age if busy else 0.0)
        return ready + ahead * max(self.step, self.mean_duration) / self.pace.in_flight

    def _set_margin(self, margin: float) -> None:
        self._margin = margin
        self.step = self.pace.interval + margin if self.pace.interval else 0.0
