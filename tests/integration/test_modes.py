"""How many requests may be in flight at once, and at what pace: by mode and by tier."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import pairwise

import pytest

from odapi_async import Mode, Practice, Tier
from odapi_async.limits import BASE_URLS, INTERVALS
from odapi_async.sandbox import Fault, Office, Throttle
from tests.support.bench import IN_PROCESS, KEY, LOOPBACK, Bench, Way, in_process, its_way, local, remote
from tests.support.clock import virtual_time

both_ways = pytest.mark.parametrize("way", [IN_PROCESS, LOOPBACK], ids=lambda way: way.name)


async def read(practice: Practice, keys: Iterable[int]) -> None:
    await asyncio.gather(*(practice.patients.get(key) for key in keys))


@pytest.mark.parametrize("mode", [Mode.LOCAL, Mode.SERVICE])
@pytest.mark.parametrize("concurrency", [1, 3, 8])
@virtual_time
async def test_without_a_throttle_as_many_are_in_flight_as_allowed(mode: Mode, concurrency: int) -> None:
    calls = 3 * concurrency
    async with in_process(local(rows={"patients": calls})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await read(bench.practice(mode=mode, concurrency=concurrency), range(1, calls + 1))
        stats = bench.box.stats(KEY)
        assert (stats.executed, stats.max_overlap) == (calls, concurrency)


@both_ways
@its_way
async def test_four_are_in_flight_by_default(way: Way) -> None:
    async with way.serving(local(rows={"patients": 24})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await read(bench.practice(), range(1, 25))
        assert bench.box.stats(KEY).max_overlap == 4


@virtual_time
async def test_practices_without_a_throttle_have_limits_of_their_own() -> None:
    keys = [f"office-{number}" for number in range(5)]
    async with in_process(*map(local, keys)) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await asyncio.gather(*(read(bench.practice(key, concurrency=2), range(1, 7)) for key in keys))
        assert [bench.box.stats(key).max_overlap for key in keys] == [2] * len(keys)


@both_ways
@its_way
async def test_remote_requests_of_one_practice_never_overlap(way: Way, interval: float) -> None:
    async with way.serving(remote(interval=interval), throttle=Throttle.COUNT) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=1.2 * interval))
        practices = [
            bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD, concurrency=8).with_options(flow=flow)
            for flow in range(3)
        ]
        await asyncio.gather(*(practice.patients.get(1 + key) for key, practice in enumerate(practices * 2)))
        stats = bench.box.stats(KEY)
        assert (stats.overlaps, stats.max_overlap) == (0, 1)


@both_ways
@its_way
async def test_remote_practices_do_not_wait_for_each_other(way: Way) -> None:
    keys = [f"office-{number}" for number in range(8)]
    async with way.serving(*map(remote, keys)) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.1))
        # the pace is one request in five seconds: if one waited for another, this would take longer
        async with asyncio.timeout(4.0):
            await asyncio.gather(*(bench.practice(key, mode=Mode.REMOTE).patients.get(1) for key in keys))
        assert {bench.box.stats(key).executed for key in keys} == {1}


def gaps(bench: Bench) -> list[float]:
    return [later.at - sooner.at for sooner, later in pairwise(bench.arrivals)]


@pytest.mark.parametrize("tier", Tier)
@virtual_time
async def test_the_tier_sets_the_pace(tier: Tier) -> None:
    async with in_process(remote(), margin=0.0) as bench:
        await read(bench.practice(mode=Mode.REMOTE, tier=tier), (1, 2, 3))
        assert gaps(bench) == pytest.approx([INTERVALS[tier]] * 2, abs=1e-6)


@pytest.mark.parametrize(
    ("permissions", "tier"),
    [
        ({"ReadAll"}, Tier.READ_ALL),
        ({"ReadAll", "Comm"}, Tier.STANDARD),
        ({"ReadAll", "Comm", "Enterprise"}, Tier.ENTERPRISE),
    ],
)
@virtual_time
async def test_a_tier_that_was_not_given_is_looked_up_once(permissions: set[str], tier: Tier) -> None:
    office = Office(customer_key=KEY, permissions=frozenset(permissions), interval=0.0)
    async with in_process(office, margin=0.0) as bench:
        await read(bench.practice(mode=Mode.REMOTE, tier=None), (1, 2))
        assert [arrival.path for arrival in bench.arrivals] == [
            "/securityperms",
            "/patients/1",
            "/patients/2",
        ]
        assert gaps(bench) == pytest.approx([INTERVALS[tier]] * 2, abs=1e-6)


@pytest.mark.parametrize("mode", Mode)
@virtual_time
async def test_each_mode_has_its_usual_address(mode: Mode) -> None:
    async with in_process() as bench:
        assert BASE_URLS[mode] in repr(bench.client.practice(KEY, mode=mode))


@virtual_time
async def test_a_lane_belongs_to_a_key_and_a_url_and_not_to_options() -> None:
    async with in_process() as bench:
        practice = bench.practice()
        assert practice.with_options(flow="sync").lane == practice.lane == bench.practice().lane
        assert bench.practice("office-two").lane != practice.lane
        assert bench.client.practice(KEY, mode=Mode.SERVICE).lane != practice.lane
