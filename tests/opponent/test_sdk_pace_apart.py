"""The pace of the SDK with its default margin, measured in another process, where its requests arrive."""

import asyncio
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from odapi_async import OpenDental, Tier
from odapi_async.limits import INTERVALS
from odapi_async.scheduler import Bucket, LocalBuckets
from tests.opponent.process import Counted, OpponentProcess
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY

INTERVAL: Final = INTERVALS[Tier.ENTERPRISE]
MARGIN: Final = 0.005  # the default, which docs/throttling.md promises
REQUESTS: Final = 5
ROUNDS: Final = 5


class NotingBucket:
    """A bucket that notes when its requests are sent, before anything else sees that moment."""

    def __init__(self, bucket: Bucket, moments: list[float]) -> None:
        self.try_acquire = bucket.try_acquire
        self.acquire = bucket.acquire
        self.refund = bucket.refund
        self.pause = bucket.pause
        self._sent = bucket.sent
        self._moments = moments

    def sent(self, delay: float) -> None:
        self._moments.append(time.monotonic())
        self._sent(delay)


class NotingBuckets(LocalBuckets):
    """Local buckets that note when requests are sent."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []

    def bucket(self, lane: str, interval: float) -> Bucket:
        return NotingBucket(super().bucket(lane, interval), self.moments)


@dataclass(frozen=True)
class Round:
    """What was seen of the requests of one client.

    Attributes:
        sent: When they were sent.
        counted: What the server counted.
    """

    sent: list[float]
    counted: Counted

    @property
    def arrived(self) -> list[float]:
        return self.counted.arrivals[CUSTOMER_KEY]

    @property
    def early(self) -> list[bool]:
        """For each request after the first, whether it arrived too early."""
        return [later - sooner < INTERVAL for sooner, later in pairwise(self.arrived)]

    @property
    def in_time(self) -> set[int]:
        """The places of the requests that arrived in time, not counting those that a 429 delayed."""
        after_429 = [False, *self.early]
        return {
            place
            for place, (early, paused) in enumerate(zip(self.early, after_429, strict=False), start=1)
            if not early and not paused
        }

    @property
    def held_up(self) -> list[float]:
        """For each request after the first, the seconds that the one before took longer to arrive."""
        ways = [arrival - moment for moment, arrival in zip(self.sent, self.arrived, strict=True)]
        return [sooner - later for sooner, later in pairwise(ways)]


async def run_round() -> Round:
    """Let concurrent callers send requests of one key with a new client to a new server."""
    buckets = NotingBuckets()
    async with OpponentProcess() as server, OpenDental(DEVELOPER_KEY, buckets=buckets) as od:
        practice = od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=server.base_url)
        await asyncio.gather(*[practice.patients.get(number) for number in range(1, REQUESTS + 1)])
    return Round(buckets.moments, server.counted)


async def test_no_request_is_too_early_with_the_default_margin() -> None:
    """Requests are sent an interval and the margin apart, always: that is what the docs promise.

    The margin is for ways that differ by less than it. If the machine stalls a process for longer, a request
    arrives too early that was sent in time, so it is measured again with a new client. If the client itself
    stalled requests, they would be too early each time, and the test would fail.
    """
    missing = set(range(1, REQUESTS))
    for _ in range(ROUNDS):
        found = await run_round()
        assert min(later - sooner for sooner, later in pairwise(found.sent)) >= INTERVAL + MARGIN
        assert found.counted.too_early == len(found.counted.refused) == sum(found.early)
        assert all(held > MARGIN for early, held in zip(found.early, found.held_up, strict=True) if early)
        missing -= found.in_time
        if not missing:
            return
    raise AssertionError(f"requests {sorted(missing)} were too early in each of {ROUNDS} rounds")
