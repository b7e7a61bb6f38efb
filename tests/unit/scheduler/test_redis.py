"""Shared buckets against a real server. Two `RedisBuckets` share nothing in Python: to Redis they are two processes."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import logging
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from odapi_async.errors import ConfigurationError, SchedulerClosed
from odapi_async.scheduler import Bucket
from odapi_async.scheduler.redis import BucketUnavailable, RedisBuckets, bucket, ear
from tests.support.redis_server import RedisServer
from tests.support.watch import pending, until

INTERVAL: Final = 0.05
MARGIN: Final = 0.01
STEP: Final = round((INTERVAL + MARGIN) * 1e6)  # as Redis counts, in microseconds
LATE: Final = 0.02
KEY: Final = "odapi:lane"


@pytest.fixture
def server() -> Generator[RedisServer]:
    with RedisServer() as found:
        yield found


@asynccontextmanager
async def sharing(server: RedisServer, **options: Any) -> AsyncGenerator[RedisBuckets]:
    buckets = RedisBuckets(server.url, margin=MARGIN, **options)
    try:
        yield buckets
    finally:
        await buckets.close()


def now() -> float:
    return asyncio.get_running_loop().time()


def free(server: RedisServer) -> int:
    """The first start that nobody holds, in microseconds of the server's clock."""
    return int(server.held()[KEY]["free"])


async def start(bucket: Bucket, starts: list[float]) -> None:
    await bucket.acquire()
    starts.append(now())
    bucket.sent(0.0)


def gaps(starts: list[float]) -> list[float]:
    return [later - sooner for sooner, later in itertools.pairwise(starts)]


async def test_processes_keep_one_pace_and_take_turns(server: RedisServer) -> None:
    starts: list[float] = []
    names: list[str] = []
    async with sharing(server) as one, sharing(server) as two, sharing(server) as three:

        async def process(name: str, bucket: Bucket) -> None:
            for _ in range(5):
                await start(bucket, starts)
                names.append(name)

        await asyncio.gather(
            *(
                process(name, each.bucket("lane", INTERVAL))
                for name, each in zip("abc", (one, two, three), strict=True)
            )
        )
    assert min(gaps(starts)) >= INTERVAL
    middle = names[2:-2]  # at the ends not all of them compete
    assert all(set(middle[index : index + 4]) == set("abc") for index in range(len(middle) - 3))


async def test_a_token_is_one_run_of_the_script_waited_for_or_not(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        buckets = [each.bucket("lane", INTERVAL) for each in (one, two)]
        for each in (*buckets, *buckets):
            await each.acquire()
            each.sent(0.0)
        assert server.calls() == 4
        for number in range(100):
            await one.bucket(f"lane-{number}", 100.0).acquire()
        assert server.calls() == 104


async def test_lanes_of_one_process_travel_together_and_apart(server: RedisServer) -> None:
    async with sharing(server) as one:
        buckets = [one.bucket(f"lane-{number}", 100.0) for number in range(200)]
        await asyncio.gather(*(each.acquire() for each in buckets))
        assert server.calls() == len(server.held()) == 200
        assert server.connections() == 2


async def test_a_lane_without_an_interval_asks_nobody(server: RedisServer) -> None:
    async with sharing(server) as one:
        unlimited = one.bucket("lane", 0.0)
        await unlimited.acquire()
        unlimited.sent(1.0)
        unlimited.pause(1.0)
        assert server.connections() == 0


async def test_what_stands_in_redis_ends_a_second_after_its_deadline(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared = one.bucket("lane", 2.0)
        await shared.acquire()
        assert 2000 < server.run("PTTL", KEY) <= 2000 + 1000 * MARGIN + 1000
        shared.pause(7.0)
        await until(lambda: server.run("PTTL", KEY) > 7000)
        assert server.run("PTTL", KEY) <= 8000
        assert list(server.held()) == [KEY]


async def test_a_late_start_moves_those_that_wait_for_theirs(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        early, behind = one.bucket("lane", INTERVAL), two.bucket("lane", INTERVAL)
        await early.acquire()
        starts: list[float] = []
        waiting = asyncio.create_task(start(behind, starts))
        await until(lambda: server.calls() == 2)
        await asyncio.sleep(LATE)  # a slow connect
        sent_at = now()
        early.sent(0.0)
        await waiting
        assert starts[0] - sent_at >= INTERVAL


async def test_a_start_that_is_hardly_late_says_nothing_more(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared = one.bucket("lane", 100.0)
        await shared.acquire()
        shared.sent(MARGIN / 2)
        before = free(server)
        shared = one.bucket("other", 100.0)
        await shared.acquire()
        shared.sent(0.5)
    assert server.calls() == 3
    assert before == free(server)
    other = server.held()["odapi:other"]
    assert int(other["moved"]) >= 500_000


async def test_a_token_keeps_the_others_waiting_until_its_request_leaves(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        slow, behind = one.bucket("lane", INTERVAL), two.bucket("lane", INTERVAL)
        await slow.acquire()
        starts: list[float] = []
        waiting = asyncio.create_task(start(behind, starts))
        await asyncio.sleep(3 * INTERVAL)  # a connect that takes longer than the interval
        assert starts == []
        sent_at = now()
        slow.sent(0.0)
        await waiting
        assert starts[0] - sent_at >= INTERVAL


async def test_no_token_keeps_the_others_waiting_for_ever(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_LONGEST_HOLD", 2 * INTERVAL)
    async with sharing(server) as one, sharing(server) as two:
        stuck = one.bucket("lane", INTERVAL)
        await stuck.acquire()
        await two.bucket("lane", INTERVAL).acquire()
        stuck.sent(0.0)


async def test_a_lane_that_drops_its_bucket_keeps_nobody_waiting(server: RedisServer) -> None:
    async with sharing(server) as one:
        await one.bucket("lane", INTERVAL).acquire()
        await asyncio.sleep(2 * INTERVAL)  # the moments at which the token would have been kept alive
        assert server.calls() == 1


async def test_a_token_that_is_given_back_is_free_again(server: RedisServer) -> None:
    async with sharing(server) as one:
        await one.bucket("lane", 100.0).acquire()
        before = free(server)
        shared = one.bucket("lane", INTERVAL)
        # the wait of a hundred seconds is what is given back here
        waiting = asyncio.create_task(shared.acquire())
        await until(lambda: free(server) == before + STEP)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await until(lambda: free(server) == before)
        assert server.held()[KEY]["last"] == "1"


async def test_a_token_that_is_not_used_is_given_back_once(server: RedisServer) -> None:
    async with sharing(server) as one:
        shared: Any = one.bucket("lane", 100.0)
        await shared.acquire()
        before = free(server)
        shared.give_back()
        shared.give_back()
        shared.sent(50.0)
        await until(lambda: free(server) < before)
    assert before - free(server) == 100_000_000 + round(MARGIN * 1e6)
    assert server.calls() == 2


async def test_a_token_with_another_one_behind_it_stays_taken(server: RedisServer) -> None:
    async with sharing(server) as one, sharing(server) as two:
        first: Any = one.bucket("lane", 100.0)
        await first.acquire()
        behind = asyncio.create_task(two.bucket("lane", 100.0).acquire())
        await until(lambda: server.calls() == 2)
        before = free(server)
        first.give_back()
        await until(lambda: server.calls() == 3)
        assert free(server) == before
        behind.cancel()
        await asyncio.gather(behind, return_exceptions=True)


@pytest.mark.parametrize("passes", range(6))
async def test_cancelled_at_any_moment_it_has_taken_nothing(
    passes: int, server: RedisServer
) -> None:
    async with sharing(server) as one:
        await one.bucket("other", INTERVAL).acquire()
        asking = asyncio.create_task(one.bucket("lane", 100.0).acquire())
        for _ in range(passes):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    taken = not asking.cancelled()
    assert server.held().get(KEY, {"last": "0"})["last"] == str(int(taken))
