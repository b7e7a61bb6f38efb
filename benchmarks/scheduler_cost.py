"""Measures the scheduler alone: CPU per request, and memory per idle key."""

from __future__ import annotations

import asyncio
import gc
import itertools
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Final

from benchmarks.figures import Figure, Size, alone
from odapi_async.scheduler import Pace, Scheduler, SharedResult
from odapi_async.testing import run_in_virtual_time

PACE: Final = Pace(1.0)
IDLE_LANES: Final = 10_000
_SHAPES: Final = ((1, 10), (1, 100), (1, 1_000), (1, 10_000), (10, 10), (1_000, 10), (10_000, 10))
_MOST: Final = _SHAPES[-1]
_AT_LEAST: Final = 20_000  # requests in one measurement, so that the smallest shapes are not lost in noise


def run(size: Size) -> list[Figure]:
    """Measure all shapes in turn, several times."""
    samples: dict[tuple[int, int], list[float]] = {shape: [] for shape in _SHAPES}
    floors: dict[tuple[int, int], list[float]] = {(1, 1_000): [], _MOST: []}
    for _ in range(size.of(1, 5, 15)):
        for (keys, waiters), found in floors.items():
            found.append(run_in_virtual_time(_cost(keys, waiters, _sleep)))
        for keys, waiters in _SHAPES:
            samples[keys, waiters].append(run_in_virtual_time(_scheduled(keys, waiters)))
    costs = {shape: statistics.median(found) for shape, found in samples.items()}
    highest, lowest = max(costs.values()), min(costs.values())
    ratio = statistics.median(cost / floor for cost, floor in zip(samples[_MOST], floors[_MOST], strict=True))
    return [
        *(
            Figure(f"CPU per request: {keys:,} x {waiters:,} (keys x waiters)", cost, "us", 20.0)
            for (keys, waiters), cost in costs.items()
        ),
        Figure("additional CPU of a request that may be coalesced", _coalescing(size.of(5, 25)), "us", 2.0),
        Figure("most expensive of these shapes / cheapest", highest / lowest, "x", 2.0),
        *(
            Figure(
                f"for comparison: asyncio.sleep in a task, {keys * waiters:,} at once",
                statistics.median(found),
                "us",
            )
            for (keys, waiters), found in floors.items()
        ),
        Figure("for comparison: 10,000 x 10 / asyncio.sleep in as many tasks", ratio, "x"),
        Figure(
            f"memory per idle key, {IDLE_LANES:,} of them", run_in_virtual_time(_idle_bytes()), "bytes", 150.0
        ),
    ]


def _coalescing(rounds: int) -> float:
    """Return the median difference of two neighbors: with a unique coalesce key, and without one."""
    return statistics.median(
        run_in_virtual_time(_scheduled(1, 1_000, coalesce=True)) - run_in_virtual_time(_scheduled(1, 1_000))
        for _ in range(rounds)
    )


async def _cost(keys: int, waiters: int, request: Callable[[str], Awaitable[None]]) -> float:
    """Return the microseconds of CPU per request if all requests of a round are made at once."""
    lanes = [f"{number:016x}" for number in range(keys)]
    rounds = max(1, _AT_LEAST // (keys * waiters))
    gc.collect()
    gc.disable()
    began = time.process_time()
    for _ in range(rounds):
        await asyncio.gather(*[request(lane) for _ in range(waiters) for lane in lanes])
    spent = time.process_time() - began
    gc.enable()
    return spent / (keys * waiters * rounds) * 1e6


async def _scheduled(keys: int, waiters: int, *, coalesce: bool = False) -> float:
    scheduler = Scheduler()
    labels = itertools.count()

    def request(lane: str) -> Awaitable[None]:
        return _read(scheduler, lane, next(labels)) if coalesce else _request(scheduler, lane)

    cost = await _cost(keys, waiters, request)
    await scheduler.close()
    return cost


async def _request(scheduler: Scheduler, lane: str) -> None:
    with await scheduler.acquire(lane, PACE) as slot:
        slot.sent()


async def _read(scheduler: Scheduler, lane: str, label: int) -> None:
    """Make a read that no other caller makes, so that each caller gets its own slot."""
    slot = await scheduler.acquire(lane, PACE, coalesce_key=label)
    if isinstance(slot, SharedResult):
        raise TypeError("nothing was shared")
    with slot:
        slot.sent()
        slot.share(None)


async def _sleep(_: str) -> None:
    await asyncio.sleep(1.0)


async def _idle_bytes() -> float:
    """Return the bytes of a lane that was used once, its name included."""
    scheduler = Scheduler()
    await _request(scheduler, "first")
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(IDLE_LANES):
        await _request(scheduler, f"{number:016x}")
    await asyncio.sleep(0)
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    await scheduler.close()
    return taken / IDLE_LANES


if __name__ == "__main__":
    alone("scheduler_cost", run)
