"""The pace, measured where it counts: at the server, between all arrivals of a key."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Iterable
from typing import Final

import pytest

from odapi_async import Mode, OpenDental, Practice, Priority, Tier
from odapi_async.sandbox import Fault, Throttle
from tests.support.bench import KEY, QUICK, Bench, remote, serving
from tests.support.lookup import by_name, delay_lookups
from tests.support.stalls import Stalls
from tests.support.watch import pending, until

KEYS: Final = ("office-one", "office-two", "office-three")
MARGIN: Final = 0.01
SEED: Final = 20261123


@pytest.fixture
async def stalls() -> AsyncGenerator[Stalls]:
    async with Stalls() as noted:
        yield noted


def paced(bench: Bench, key: str = KEY) -> Practice:
    return bench.practice(key, mode=Mode.REMOTE, tier=Tier.STANDARD)


def moments(bench: Bench, key: str = KEY) -> list[float]:
    return [arrival.at for arrival in bench.arrivals if arrival.customer_key == key]


async def read(practice: Practice, keys: Iterable[int]) -> None:
    await asyncio.gather(*(practice.patients.get(key) for key in keys))


@pytest.mark.parametrize("throttle", Throttle)
async def test_calls_one_by_one_and_all_at_once_keep_the_interval(
    throttle: Throttle, interval: float, stalls: Stalls
) -> None:
    keys = range(1, 13)
    offices = [remote(key, interval=interval) for key in KEYS]
    async with serving(*offices, throttle=throttle, margin=MARGIN, retry_after=0.05) as bench:

        async def one_by_one(practice: Practice) -> None:
            for key in keys:
                await practice.patients.get(key)

        await asyncio.gather(
            one_by_one(paced(bench, KEYS[0])),
            read(paced(bench, KEYS[1]), keys),
            read(paced(bench, KEYS[2]), keys),
        )
        for key in KEYS:
            stats = bench.box.stats(key)
            assert stalls.early(moments(bench, key), interval) == []
            assert (stats.executed, stats.overlaps, stats.max_overlap) == (len(keys), 0, 1)


async def test_a_client_without_a_pace_breaks_the_interval_and_the_server_sees_it(stalls: Stalls) -> None:
    """Otherwise the other tests could not fail."""
    interval = 30.0
    async with serving(remote(interval=interval), throttle=Throttle.COUNT) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await read(bench.practice(), range(1, 13))
        stats = bench.box.stats(KEY)
        assert (stats.violations, stats.max_overlap) == (11, 4)
        assert stats.overlaps > 0
        assert len(stalls.early(moments(bench), interval)) == 11


async def test_an_execution_longer_than_the_interval_is_waited_for(interval: float, stalls: Stalls) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        bench.box.add_fault(Fault("latency", times=3, seconds=2 * interval))
        await read(paced(bench), range(1, 7))
        stats = bench.box.stats(KEY)
        assert stalls.early(moments(bench), interval) == []
        assert (stats.executed, stats.overlaps, stats.max_overlap) == (6, 0, 1)


async def test_a_slow_connect_does_not_shorten_the_distance_to_the_next_request(
    interval: float, stalls: Stalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay_lookups(monkeypatch, lambda: time.sleep(0.03))
    offices = [remote(f"office-{number}", interval=interval) for number in range(6)]
    async with serving(*offices, throttle=Throttle.COUNT) as bench:

        async def connect_and_read(key: str) -> None:
            async with OpenDental(bench.box.developer_key, retries=QUICK, margin=MARGIN) as client:
                url = by_name(bench.box.url)
                await read(
                    client.practice(key, mode=Mode.REMOTE, tier=Tier.STANDARD, base_url=url), range(1, 4)
                )

        await asyncio.gather(*map(connect_and_read, bench.box.keys))
        for key in bench.box.keys:
            assert len(moments(bench, key)) == 3
            assert stalls.early(moments(bench, key), interval) == []


async def test_an_idle_practice_that_comes_back_is_not_early(interval: float, stalls: Stalls) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        for key in range(1, 6):
            await paced(bench).patients.get(key)  # a new object each time, and the same lane
            await until(lambda: bench.client.scheduler.snapshot().idle == 1)
        assert stalls.early(moments(bench), interval) == []


async def test_what_was_throttled_is_not_sent_early_again(interval: float, stalls: Stalls) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        bench.box.add_fault(Fault("throttle", times=3, retry_after=0.0))
        await read(paced(bench), range(1, 4))
        assert len(moments(bench)) == 6
        assert stalls.early(moments(bench), interval) == []


class Storm:
    """Many callers of several practices, of which some give up at moments of chance."""

    def __init__(self, bench: Bench, callers: int) -> None:
        self._random = random.Random(SEED)
        self._calls = [
            asyncio.create_task(self._call(paced(bench, key), number + 1))
            for number in range(callers)
            for key in bench.box.keys
        ]

    async def _call(self, practice: Practice, number: int) -> int:
        manner = practice.with_options(priority=self._random.choice(list(Priority)), flow=number % 3)
        return (await manner.patients.get(number)).PatNum

    async def blow(self, leavers: int) -> tuple[int, list[int | BaseException]]:
        """Let some give up; return how many were in time to do so, and what came of all calls."""
        gave_up = 0
        for _ in range(leavers):
            await asyncio.sleep(self._random.uniform(0.0, 0.06))  # callers may leave at any moment
            waiting = [call for call in self._calls if not call.done()]
            gave_up += bool(waiting) and self._random.choice(waiting).cancel()
        return gave_up, await asyncio.gather(*self._calls, return_exceptions=True)


async def test_a_storm_of_cancellations_latency_drops_and_429s_keeps_the_interval(
    interval: float, stalls: Stalls
) -> None:
    callers, leavers = 40, 60
    offices = [
        remote(f"office-{number}", interval=interval, rows={"patients": callers}) for number in range(6)
    ]
    async with serving(*offices, throttle=Throttle.COUNT, margin=MARGIN, seed=SEED) as bench:
        bench.box.add_fault(Fault("throttle", times=None, rate=0.05, retry_after=0.03))
        bench.box.add_fault(Fault("status", times=None, rate=0.03, status=503))
        bench.box.add_fault(Fault("drop", times=None, rate=0.03))
        bench.box.add_fault(Fault("latency", times=None, rate=0.1, seconds=0.06))
        gave_up, outcomes = await Storm(bench, callers).blow(leavers)
        served = [outcome for outcome in outcomes if isinstance(outcome, int)]
        cancelled = [outcome for outcome in outcomes if isinstance(outcome, asyncio.CancelledError)]
        assert len(served) + len(cancelled) == len(outcomes) == callers * len(offices)
        assert 0 < len(cancelled) <= gave_up <= leavers
        for key in bench.box.keys:
            assert stalls.early(moments(bench, key), interval) == []
        await until(lambda: bench.client.scheduler.snapshot().lanes == ())
        assert pending() == []
