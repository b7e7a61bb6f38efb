"""Measures one rate limiter: `python -m benchmarks.limiter_trials PACKAGE [quick]`.

Prints a `Verdict` as JSON. All clocks of the process are virtual, so limiters that use other clocks can be
measured in the same way, and all CPU time is cost.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Final, TypeVar, TypeVarTuple

import msgspec

from benchmarks.limiter_peers import PEERS, Ask
from odapi_async.testing import VirtualTimeLoop

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

INTERVAL: Final = 1.0
RETRY_AFTER: Final = 7.0
SIZES: Final = (10, 1_000, 10_000)
_SEED: Final = 20_261_123
_CONNECT: Final = 0.4  # seconds of a new connection
_BUDGET: Final = 1.5  # seconds of CPU for one measurement
_GRANTS: Final = 200
_NOTHING_LEFT: Final = 500.0  # virtual seconds after which a caller that still waits was forgotten
_EPSILON: Final = 1e-3  # some limiters count in whole milliseconds


class Verdict(msgspec.Struct):
    """The results of one limiter.

    Attributes:
        missing: the package is not installed; nothing else is known then.
        early: starts of a thousand that were closer than the interval.
        early_connecting: the same, with one new connection in ten.
        overtaken: callers of a thousand that a later caller overtook.
        lost: whole intervals without a start while callers waited and others were cancelled.
        forgotten: callers that were never served.
        in_pause: starts during a Retry-After of 7 s.
        waiters: microseconds of CPU per request, by the number of callers that wait for one key.
        keys: microseconds of CPU per request, by the number of keys with two requests or more each.
        memory: bytes of a key that was used once.
    """

    missing: bool = False
    early: float = 0.0
    early_connecting: float = 0.0
    overtaken: float = 0.0
    lost: int = 0
    forgotten: int = 0
    in_pause: int = 0
    waiters: dict[int, float] = {}
    keys: dict[int, float] = {}
    memory: float = 0.0


class Callee:
    """The server of one key: records when each caller starts.

    Args:
        connect: returns the seconds that the connection of the next request takes.
    """

    def __init__(self, connect: Callable[[], float] = lambda: 0.0) -> None:
        self.connect = connect
        self.starts: list[float] = []
        self.order: list[int] = []
        self.came = itertools.count()

    async def call(self, ask: Ask, refuse: float | None = None) -> None:
        """Make one request when the limiter allows it."""
        number = next(self.came)

        async def serve(sent: Callable[[], None]) -> float | None:
            seconds = self.connect()
            if seconds:
                await asyncio.sleep(seconds)
            sent()
            self.starts.append(asyncio.get_running_loop().time())
            self.order.append(number)
            return refuse

        await ask("key", serve)

    @property
    def gaps(self) -> list[float]:
        """Seconds between starts."""
        return [later - earlier for earlier, later in itertools.pairwise(self.starts)]

    def early(self) -> float:
        """Return the starts of a thousand that were too close to the one before."""
        return 1000 * sum(gap < INTERVAL - _EPSILON for gap in self.gaps) / len(self.starts)

    def overtaken(self) -> float:
        """Return the callers of a thousand that were served after a later one."""
        highest, passed = -1, 0
        for number in self.order:
            passed += number < highest
            highest = max(highest, number)
        return 1000 * passed / len(self.order)


async def judge(make: Callable[[float], Ask], *, quick: bool) -> Verdict:
    """Run all trials, each with a new limiter, in one loop, because some limiters keep their first loop."""
    chance = random.Random(_SEED)
    calls = 60 if quick else 200
    sizes = SIZES[:2] if quick else SIZES
    steady = await _steady(make(INTERVAL), calls, Callee())
    churn = Callee(lambda: _CONNECT if chance.random() < 0.1 else 0.0)
    connecting = await _steady(make(INTERVAL), calls, churn)
    lost, forgotten = await _leaving(make(INTERVAL), calls)
    return Verdict(
        early=steady.early(),
        early_connecting=connecting.early(),
        overtaken=steady.overtaken(),
        lost=lost,
        forgotten=forgotten,
        in_pause=await _paused(make(INTERVAL)),
        waiters={size: await _many_waiters(make(INTERVAL), size) for size in sizes},
        keys={size: await _many_keys(make(INTERVAL), size) for size in sizes},
        memory=await _memory(make(INTERVAL)),
    )


async def _steady(ask: Ask, calls: int, callee: Callee) -> Callee:
    """Half of the callers come at once, the others at the moments at which a start is due."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    tasks = [loop.create_task(callee.call(ask)) for _ in range(calls // 2)]
    for number in range(calls // 2):
        await asyncio.sleep(began + number * INTERVAL - loop.time())
        tasks.append(loop.create_task(callee.call(ask)))
    await _over(tasks)
    return callee


async def _leaving(ask: Ask, calls: int) -> tuple[int, int]:
    """A third of the callers is cancelled, many in the same pass of the loop in which they are served."""
    loop, chance, callee = asyncio.get_running_loop(), random.Random(_SEED), Callee()
    began = loop.time()
    tasks = [loop.create_task(callee.call(ask)) for _ in range(calls // 2)]
    for number, task in enumerate(tasks[2:], 2):
        if chance.random() < 1 / 3:
            loop.call_at(began + chance.randrange(1, number) * INTERVAL, task.cancel)
    forgotten = await _over(tasks)
    return sum(max(0, int(gap / INTERVAL + _EPSILON) - 1) for gap in callee.gaps), forgotten


async def _paused(ask: Ask) -> int:
    """The third request is refused with Retry-After."""
    callee = Callee()
    tasks = [
        asyncio.create_task(callee.call(ask, RETRY_AFTER if number == 2 else None)) for number in range(12)
    ]
    await _over(tasks)
    refused = callee.order.index(2)
    end = callee.starts[refused] + RETRY_AFTER - _EPSILON
    return sum(start < end for start in callee.starts[refused + 1 :])


async def _many_waiters(ask: Ask, size: int) -> float:
    loop, served = asyncio.get_running_loop(), itertools.count(1)
    finished: asyncio.Future[None] = loop.create_future()
    last = 0

    async def serve(sent: Callable[[], None]) -> None:
        nonlocal last
        sent()
        last = next(served)
        if last == min(_GRANTS, size):
            finished.set_result(None)

    async def call() -> None:
        await ask("key", serve)

    tasks = [loop.create_task(call()) for _ in range(size)]
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    before, began = last, time.process_time()
    while time.process_time() - began < _BUDGET:
        await asyncio.wait([finished], timeout=INTERVAL / 2)
        if finished.done():
            break
    spent = time.process_time() - began
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return spent / max(1, last - before) * 1e6


async def _many_keys(ask: Ask, size: int) -> float:
    rounds = max(2, 2_000 // size)
    gc.collect()
    began = time.process_time()
    await asyncio.gather(*(ask(str(key), _serve) for _ in range(rounds) for key in range(size)))
    return (time.process_time() - began) / (rounds * size) * 1e6


async def _memory(ask: Ask) -> float:
    keys = 2_000
    await ask("first", _serve)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for key in range(keys):
        await ask(f"{key:016x}", _serve)
    await asyncio.sleep(0)
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return taken / keys


async def _serve(sent: Callable[[], None]) -> None:
    sent()


async def _over(tasks: list[asyncio.Task[None]]) -> int:
    """Wait for all tasks, and return how many never ended."""
    _, forgotten = await asyncio.wait(tasks, timeout=_NOTHING_LEFT)
    for task in forgotten:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    return len(forgotten) + sum(isinstance(outcome, Exception) for outcome in outcomes)


class _Loop(VirtualTimeLoop):
    """Each reading of its clock takes a nanosecond, because some limiters poll for a rounding error."""

    def time(self) -> float:
        self.now += 1e-9
        return self.now

    def run_in_executor(
        self,
        executor: Any,  # noqa: ARG002 - the name is that of asyncio
        func: Callable[[*Ts], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        """Run the work of a thread at once: the clock would jump ahead while the thread works."""
        done: asyncio.Future[T] = self.create_future()
        done.set_result(func(*args))
        return done


def _run(package: str, *, quick: bool) -> Verdict:
    loop = _Loop()
    time.monotonic = time.time = time.perf_counter = loop.time
    time.monotonic_ns = time.time_ns = time.perf_counter_ns = lambda: int(loop.time() * 1e9)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(judge(PEERS[package], quick=quick))


def main(package: str, *, quick: bool) -> None:
    """Print the verdict, and end the process even if threads of a limiter still run."""
    try:
        verdict = _run(package, quick=quick)
    except ModuleNotFoundError:
        verdict = Verdict(missing=True)
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], quick=len(sys.argv) > 2)
