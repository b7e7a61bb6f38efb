"""Sends many requests under many faults, and counts violations of the throttle at the server.

Ten thousand requests, or a hundred thousand with `--full`.

Callers are cancelled at random moments; responses are slow, are a 429, or are lost with their connection. The
server counts, in a separate process. The client records when it sends each request and how late: a token is
lost if a lane that has work and may send does not use a whole interval.

The server counts a request when its Python code handles it. On a busy machine that may be later than it
arrived, for some requests and not for others, and no client can change that. So the lag is shown, too: a lag
beyond the client's margin turns requests that were sent in time into violations.

`--full` sends a hundred thousand requests at the shortest interval of the API; it takes five minutes.
"""

from __future__ import annotations

import asyncio
import bisect
import gc
import random
from collections.abc import Iterator, Mapping
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.offices import DEVELOPER, remote, sandbox, scaled
from benchmarks.watch import Watch
from odapi_async import OpenDental, Practice, RetryPolicy
from odapi_async.sandbox import Fault, KeyStats, Throttle

SEED: Final = 20_261_123
KEYS: Final = 200
MARGIN: Final = 0.01
"""Seconds. Half of it is for the lag of a server that shares two cores with its client."""
WAITING: Final = 4
"""Callers of each key at any time, the one in flight included."""
LEAVERS: Final = 0.1
"""The fraction of callers that are cancelled at a random moment, most of them while they wait."""


def run(size: Size) -> list[Figure]:
    """Read many rows of many practices; the full size uses the shortest interval of the API."""
    interval = size.of(0.25, 0.25, 0.5)
    with scaled(interval):
        return asyncio.run(_storm(interval, calls=size.of(10, 55, 550)))


async def _storm(interval: float, calls: int) -> list[Figure]:
    keys = [f"office-{number}" for number in range(KEYS)]
    watch = Watch(MARGIN)
    async with sandbox(keys, interval, employers=calls, throttle=Throttle.REFUSE) as server:
        for fault in _faults(interval):
            await server.add_fault(fault)
        retries = RetryPolicy(base_delay=interval)
        async with OpenDental(DEVELOPER, margin=MARGIN, buckets=watch, retries=retries) as client:
            practices = {key: remote(client, key, server.url) for key in keys}
            gc.freeze()  # the collector then skips existing objects while time is measured
            await asyncio.gather(
                *(
                    _visit(watch, practice, calls, interval, position / KEYS)
                    for position, practice in enumerate(practices.values())
                )
            )
            gc.unfreeze()
        seen = await server.stats()
    return _figures({practice.lane: seen[key] for key, practice in practices.items()}, watch)


async def _visit(watch: Watch, practice: Practice, calls: int, interval: float, place: float) -> None:
    """Make all calls of one practice; a few of them wait at any time."""
    # practices are independent, so they do not begin at the same moment
    await asyncio.sleep(place * interval)
    chance = random.Random(f"{SEED} {practice.lane}")
    numbers = iter(range(1, calls + 1))
    await asyncio.gather(*(_callers(watch, practice, numbers, interval, chance) for _ in range(WAITING)))


async def _callers(
    watch: Watch, practice: Practice, numbers: Iterator[int], interval: float, chance: random.Random
) -> None:
    loop = asyncio.get_running_loop()
    for number in numbers:
        call = asyncio.create_task(watch.call(practice.lane, practice.employers.get(number)))
        if chance.random() < LEAVERS:
            loop.call_later(chance.uniform(0, WAITING * interval), call.cancel)
        await asyncio.wait([call])
        if not call.cancelled():
            call.result()


def _faults(interval: float) -> list[Fault]:
    return [
        Fault("latency", times=None, rate=0.03, seconds=1.5 * interval),
        Fault("throttle", times=None, rate=0.01, retry_after=2 * interval),
        Fault("status", times=None, rate=0.005, status=503),
        Fault("drop", times=None, rate=0.005),
    ]


def _figures(seen: Mapping[str, KeyStats], watch: Watch) -> list[Figure]:
    stats = seen.values()
    lags = sorted(_lags(seen, watch))
    return [
        Figure("requests too early, as the server counts", sum(each.violations for each in stats), "", 0),
        Figure("requests too early, as the client sent them", watch.early(), "", 0),
        Figure("requests while another one of their key ran", sum(each.overlaps for each in stats), "", 0),
        Figure("tokens lost: whole intervals that a lane with work did not use", watch.lost(), "", 0),
        Figure("for comparison: pace of lanes that have work and may send", watch.pace(), "%"),
        Figure("for comparison: requests", sum(each.requests for each in stats), ""),
        Figure("for comparison: responses with 429", sum(each.refused for each in stats), ""),
        Figure("for comparison: lag of the server, 99th percentile", lags[int(0.99 * len(lags))] * 1e3, "ms"),
        Figure("for comparison: lag of the server, longest", lags[-1] * 1e3, "ms"),
        Figure("for comparison: margin of the client", MARGIN * 1e3, "ms"),
    ]


def _lags(seen: Mapping[str, KeyStats], watch: Watch) -> list[float]:
    """Return the seconds from sending to start of all requests; both processes use the same clock."""
    lags: list[float] = []
    for lane, stats in seen.items():
        left = watch.ledgers[lane].departures
        for start in stats.starts:
            before = bisect.bisect_right(left, start)
            if before:
                lags.append(start - left[before - 1])
    return lags


if __name__ == "__main__":
    alone("violations", run)
