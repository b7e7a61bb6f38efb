"""The pace, measured at the server, between all arrivals of a key: over loopback, and in virtual time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Iterable
from itertools import pairwise
from typing import Final

import pytest

from odapi_async import Mode, OpenDental, Practice, Priority, Tier
from odapi_async.limits import INTERVALS
from odapi_async.sandbox import Fault, Office, Throttle
from tests.support.bench import (
    IN_PROCESS,
    KEY,
    LOOPBACK,
    QUICK,
    Bench,
    Way,
    in_process,
    its_way,
    remote,
    serving,
)
from tests.support.clock import virtual_time
from tests.support.lookup import by_name, delay_lookups
from tests.support.stalls import Stalls
from tests.support.watch import pending, until

KEYS: Final = ("office-one", "office-two", "office-three")
MARGIN: Final = 0.01
INTERVAL: Final = INTERVALS[Tier.STANDARD]
SEED: Final = 20261123


@pytest.fixture
async def stalls() -> AsyncGenerator[Stalls]:
    async with Stalls() as noted:
        yield noted


def paced(bench: Bench, key: str = KEY) -> Practice:
    return bench.practice(key, mode=Mode.REMOTE, tier=Tier.STANDARD)


def moments(bench: Bench, key: str = KEY) -> list[float]:
    return [arrival.at for arrival in bench.arrivals if arrival.customer_key == key]


def gaps(bench: Bench, key: str = KEY) -> list[float]:
    return [later - sooner for sooner, later in pairwise(moments(bench, key))]


async def read(practice: Practice, keys: Iterable[int]) -> None:
    await asyncio.gather(*(practice.patients.get(key) for key in keys))


async def one_by_one(practice: Practice, keys: Iterable[int]) -> None:
    for key in keys:
        await practice.patients.get(key)


async def read_three_practices(bench: Bench, keys: range) -> None:
    await asyncio.gather(
        one_by_one(paced(bench, KEYS[0]), keys),
        read(paced(bench, KEYS[1]), keys),
        read(paced(bench, KEYS[2]), keys),
    )
    for key in KEYS:
        stats = bench.box.stats(key)
        assert (stats.executed, stats.overlaps, stats.max_overlap) == (len(keys), 0, 1)


@pytest.mark.parametrize("throttle", Throttle)
async def test_calls_one_by_one_and_all_at_once_keep_the_interval(
    throttle: Throttle, interval: float, stalls: Stalls
) -> None:
    offices = [remote(key, interval=interval) for key in KEYS]
    async with serving(*offices, throttle=throttle, margin=MARGIN, retry_after=0.05) as bench:
        await read_three_practices(bench, range(1, 13))
        for key in KEYS:
            assert stalls.early(moments(bench, key), interval) == []


@pytest.mark.parametrize("throttle", Throttle)
@virtual_time
async def test_in_virtual_time_no_request_is_early_or_later_than_the_margin(throttle: Throttle) -> None:
    offices = [remote(key, interval=INTERVAL, rows={"patients": 60}) for key in KEYS]
    async with in_process(*offices, throttle=throttle, margin=MARGIN) as bench:
        await read_three_practices(bench, range(1, 61))
        for key in KEYS:
            stats = bench.box.stats(key)
            assert (stats.violations, stats.held, stats.refused) == (0, 0, 0)
            assert gaps(bench, key) == pytest.approx([INTERVAL + MARGIN] * 59, abs=1e-6)


@pytest.mark.parametrize("way", [IN_PROCESS, LOOPBACK], ids=lambda way: way.name)
@its_way
async def test_a_client_without_a_pace_breaks_the_interval_and_the_server_counts_it(way: Way) -> None:
    """Otherwise the other tests could not fail."""
    interval = 30.0
    async with way.serving(remote(interval=interval), throttle=Throttle.COUNT) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await read(bench.practice(), range(1, 13))
        stats = bench.box.stats(KEY)
        assert (stats.violations, stats.max_overlap) == (11, 4)
        assert stats.overlaps > 0
        assert max(gaps(bench)) < interval


@virtual_time
async def test_the_pace_waits_for_an_execution_longer_than_the_interval() -> None:
    async with in_process(remote(interval=INTERVAL), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        bench.box.add_fault(Fault("latency", times=3, seconds=2 * INTERVAL))
        await read(paced(bench), range(1, 7))
        stats = bench.box.stats(KEY)
        assert (stats.executed, stats.violations, stats.overlaps, stats.max_overlap) == (6, 0, 0, 1)
        assert gaps(bench) == pytest.approx([2 * INTERVAL] * 3 + [INTERVAL + MARGIN] * 2, abs=1e-6)


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


@virtual_time
async def test_an_idle_practice_that_comes_back_is_not_early() -> None:
    async with in_process(remote(interval=INTERVAL), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        for key in range(1, 6):
            await paced(bench).patients.get(key)  # a new object each time, and the same lane
            await until(lambda: bench.client.scheduler.snapshot().idle == 1)
        assert bench.box.stats(KEY).violations == 0
        assert gaps(bench) == pytest.approx([INTERVAL + MARGIN] * 4, abs=1e-6)


@virtual_time
async def test_a_throttled_request_is_not_sent_early_again() -> None:
    async with in_process(remote(interval=INTERVAL), throttle=Throttle.COUNT, margin=MARGIN) as bench:
        bench.box.add_fault(Fault("throttle", times=3, retry_after=0.0))
        await read(paced(bench), range(1, 4))
        assert len(moments(bench)) == 6
        assert min(gaps(bench)) >= INTERVAL


class Storm:
    """Many callers of several practices, some of which give up at random moments."""

    def __init__(self, bench: Bench, callers: int) -> None:
        self._random = random.Random(SEED)
        self._calls = [
            asyncio.create_task(self._call(paced(bench, key), number + 1))
            for number in range(callers)
            for key in bench.box.keys
        ]

    async def _call(self, practice: Practice, number: int) -> int:
        practice = practice.with_options(priority=self._random.choice(list(Priority)), flow=number % 3)
        return (await practice.patients.get(number)).PatNum

    async def blow(self, leavers: int, interval: float) -> tuple[int, list[int | BaseException]]:
        """Cancel some calls; return how many were cancelled in time, and the outcomes of all calls."""
        cancelled = 0
        for _ in range(leavers):
            await asyncio.sleep(self._random.uniform(0.0, 1.2 * interval))
            waiting = [call for call in self._calls if not call.done()]
            cancelled += bool(waiting) and self._random.choice(waiting).cancel()
        return cancelled, await asyncio.gather(*self._calls, return_exceptions=True)


async def storm(bench: Bench, callers: int, leavers: int, interval: float) -> None:
    """Run a storm of cancellations, latencies, drops and 429s, and check its outcomes."""
    bench.box.add_fault(Fault("throttle", times=None, rate=0.05, retry_after=0.6 * interval))
    bench.box.add_fault(Fault("status", times=None, rate=0.03, status=503))
    bench.box.add_fault(Fault("drop", times=None, rate=0.03))
    bench.box.add_fault(Fault("latency", times=None, rate=0.1, seconds=1.2 * interval))
    gave_up, outcomes = await Storm(bench, callers).blow(leavers, interval)
    served = [outcome for outcome in outcomes if isinstance(outcome, int)]
    cancelled = [outcome for outcome in outcomes if isinstance(outcome, asyncio.CancelledError)]
    assert len(served) + len(cancelled) == len(outcomes) == callers * len(bench.box.keys)
    assert 0 < len(cancelled) <= gave_up <= leavers
    await until(lambda: bench.client.scheduler.snapshot().lanes == ())
    assert pending() == []


def six_offices(callers: int, interval: float) -> list[Office]:
    return [remote(f"office-{number}", interval=interval, rows={"patients": callers}) for number in range(6)]


async def test_a_storm_keeps_the_interval(interval: float, stalls: Stalls) -> None:
    offices = six_offices(20, interval)
    async with serving(*offices, throttle=Throttle.COUNT, margin=MARGIN, seed=SEED) as bench:
        await storm(bench, callers=20, leavers=30, interval=interval)
        for key in bench.box.keys:
            assert stalls.early(moments(bench, key), interval) == []


@virtual_time
async def test_in_virtual_time_no_request_of_a_storm_is_early() -> None:
    offices = six_offices(40, INTERVAL)
    async with in_process(*offices, throttle=Throttle.COUNT, margin=MARGIN, seed=SEED) as bench:
        await storm(bench, callers=40, leavers=60, interval=INTERVAL)
        for key in bench.box.keys:
            assert bench.box.stats(key).violations == 0
            assert min(gaps(bench, key)) >= INTERVAL
