"""Measures how long an urgent caller waits at a long queue, and whether cancelled callers cost the others.

The API allows the next request max(interval, execution) after the last one started. So an urgent caller never
has to wait longer than one execution and one interval, however many callers wait already.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.offices import DEVELOPER, MARGIN, pace, remote, sandbox, scaled
from benchmarks.watch import Watch
from odapi_async import OpenDental, Practice, Priority
from odapi_async.sandbox import Fault, SandboxProcess

SEED: Final = 20_261_123
BULK: Final = 500
_URGENT_INTERVAL: Final = 0.1
_LEAVING_INTERVAL: Final = 0.2
_EXECUTIONS: Final = (0.5 * _URGENT_INTERVAL, 3 * _URGENT_INTERVAL)


def run(size: Size) -> list[Figure]:
    """Add urgent callers to full queues, and cancel half of a queue."""
    with scaled(_URGENT_INTERVAL):
        figures = asyncio.run(_urgent(size.of(8, 25)))
    with scaled(_LEAVING_INTERVAL):
        return [*figures, *asyncio.run(_leaving(size.of(30, 120)))]


async def _urgent(trials: int) -> list[Figure]:
    interval = _URGENT_INTERVAL
    figures: list[Figure] = []
    async with sandbox(["office"], interval, employers=BULK + trials) as server:
        for execution in _EXECUTIONS:
            longest = max(await _waits(server, execution, trials))
            name = f"longest urgent wait / (interval + execution of {execution / interval:g} intervals)"
            figures.append(Figure(name, longest / (interval + execution), "x", 1.0))
    return figures


async def _waits(server: SandboxProcess, execution: float, trials: int) -> list[float]:
    """Return the seconds that urgent callers waited for their slots, after coming at random moments."""
    chance = random.Random(SEED)
    await server.clear_faults()
    await server.add_fault(Fault("latency", times=None, seconds=execution))
    waits: list[float] = []
    async with OpenDental(DEVELOPER, margin=MARGIN) as client:
        practice = remote(client, "office", server.url)
        urgent = practice.with_options(priority=Priority.INTERACTIVE)
        bulk = practice.with_options(priority=Priority.BULK)
        queued = [asyncio.create_task(_call(bulk, number)) for number in range(BULK)]
        await _call(urgent, BULK)
        for number in range(trials):
            await asyncio.sleep(chance.uniform(0, _URGENT_INTERVAL + execution))
            began = time.monotonic()
            await _call(urgent, BULK + number)
            waits.append(time.monotonic() - began - execution)
        await _end(queued)
    return waits


async def _leaving(callers: int) -> list[Figure]:
    half = callers // 2
    async with sandbox(["office"], _LEAVING_INTERVAL, employers=callers) as server:
        undisturbed, _ = await _pace(server, half, leavers=0)
        reached, lost = await _pace(server, half, leavers=half)
    return [
        Figure(f"tokens lost when {half} of {callers} callers leave the queue", lost, "", 0),
        Figure(
            "pace of the callers that stay / pace of as many alone", reached / undisturbed, "x", 0.98, ">="
        ),
        Figure("for comparison: their pace, not counting the margin", reached, "%"),
    ]


async def _pace(server: SandboxProcess, callers: int, leavers: int) -> tuple[float, int]:
    """Return the pace of the callers that stay while others are cancelled, and the number of lost tokens."""
    chance = random.Random(SEED)
    watch = Watch(MARGIN)
    await server.reset_stats()
    async with OpenDental(DEVELOPER, margin=MARGIN, buckets=watch) as client:
        practice = remote(client, "office", server.url)
        loop = asyncio.get_running_loop()
        tasks = [
            asyncio.create_task(watch.call(practice.lane, _call(practice, number)))
            for number in range(callers + leavers)
        ]
        for task in chance.sample(tasks, leavers):
            loop.call_later(chance.uniform(0, callers * _LEAVING_INTERVAL / 2), task.cancel)
        await asyncio.wait(tasks)
    starts = (await server.stats())["office"].starts
    return pace(starts, _LEAVING_INTERVAL + MARGIN), watch.lost()


async def _call(practice: Practice, number: int) -> None:
    await practice.employers.get(number + 1)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


if __name__ == "__main__":
    alone("urgent", run)
