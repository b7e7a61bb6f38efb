"""The API's throttle as clock arithmetic: which request starts, waits or is refused. Nothing here waits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum


class Throttle(StrEnum):
    """What happens to a request that comes too early.

    HOLD keeps it until it may start, and refuses it only if too many wait already. REFUSE responds 429 at
    once. COUNT lets it pass and only counts it.
    """

    HOLD = "hold"
    REFUSE = "refuse"
    COUNT = "count"


@dataclass(slots=True)
class KeyStats:
    """Counts of the requests with one customer key, as the server saw them.

    Attributes:
        requests: all requests that arrived.
        violations: arrivals less than the interval after the start of the last request that was not refused
            as too early.
        early_by: the most seconds by which one of them was too early. On a busy machine the server reads
            some requests late, and the ones behind them seem to be early by as much.
        overlaps: arrivals while a request of this key was executing; counted only if there is a throttle.
        refused: responses with status 429.
        held: requests that had to wait at the server.
        executed: requests that were carried out.
        max_overlap: the highest number of requests at the server at one moment; 1 means never two.
        starts: when the requests started that were not refused as too early, in seconds of the event loop's
            time. Those that a fault or their headers kept from being carried out are among them.
    """

    requests: int = 0
    violations: int = 0
    early_by: float = 0.0
    overlaps: int = 0
    refused: int = 0
    held: int = 0
    executed: int = 0
    max_overlap: int = 0
    starts: list[float] = field(default_factory=list[float])


class Pass(StrEnum):
    """The gate's decision on an arrival."""

    START = "start"
    WAIT = "wait"
    REFUSE = "refuse"


class Gate:
    """The throttle of one customer key. Every moment is passed in, as seconds of one monotonic clock.

    Args:
        interval: the least seconds between two starts; 0 lets everything pass.
        throttle: what happens to an early request.
        queue_limit: how many requests may wait at once, if early requests are held.
    """

    def __init__(self, interval: float, throttle: Throttle, queue_limit: int) -> None:
        self._interval = interval
        self._throttle = throttle
        self._queue_limit = queue_limit
        self._last_start: float | None = None
        self._running = 0
        self._waiting = 0
        self._present = 0
        self.stats = KeyStats()

    @property
    def exclusive(self) -> bool:
        """Whether only one request at a time may execute."""
        return self._interval > 0 and self._throttle is not Throttle.COUNT

    def reset_stats(self) -> None:
        """Set the counts to zero; requests in flight and the last start stay."""
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
            stats.early_by = max(stats.early_by, self.due() - now)
        if self._running:
            stats.overlaps += 1

    def leave(self) -> None:
        """Count one arrived request less."""
        self._present -= 1

    def admit(self, now: float) -> Pass:
        """Return whether an arrived request may start at `now`; one that has to wait counts as waiting."""
        early = self._running > 0 or self._waiting > 0 or self.due() > now
        if not self.exclusive or not early:
            return Pass.START
        if self._throttle is Throttle.REFUSE or self._waiting >= self._queue_limit:
            return Pass.REFUSE
        self._waiting += 1
        self.stats.held += 1
        return Pass.WAIT

    def stop_waiting(self) -> None:
        """Count one waiting request less: it starts, or its client is gone."""
        self._waiting -= 1

    def start(self, now: float, *, is_executed: bool = True) -> None:
        """Count a start, also of a request that is then not carried out; one `end` follows every start."""
        self._last_start = now
        self._running += 1
        self.stats.executed += is_executed
        self.stats.starts.append(now)

    def end(self) -> None:
        """Count one running request less."""
        self._running -= 1

    def due(self) -> float:
        """Return the moment from which the next request is not early."""
        return -math.inf if self._last_start is None else self._last_start + self._interval

    def retry_after(self, now: float) -> int:
        """Count a refusal, and return the whole seconds, at least one, after which a request may succeed."""
        self.stats.refused += 1
        return max(1, math.ceil(self.due() - now + self._waiting * self._interval))
