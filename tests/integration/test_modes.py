"""How many requests may be under way at once, and at what pace: by mode and by tier."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from odapi_async import Mode, Practice, Tier
from odapi_async.limits import BASE_URLS, INTERVALS
from odapi_async.sandbox import Fault, Office, Throttle
from odapi_async.scheduler import LaneSnapshot
from tests.support.bench import KEY, Bench, local, remote, serving
from tests.support.watch import until


async def read(practice: Practice, keys: Iterable[int]) -> None:
    await asyncio.gather(*(practice.patients.get(key) for key in keys))


@pytest.mark.parametrize("mode", [Mode.LOCAL, Mode.SERVICE])
@pytest.mark.parametrize("concurrency", [1, 3, 8])
async def test_without_a_throttle_as_many_are_under_way_as_allowed(mode: Mode, concurrency: int) -> None:
    calls = 3 * concurrency
    async with serving(local(rows={"patients": calls})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await read(bench.practice(mode=mode, concurrency=concurrency), range(1, calls + 1))
        stats = bench.box.stats(KEY)
        assert (stats.executed, stats.max_overlap) == (calls, concurrency)


async def test_four_are_under_way_if_nothing_is_said() -> None:
    async with serving(local(rows={"patients": 24})) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await read(bench.practice(), range(1, 25))
        assert bench.box.stats(KEY).max_overlap == 4


async def test_practices_without_a_throttle_do_not_share_their_places() -> None:
    keys = [f"office-{number}" for number in range(5)]
    async with serving(*map(local, keys)) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.02))
        await asyncio.gather(*(read(bench.practice(key, concurrency=2), range(1, 7)) for key in keys))
        assert [bench.box.stats(key).max_overlap for key in keys] == [2] * len(keys)


async def test_remote_requests_of_one_practice_never_overlap(interval: float) -> None:
    async with serving(remote(interval=interval), throttle=Throttle.COUNT) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=1.2 * interval))
        practices = [
            bench.practice(mode=Mode.REMOTE, tier=Tier.STANDARD, concurrency=8).with_options(flow=flow)
            for flow in range(3)
        ]
        await asyncio.gather(*(practice.patients.get(1 + key) for key, practice in enumerate(practices * 2)))
        stats = bench.box.stats(KEY)
        assert (stats.overlaps, stats.max_overlap) == (0, 1)


async def test_remote_practices_do_not_wait_for_each_other() -> None:
    keys = [f"office-{number}" for number in range(8)]
    async with serving(*map(remote, keys)) as bench:
        bench.box.add_fault(Fault("latency", times=None, seconds=0.1))
        # the pace is one request in five seconds: who waited for another could not be done in less
        async with asyncio.timeout(4.0):
            await asyncio.gather(*(bench.practice(key, mode=Mode.REMOTE).patients.get(1) for key in keys))
        assert {bench.box.stats(key).executed for key in keys} == {1}


async def pace_of(bench: Bench, practice: Practice, spent: int) -> float:
    """Find out the interval from the moment at which a second request may start, as the scheduler tells it.

    The first is sent somewhere between two moments that are noted, so the answer is off by no more than
    what lies between them.
    """
    loop = asyncio.get_running_loop()
    calls = [asyncio.create_task(practice.patients.get(key)) for key in (1, 2)]
    await until(lambda: len(bench.arrivals) == spent)
    begin = bench.arrivals[-1].at
    await until(lambda: any(lane.next_slot and not lane.in_flight for lane in lanes(bench)))
    (lane,), now = lanes(bench), loop.time()
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert len(bench.arrivals) == spent
    assert (lane.lane, lane.paused) == (practice.lane, False)
    return now + lane.next_slot - begin


def lanes(bench: Bench) -> tuple[LaneSnapshot, ...]:
    return bench.client.scheduler.snapshot().lanes


@pytest.mark.parametrize("tier", Tier)
async def test_the_tier_sets_the_pace(tier: Tier) -> None:
    async with serving(remote(), margin=0.0) as bench:
        practice = bench.practice(mode=Mode.REMOTE, tier=tier)
        assert await pace_of(bench, practice, spent=1) == pytest.approx(INTERVALS[tier], abs=0.2)
        assert bench.arrivals[0].path.startswith("/patients/")


@pytest.mark.parametrize(
    ("permissions", "tier"),
    [
        ({"ReadAll"}, Tier.READ_ALL),
        ({"ReadAll", "Comm"}, Tier.STANDARD),
        ({"ReadAll", "Comm", "Enterprise"}, Tier.ENTERPRISE),
    ],
)
async def test_a_tier_that_nobody_named_is_asked_for_once(permissions: set[str], tier: Tier) -> None:
    office = Office(customer_key=KEY, permissions=frozenset(permissions), interval=0.0)
    async with serving(office, margin=0.0) as bench:
        practice = bench.practice(mode=Mode.REMOTE, tier=None)
        assert await pace_of(bench, practice, spent=1) == pytest.approx(INTERVALS[tier], abs=0.2)
        assert [arrival.path for arrival in bench.arrivals] == ["/securityperms"]


@pytest.mark.parametrize("mode", Mode)
async def test_each_mode_has_its_usual_address(mode: Mode) -> None:
    async with serving() as bench:
        assert BASE_URLS[mode] in repr(bench.client.practice(KEY, mode=mode))


async def test_a_lane_belongs_to_a_key_at_a_place_and_to_no_manner() -> None:
    async with serving() as bench:
        practice = bench.practice()
        assert practice.with_options(flow="sync").lane == practice.lane == bench.practice().lane
        assert bench.practice("office-two").lane != practice.lane
        assert bench.client.practice(KEY, mode=Mode.LOCAL).lane != practice.lane
