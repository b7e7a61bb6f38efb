"""The pace, measured where it counts: at the server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import pytest

from odapi_async import Mode, OpenDental, Practice, Priority, Tier
from odapi_async.sandbox import Fault, Throttle
from tests.support.bench import QUICK, Bench, remote, serving
from tests.support.lookup import by_name, delay_lookups
from tests.support.watch import pending, until

pytestmark = pytest.mark.usefixtures("unswept")

KEYS: Final = ("office-one", "office-two", "office-three")
MARGIN: Final = 0.01
SEED: Final = 20261123


def paced(bench: Bench, key: str) -> Practice:
    return bench.practice(key, mode=Mode.REMOTE, tier=Tier.STANDARD)


def assert_kept(bench: Bench, keys: Sequence[str], interval: float) -> None:
    for key in keys:
        stats = bench.box.stats(key)
        assert (stats.violations, stats.overlaps) == (0, 0)
        assert stats.max_overlap == 1
        assert stats.held == 0
        assert min(later - sooner for sooner, later in pairwise(stats.starts)) >= interval


@pytest.mark.parametrize("throttle", Throttle)
async def test_calls_one_by_one_and_all_at_once_keep_the_interval(
    throttle: Throttle, interval: float
) -> None:
    calls = 12
    offices = [remote(key, interval=interval) for key in KEYS]
    async with serving(*offices, throttle=throttle, margin=MARGIN) as bench:
        one_by_one, *at_once = (paced(bench, key) for key in KEYS)

        async def in_a_row() -> None:
            for key in range(1, calls + 1):
                await one_by_one.patients.get(key)

        await asyncio.gather(
            in_a_row(), *(each.patients.get(key) for each in at_once for key in range(1, calls + 1))
        )
        assert_kept(bench, KEYS, interval)
        assert [bench.box.stats(key).executed for key in KEYS] == [calls] * len(KEYS)
        assert bench.client.scheduler.snapshot().counts.throttled == 0


async def test_a_client_without_a_pace_breaks_the_interval_and_the_server_sees_it(interval: float) -> None:
    """Otherwise the other tests could not fail."""
    async with serving(remote(KEYS[0], interval=interval), throttle=Throttle.COUNT) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await asyncio.gather(*(bench.practice(KEYS[0]).patients.get(key) for key in range(1, 13)))
        stats = bench.box.stats(KEYS[0])
        assert stats.violations == 11
        assert stats.overlaps > 0
        assert stats.max_overlap == 4


async def test_an_execution_longer_than_the_interval_is_waited_for(interval: float) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        bench.box.add_fault(Fault("latency", times=3, seconds=2 * interval))
        practice = bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)
        await asyncio.gather(*(practice.patients.get(key) for key in range(1, 7)))
        assert_kept(bench, bench.box.keys, interval)


async def test_a_slow_connect_does_not_shorten_the_distance_to_the_next_request(
    interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay_lookups(monkeypatch, lambda: time.sleep(0.03))
    offices = [remote(f"office-{number}", interval=interval) for number in range(6)]
    async with serving(*offices, throttle=Throttle.COUNT) as bench:

        async def connect_and_call(key: str) -> None:
            async with OpenDental(bench.box.developer_key, retries=QUICK, margin=MARGIN) as client:
                url = by_name(bench.box.url)
                practice = client.practice(key, mode=Mode.REMOTE, tier=Tier.STANDARD, base_url=url)
                await asyncio.gather(*(practice.patients.get(number) for number in (1, 2, 3)))

        await asyncio.gather(*(connect_and_call(key) for key in bench.box.keys))
        assert_kept(bench, bench.box.keys, interval)


async def test_an_idle_practice_that_comes_back_is_not_early(interval: float) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        for key in range(1, 6):
            practice = bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)  # a new object: the same lane
            await practice.patients.get(key)
            assert bench.client.scheduler.snapshot().idle == 1
        assert_kept(bench, bench.box.keys, interval)


async def test_the_throttled_request_itself_is_not_sent_early_again(interval: float) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.REFUSE, margin=MARGIN) as bench:
        bench.box.add_fault(Fault("throttle", times=3, retry_after=0.0))
        practice = bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD)
        await asyncio.gather(*(practice.patients.get(key) for key in range(1, 4)))
        moments = [arrival.at for arrival in bench.arrivals]
        assert len(moments) == 6
        assert min(later - sooner for sooner, later in pairwise(moments)) >= interval


class Storm:
    """Many callers of several practices, of which some give up at moments of chance."""

    def __init__(self, bench: Bench, keys: Sequence[str], each: int) -> None:
        self._random = random.Random(SEED)
        self._calls = [
            asyncio.create_task(self._call(paced(bench, key), number + 1))
            for number in range(each)
            for key in keys
        ]
        self.given_up = 0

    async def _call(self, practice: Practice, number: int) -> int:
        manner = practice.using(priority=self._random.choice(list(Priority)), flow=number % 3)
        return (await manner.patients.get(number)).PatNum

    async def blow(self) -> list[int | BaseException]:
        while waiting := [call for call in self._calls if not call.done()]:
            await asyncio.sleep(self._random.uniform(0.0, 0.08))  # so that callers leave at any moment
            self.given_up += self._random.choice(waiting).cancel()
        return await asyncio.gather(*self._calls, return_exceptions=True)


async def test_a_storm_of_cancellations_latency_drops_and_429s_keeps_the_interval(interval: float) -> None:
    keys, each = [f"office-{number}" for number in range(6)], 50
    offices = [remote(key, interval=interval, rows={"patients": each}) for key in keys]
    async with serving(*offices, throttle=Throttle.COUNT, margin=MARGIN, seed=SEED) as bench:
        bench.box.add_fault(Fault("throttle", times=None, rate=0.05, retry_after=0.03))
        bench.box.add_fault(Fault("status", times=None, rate=0.03, status=503))
        bench.box.add_fault(Fault("drop", times=None, rate=0.03))
        bench.box.add_fault(Fault("latency", times=None, rate=0.1, seconds=0.06))
        storm = Storm(bench, keys, each)
        outcomes = await storm.blow()
        served = sum(isinstance(outcome, int) for outcome in outcomes)
        cancelled = sum(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
        assert served + cancelled == len(outcomes)
        assert cancelled == storm.given_up > 20
        assert served > 150
        for key in keys:
            assert bench.box.stats(key).violations == 0
        await until(lambda: not pending())
        assert bench.client.scheduler.snapshot().lanes == ()
