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
    def unevenness(self) -> float:
        """Seconds that the slowest way of a request took longer than the quickest."""
        ways = [arrival - moment for moment, arrival in zip(self.sent, self.arrived, strict=True)]
        return max(ways) - min(ways)


async def run_round() -> Round:
    """Let concurrent callers send requests of one key with a new client to a new server."""
    buckets = NotingBuckets()
    async with OpponentProcess() as server, OpenDental(DEVELOPER_KEY, buckets=buckets) as od:
        practice = od.practice(CUSTOMER_KEY, tier=Tier.ENTERPRISE, base_url=server.base_url)
        await asyncio.gather(*[practice.patients.get(number) for number in range(1, REQUESTS + 1)])
    return Round(buckets.moments, server.counted)


async def test_no_request_is_too_early_with_the_default_margin() -> None:
    """The docs promise that requests are sent an interval and the margin apart: this holds in each round.

    The margin is for ways that differ by less than it. If the machine stalls a process for longer, a request
    arrives too early that was sent in time, so such a round is repeated. A stall that the client makes is in
    every round: if none is even enough, the test fails.
    """
    for _ in range(ROUNDS):
        round_ = await run_round()
        assert min(later - sooner for sooner, later in pairwise(round_.sent)) >= INTERVAL + MARGIN
        early = [later for sooner, later in pairwise(round_.arrived) if later - sooner < INTERVAL]
        assert round_.counted.too_early == len(early)
        if round_.unevenness <= MARGIN:
            assert (round_.counted.too_early, round_.counted.refused) == (0, [])
            assert len(round_.arrived) == REQUESTS
            return
    raise AssertionError(f"each of {ROUNDS} rounds had a request that was held up for {MARGIN} s or more")
