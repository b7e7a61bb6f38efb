"""Ten thousand requests with all that can go wrong: does the server ever see one too early, or two at once?

Callers leave at random moments, answers are slow, refused with 429, or lost with their connection. The server
counts, in a process of its own. The client notes when its requests leave and how late: a token is lost when a
lane that has work and is free to go lets a whole interval pass.

The server counts a request when its Python gets to it. On a machine that is busy with other things that is
later than it came, for some requests and not for others, and no client can help that. So the lag is shown as
well: beyond the client's margin it makes violations out of requests that left in time.

`--full` makes a hundred thousand requests at the shortest interval that the API has; it takes five minutes.
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
"""Seconds. Half of them are for the lag of a server that shares two cores with its client."""
WAITING: Final = 4
"""Callers of each key at any time, the one under way included."""
LEAVERS: Final = 0.1
"""The share of callers that give up at a random moment, most of them while they wait."""


def run(size: Size) -> list[Figure]:
    """Ask many practices for many rows each; the full size keeps the shortest interval that the API has."""
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
            gc.freeze()  # what is there already need not be looked through again and again while time counts
            await asyncio.gather(
                *(
                    _visit(watch, office, calls, interval, position / KEYS)
                    for position, office in enumerate(practices.values())
                )
            )
            gc.unfreeze()
        seen = await server.stats()
    return _figures({practice.lane: seen[key] for key, practice in practices.items()}, watch)


async def _visit(watch: Watch, office: Practice, calls: int, interval: float, place: float) -> None:
    """Make all calls of one practice, with a few of them waiting at any time."""
    # practices have nothing to do with each other: they do not begin as one
    await asyncio.sleep(place * interval)
    chance = random.Random(f"{SEED} {office.lane}")
    numbers = iter(range(1, calls + 1))
    await asyncio.gather(*(_callers(watch, office, numbers, interval, chance) for _ in range(WAITING)))


async def _callers(
    watch: Watch, office: Practice, numbers: Iterator[int], interval: float, chance: random.Random
) -> None:
    loop = asyncio.get_running_loop()
    for number in numbers:
        call = asyncio.create_task(watch.call(office.lane, office.employers.get(number)))
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
        Figure("requests too early, as they left the client", watch.early(), "", 0),
        Figure("requests beside another of their key", sum(each.overlaps for each in stats), "", 0),
        Figure("tokens lost: whole intervals that a lane with work let pass", watch.lost(), "", 0),
        Figure("for comparison: pace while a lane has work and is free to go", watch.pace(), "%"),
        Figure("for comparison: requests", sum(each.requests for each in stats), ""),
        Figure("for comparison: answers with 429", sum(each.refused for each in stats), ""),
        Figure("for comparison: lag of the server, 99th percentile", lags[int(0.99 * len(lags))] * 1e3, "ms"),
        Figure("for comparison: lag of the server, longest", lags[-1] * 1e3, "ms"),
        Figure("for comparison: margin of the client", MARGIN * 1e3, "ms"),
    ]


def _lags(seen: Mapping[str, KeyStats], watch: Watch) -> list[float]:
    """Return the seconds from departure to start of all requests; both processes read one clock."""
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
