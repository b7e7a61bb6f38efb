"""Clients that share a customer key through Redis, measured at the server that they ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

import pytest

from odapi_async import Mode, OpenDental, Practice, Tier
from odapi_async._core.credentials import lane_name
from odapi_async.sandbox import Fault, Sandbox, SandboxProcess, Throttle
from odapi_async.scheduler.redis import BucketUnavailable, RedisBuckets
from tests.support.bench import KEY, QUICK, remote
from tests.support.lookup import by_name, delay_lookups
from tests.support.redis_server import RedisServer, binaries
from tests.support.sharer import Options, in_processes
from tests.support.watch import pending, until

PROCESSES: Final = 4
KEYS: Final = ["office-one", "office-two", "office-three"]
INTERVAL: Final = 0.08
MARGIN: Final = 0.06  # four clients, a server and other tests share two cores here


@pytest.fixture(params=binaries(), ids=attrgetter("name"))
def server(request: pytest.FixtureRequest) -> Generator[RedisServer]:
    with RedisServer(request.param) as found:
        yield found


async def shared_by_processes(
    redis: str | None, calls: int, interval: float
) -> list[tuple[int, list[float]]]:
    """Let processes share keys; return the violations that the server saw of each key, and the starts."""
    offices = [remote(key, interval=interval, rows={"employers": calls}) for key in KEYS]
    async with SandboxProcess(offices, throttle=Throttle.COUNT) as box:
        options = Options(
            url=box.url,
            developer_key=box.developer_key,
            keys=KEYS,
            calls=calls,
            interval=interval,
            margin=MARGIN,
            redis=redis,
        )
        counted = await in_processes(PROCESSES, options)
        assert [each.sent for each in counted] == [calls * len(KEYS)] * PROCESSES
        stats = await box.stats()
        return [(stats[key].violations, stats[key].starts) for key in KEYS]


async def test_processes_that_share_a_key_keep_its_interval(server: RedisServer) -> None:
    calls = 4
    for violations, starts in await shared_by_processes(server.url, calls, INTERVAL):
        assert violations == 0
        assert len(starts) == PROCESSES * calls
        assert min(later - sooner for sooner, later in pairwise(starts)) >= INTERVAL
    await until(lambda: not server.connections())


async def test_when_redis_is_killed_and_comes_back_processes_start_nothing_early_and_forget_nothing(
    server: RedisServer,
) -> None:
    calls, interval = 8, 0.1
    offices = [remote(key, interval=interval, rows={"employers": calls}) for key in KEYS]
    async with SandboxProcess(offices, throttle=Throttle.COUNT) as box:
        options = Options(
            box.url, box.developer_key, KEYS, calls, interval, MARGIN, redis=server.url, again=interval
        )
        running = asyncio.create_task(in_processes(PROCESSES, options))
        for enough in (PROCESSES, 2 * PROCESSES):
            await until(lambda enough=enough: server.calls() >= enough * len(KEYS))  # type: ignore[misc]
            server.kill()
            await asyncio.sleep(3 * interval)  # long enough for every process to notice
            server.start()
        counted = await running
        stats = await box.stats()
    assert sum(each.unavailable for each in counted) > 0
    for key in KEYS:
        assert stats[key].executed == PROCESSES * calls
        lane = lane_name(key, box.url, box.developer_key)
        left = sorted(moment for each in counted for moment in each.left[lane])
        assert len(left) == PROCESSES * calls
        assert min(later - sooner for sooner, later in pairwise(left)) >= interval
    await until(lambda: not server.connections())


async def test_processes_with_buckets_of_their_own_break_it_and_the_server_sees_it() -> None:
    """Otherwise the test above could not fail."""
    for violations, _ in await shared_by_processes(None, 2, INTERVAL):
        assert violations > 0


@asynccontextmanager
async def clients(box: Sandbox, server: RedisServer, **options: Any) -> AsyncGenerator[list[Practice]]:
    """Two clients that know nothing of each other."""
    found: list[OpenDental] = []
    for _ in range(2):
        buckets = RedisBuckets(server.url, margin=MARGIN, **options)
        found.append(OpenDental(box.developer_key, retries=QUICK, margin=MARGIN, buckets=buckets))
    async with found[0], found[1]:
        url = by_name(box.url)
        yield [each.practice(KEY, tier=Tier.STANDARD, mode=Mode.REMOTE, base_url=url) for each in found]


def moments(box: Sandbox) -> list[float]:
    return [arrival.at for arrival in box.arrivals]


def gaps(box: Sandbox) -> list[float]:
    return [later - sooner for sooner, later in pairwise(moments(box))]


async def test_a_slow_connect_of_one_client_makes_no_other_one_early(
    server: RedisServer, interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay_lookups(monkeypatch, lambda: time.sleep(0.6 * interval))
    async with Sandbox([remote(interval=interval)], throttle=Throttle.COUNT) as box:
        async with clients(box, server) as practices:
            await asyncio.gather(*(each.patients.get(number) for each in practices for number in (1, 2, 3)))
        assert box.stats(KEY).violations == 0
        assert box.stats(KEY).executed == 6


async def test_a_429_to_one_client_pauses_all_of_them(server: RedisServer, interval: float) -> None:
    async with Sandbox([remote(interval=interval)], throttle=Throttle.COUNT) as box:
        async with clients(box, server) as practices:
            await asyncio.gather(*(each.patients.get(1) for each in practices))
            box.add_fault(Fault("throttle", retry_after=0.4))
            await asyncio.gather(*(each.patients.get(number) for each in practices for number in (2, 3)))
        assert box.stats(KEY).refused == 1
        assert sum(gap >= 0.4 for gap in gaps(box)) == 1
        assert min(gaps(box)) >= interval


async def test_nothing_in_redis_tells_a_key(server: RedisServer, interval: float) -> None:
    async with Sandbox([remote(interval=interval)], throttle=Throttle.COUNT) as box:
        async with clients(box, server) as practices:
            first = asyncio.create_task(practices[0].patients.get(1))
            await until(server.held)
            held = server.held()
            left = {key: server.run("PTTL", key) for key in held}
            await first
        lane = practices[0].lane
        assert list(held) == [f"odapi:{lane}"]
        assert all(0 < each <= 1000 * (interval + MARGIN) + 1000 for each in left.values())
        assert set(held[f"odapi:{lane}"]) == {"free", "last", "moved", "floor"}
        assert all(value.isdigit() for value in held[f"odapi:{lane}"].values())
        for secret in (KEY, box.developer_key):
            assert secret not in f"{held} {lane}"


async def test_when_redis_dies_requests_fail_and_go_on_when_it_is_back(
    server: RedisServer, interval: float
) -> None:
    async with Sandbox([remote(interval=interval)], throttle=Throttle.COUNT) as box:
        async with clients(box, server) as (one, two):
            calls = [asyncio.create_task(each.patients.get(n)) for each in (one, two) for n in range(1, 7)]
            await until(lambda: len(box.arrivals) == 4)
            server.kill()
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(each) for each in outcomes if isinstance(each, Exception)} == {BucketUnavailable}
            server.start()
            await asyncio.gather(*(each.patients.get(n) for each in (one, two) for n in range(1, 4)))
        assert box.stats(KEY).violations == 0
        failed = sum(isinstance(each, BucketUnavailable) for each in outcomes)
        assert box.stats(KEY).executed == len(outcomes) - failed + 6


async def test_when_redis_dies_clients_may_take_turns_without_it(
    server: RedisServer, interval: float
) -> None:
    async with Sandbox([remote(interval=interval)], throttle=Throttle.COUNT) as box:
        async with clients(box, server, on_unavailable=0.25) as (one, two):
            calls = [asyncio.create_task(each.patients.get(n)) for each in (one, two) for n in range(1, 7)]
            await until(lambda: len(box.arrivals) == 4)
            server.kill()
            await until(lambda: len(box.arrivals) == 8)
            server.start()
            await asyncio.gather(*calls)
            await until(server.held)
        assert box.stats(KEY).executed == len(calls)
        alone = moments(box)[4:8]
        assert (
            alone[-1] - alone[0] >= 4 * interval - MARGIN
        )  # a quarter of the pace each; they arrive unevenly


async def test_closing_leaves_no_task_and_no_connection(server: RedisServer, interval: float) -> None:
    async with Sandbox([remote(interval=interval)], throttle=Throttle.COUNT) as box:
        async with clients(box, server) as (one, two):
            calls = [asyncio.create_task(each.patients.get(n)) for each in (one, two) for n in range(1, 7)]
            await until(lambda: len(box.arrivals) == 3)
            assert server.connections() == 4
        await asyncio.gather(*calls, return_exceptions=True)
        assert pending() == []
        await until(lambda: not server.connections())
