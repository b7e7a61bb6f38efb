"""Records when requests are sent, and how late: the time in which a lane could send and did not."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from odapi_async.scheduler.bucket import Bucket, LocalBuckets


@dataclass(slots=True)
class Ledger:
    """The record of one lane.

    Attributes:
        interval: seconds that the API demands between two starts.
        step: the interval and the margin, in seconds.
        ready: the moment from which the next request may start; 0 if that is not known.
        holder: the task whose request is in flight.
        late: for each start, the seconds after the moment from which it was allowed.
        departures: moments at which requests were sent.
    """

    interval: float
    step: float
    ready: float = 0.0
    holder: asyncio.Task[Any] | None = None
    late: list[float] = field(default_factory=list[float])
    departures: list[float] = field(default_factory=list[float])

    def started(self, granted: float, now: float) -> None:
        """Record a start: when it was granted and when its request was sent."""
        if self.ready:
            self.late.append(max(0.0, granted - self.ready))
        self.departures.append(now)
        self.holder = asyncio.current_task()
        self.ready = now + self.step

    def wait(self, until: float) -> None:
        """Record that no request may start before a moment."""
        self.ready = max(self.ready, until)

    def over(self) -> None:
        """Record that a call has ended; it matters if its request was the one in flight."""
        if self.holder is asyncio.current_task():
            self.holder = None
            self.wait(asyncio.get_running_loop().time())

    def early(self) -> int:
        """Return how many requests were sent less than the interval after the one before."""
        gaps = (later - earlier for earlier, later in itertools.pairwise(self.departures))
        return sum(gap < self.interval for gap in gaps)


class Watch(LocalBuckets):
    """The usual buckets, with a record: a lane reports every start and every pause to its bucket.

    Args:
        margin: seconds that lanes add to the interval.
    """

    def __init__(self, margin: float) -> None:
        self._margin = margin
        self.ledgers: dict[str, Ledger] = {}

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make a lane's bucket. A lane that was idle had no work, so it was not late."""
        ledger = self.ledgers.setdefault(lane, Ledger(interval, interval + self._margin))
        ledger.ready = 0.0
        return _Watched(super().bucket(lane, interval), ledger)

    async def call(self, lane: str, request: Awaitable[object]) -> None:
        """Wait until a call has ended, with whatever outcome."""
        try:
            await request
        finally:
            if lane in self.ledgers:
                self.ledgers[lane].over()

    def early(self) -> int:
        """Return how many requests of all lanes were sent too early."""
        return sum(each.early() for each in self.ledgers.values())

    def lost(self) -> int:
        """Return how many starts all lanes missed: whole steps of lateness."""
        return sum(int(late / each.step) for each in self.ledgers.values() for late in each.late)

    def pace(self) -> float:
        """Return the time that the pace required, as a percentage of that time and all lateness."""
        needed = sum(each.step * len(each.late) for each in self.ledgers.values())
        late = sum(sum(each.late) for each in self.ledgers.values())
        return 100 * needed / (needed + late)


class _Watched:
    def __init__(self, bucket: Bucket, ledger: Ledger) -> None:
        self._bucket = bucket
        self._ledger = ledger

    def try_acquire(self) -> bool:
        return self._bucket.try_acquire()

    async def acquire(self) -> None:
        await self._bucket.acquire()

    def refund(self) -> None:
        self._bucket.refund()

    def sent(self, delay: float) -> None:
        now = asyncio.get_running_loop().time()
        self._ledger.started(now - delay, now)
        self._bucket.sent(delay)

    def pause(self, seconds: float) -> None:
        self._ledger.wait(asyncio.get_running_loop().time() + seconds)
        self._bucket.pause(seconds)
