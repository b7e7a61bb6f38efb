"""When the next request of one key may start: plain arithmetic, told the time by its caller.

`not_before` only ever grows. It is the later of two moments: the interval after the last request was really
*sent* (not after its slot was granted: a slow connect in between would make the next one early at the
server), and the end of a pause that a 429 asked for.
"""

from __future__ import annotations

from typing import Final

from odapi_async.scheduler.slot import Pace

_SMOOTHING: Final = 0.2  # weight of the newest duration in the running mean
_NARROWING: Final = 0.98  # a widened margin shrinks by this with every request that was not throttled
_LONGEST_PAUSE: Final = 60.0  # seconds, where a 429 does not say how long to wait


class Pacing:
    """The clockwork of a lane.

    Args:
        pace: how fast it may go.
        margin: seconds added to the interval, for what the network does to the distance between two requests.
        last_start: the moment of its last start; 0 for none.
    """

    __slots__ = (
        "_base",
        "_margin",
        "_streak",
        "last_start",
        "mean",
        "not_before",
        "pace",
        "paused_until",
        "step",
    )

    def __init__(self, pace: Pace, *, margin: float, last_start: float) -> None:
        self._base = self._margin = margin
        self._streak = 0
        self.last_start = last_start
        self.paused_until = 0.0
        self.mean = 0.0
        """Seconds that a request takes, a running mean."""
        self.step = 0.0
        """Seconds from one start to the next."""
        self.slow_down(pace)
        self.not_before = last_start + self.step if last_start else 0.0

    def slow_down(self, pace: Pace) -> None:
        """Keep another pace from the next start on."""
        self.pace = pace
        self._widen(self._margin)

    def started(self, now: float) -> None:
        """Note that a request was sent, at a moment that is not before the last one."""
        self.last_start = now
        self.not_before = max(self.not_before, now + self.step)

    def throttled(self, now: float, retry_after: float | None) -> float:
        """Note a 429 and return the seconds to pause; without Retry-After they double with each 429 in a row.

        The margin doubles: the pace was kept, and the server saw it otherwise.
        """
        if retry_after is None:
            retry_after = min(_LONGEST_PAUSE, max(self.pace.interval, 1.0) * 2 ** min(self._streak, 10))
        self._streak += 1
        self._widen(min(self._margin * 2, self.pace.interval / 2))
        self.paused_until = max(self.paused_until, now + retry_after)
        self.not_before = max(self.not_before, self.paused_until)
        return retry_after

    def finished(self, now: float, duration: float) -> None:
        """Note that a request ended."""
        self.mean += (duration - self.mean) * (_SMOOTHING if self.mean else 1.0)
        if self.paused_until < now:
            self._streak = 0
            if self._margin > self._base:
                self._widen(max(self._base, self._margin * _NARROWING))

    def estimate(self, now: float, *, ahead: int, longest: float, busy: bool) -> float:
        """Estimate the seconds that a request waits.

        Args:
            now: the moment from which it waits.
            ahead: requests that are served before it.
            longest: seconds since the oldest request under way got its slot.
            busy: whether all places are taken.
        """
        ready = max(0.0, self.not_before - now, self.mean - longest if busy else 0.0)
        return ready + ahead * max(self.step, self.mean) / self.pace.in_flight

    def _widen(self, margin: float) -> None:
        self._margin = margin
        self.step = self.pace.interval + margin if self.pace.interval else 0.0
