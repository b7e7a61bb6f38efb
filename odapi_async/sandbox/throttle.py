"""The API's throttle as clock arithmetic: who may start, who waits, who is refused. Nothing here waits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum


class Throttle(StrEnum):
    """What becomes of a request that comes too early.

    HOLD keeps it until it may start and refuses it only when too many wait already; REFUSE answers 429 at
    once; COUNT lets it pass and only counts it.
    """

    HOLD = "hold"
    REFUSE = "refuse"
    COUNT = "count"


@dataclass(slots=True)
class KeyStats:
    """What the server saw of one customer key.

    Attributes:
        requests: everything that arrived with this key.
        violations: arrivals less than the interval after the start of the last executed request.
        overlaps: arrivals while a request of this key was executing; counted only where there is a throttle.
        refused: answers with 429.
        held: requests that had to wait at the server.
        executed: requests that were carried out.
        max_overlap: the most requests of this key that were at the server at one moment; 1 means never two.
        starts: when the executed requests started, in seconds of the monotonic clock.
    """

    requests: int = 0
    violations: int = 0
    overlaps: int = 0
    refused: int = 0
    held: int = 0
    executed: int = 0
    max_overlap: int = 0
    starts: list[float] = field(default_factory=list[float])


class Pass(StrEnum):
    """What the gate says to an arrival."""

    START = "start"
    WAIT = "wait"
    REFUSE = "refuse"


class Gate:
    """The throttle of one customer key. Every moment is passed in as seconds of one monotonic clock.

    Args:
        interval: the least seconds between two starts; 0 lets everything pass.
        manner: what becomes of an early request.
        queue_limit: how many may wait at once when early requests are held.
    """

    def __init__(self, interval: float, manner: Throttle, queue_limit: int) -> None:
        self._interval = interval
        self._manner = manner
        self._queue_limit = queue_limit
        self._last_start: float | None = None
        self._running = 0
        self._waiting = 0
        self._present = 0
        self.stats = KeyStats()

    @property
    def exclusive(self) -> bool:
        """Whether only one request at a time may execute."""
        return self._interval > 0 and self._manner is not Throttle.COUNT

    def reset(self) -> None:
        """Forget what was counted, but not what is going on."""
        self.stats = KeyStats()

    def arrive(self, now: float) -> None:
        """Count an arrival; every arrival is followed by one `leave`."""
        stats = self.stats
        stats.requests += 1
        self._present += 1
        stats.max_overlap = max(stats.max_overlap, self._present)
        if self._interval <= 0:
            return
        if self.due() > now:
            stats.violations += 1
        if self._running:
            stats.overlaps += 1

    def leave(self) -> None:
        """Note that a request that had arrived is over."""
        self._present -= 1

    def admit(self, now: float) -> Pass:
        """Say whether a request that has arrived may start at `now`; a wait counts as one from here on."""
        early = self._running > 0 or self._waiting > 0 or self.due() > now
        if not self.exclusive or not early:
            return Pass.START
        if self._manner is Throttle.REFUSE or self._waiting >= self._queue_limit:
            return Pass.REFUSE
        self._waiting += 1
        self.stats.held += 1
        return Pass.WAIT

    def stop_waiting(self) -> None:
        """Note that a waiting request starts or has given up."""
        self._waiting -= 1

    def start(self, now: float) -> None:
        """Note that a request starts; it is followed by one `end`."""
        self._last_start = now
        self._running += 1
        self.stats.executed += 1
        self.stats.starts.append(now)

    def end(self) -> None:
        """Note that a started request has ended."""
        self._running -= 1

    def due(self) -> float:
        """Return the moment from which the next request is not early."""
        return -math.inf if self._last_start is None else self._last_start + self._interval

    def retry_after(self, now: float) -> int:
        """Count a refusal; return the whole seconds, at least one, after which it is worth to ask again."""
        self.stats.refused += 1
        return max(1, math.ceil(self.due() - now + self._waiting * self._interval))
