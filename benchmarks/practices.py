"""Simulated practices with a day's work, their callers, and a server that records each request."""

from __future__ import annotations

import asyncio
import gc
import random
import time
import tracemalloc
from dataclasses import dataclass, field
from typing import Final

from odapi_async.errors import OfficeOffline
from odapi_async.limits import INTERVALS, Tier
from odapi_async.scheduler import Pace, Priority, Scheduler
from odapi_async.testing import run_in_virtual_time

SLOTS: Final = 144
MARGIN: Final = 0.005
_STORM: Final = 120.0  # seconds in which many requests get a 429
_EXECUTION: Final = 0.2  # mean seconds of a request, with a long tail
_PATIENCE: Final = 300.0  # seconds after which a refused sync continues
_SHARES: Final = {Tier.READ_ALL: 0.2, Tier.STANDARD: 0.7, Tier.ENTERPRISE: 0.1}
_OFFLINE: Final = OfficeOffline(400, "GET", "/patients", "The office's eConnector is not running.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The size of a simulation.

    Attributes:
        practices: number of practices.
        hours: length in hours.
        pages: requests of one nightly sync, on average.
        lookups: interactive requests of one practice.
        seed: the seed of all random numbers.
    """

    practices: int
    hours: float
    pages: int
    lookups: int
    seed: int


@dataclass(slots=True)
class Seen:
    """The results; lists have one number for each of `SLOTS` parts of the time.

    Attributes:
        hours: simulated hours, until the last caller had its outcome.
        slot: seconds of one part.
        needed: seconds that the pace required between the starts of lanes with work.
        taken: seconds that were between them.
    """

    hours: float
    slot: float
    early: int = 0
    in_pause: int = 0
    forgotten: int = 0
    requests: int = 0
    throttled: int = 0
    refused: int = 0
    during_outage: int = 0
    cpu: float = 0.0
    lane_bytes: float = 0.0
    needed: float = 0.0
    taken: float = 0.0
    waits: dict[Priority, list[float]] = field(default_factory=lambda: {each: [] for each in Priority})
    sent: dict[str, list[int]] = field(default_factory=lambda: _lines("interactive", "bulk"))
    longest: dict[str, list[float]] = field(
        default_factory=lambda: {"interactive": [0.0] * SLOTS, "bulk": [0.0] * SLOTS}
    )
    failures: dict[str, list[int]] = field(
        default_factory=lambda: _lines("429", "refused by circuit breaker")
    )

    @property
    def pace(self) -> float:
        """The fraction of the allowed pace that lanes with work reached; at most 1."""
        return self.needed / self.taken if self.taken else 1.0

    def wait(self, priority: Priority, share: float) -> float:
        """Return the wait that this share of the requests of a priority did not exceed, in seconds."""
        waits = sorted(self.waits[priority])
        return waits[int(share * (len(waits) - 1))] if waits else 0.0


class Practice:
    """One practice: the records of its server, its outages and its callers."""

    __slots__ = ("_day", "_free", "_outage", "_pace", "_paused", "_sent", "chance", "lane")

    def __init__(self, day: _Day, number: int) -> None:
        self._day = day
        self.lane = f"{number:016x}"
        self.chance = random.Random(f"{day.plan.seed} {number}")
        self._pace = Pace(INTERVALS[self.chance.choices([*_SHARES], [*_SHARES.values()])[0]])
        self._sent = self._free = self._paused = 0.0
        begins = self.chance.uniform(0.0, day.length) if self.chance.random() < 0.05 else day.length
        self._outage = (day.began + begins, day.began + begins + self.chance.uniform(0.05, 0.2) * day.length)

    async def sync(self) -> None:
        """Read all pages with three readers; begin in the first quarter of the time."""
        await asyncio.sleep(self.chance.uniform(0.0, self._day.length / 4))
        pages = self.chance.randrange(self._day.plan.pages * 2)
        await asyncio.gather(*(self._read(pages // 3) for _ in range(3)))

    async def look_up(self) -> None:
        """Make the interactive requests at random moments by day."""
        moments = sorted(
            self.chance.uniform(0.3, 0.95) * self._day.length for _ in range(self._day.plan.lookups)
        )
        for moment in moments:
            await asyncio.sleep(self._day.began + moment - self._day.loop.time())
            try:
                await self._call(Priority.INTERACTIVE)
            except OfficeOffline:
                self._day.note_refusal()

    async def _read(self, pages: int) -> None:
        for _ in range(pages):
            try:
                await self._call(Priority.BULK)
            except OfficeOffline:
                self._day.note_refusal()
                await asyncio.sleep(_PATIENCE)

    async def _call(self, priority: Priority) -> None:
        scheduler, loop, again = self._day.scheduler, self._day.loop, False
        while True:
            came = loop.time()
            slot = await scheduler.acquire(self.lane, self._pace, priority=priority, retry=again)
            with slot:
                slot.sent()
                self._start(came, priority)
                await asyncio.sleep(self.chance.expovariate(1 / _EXECUTION))
                self._free = loop.time()
                if self._is_offline():
                    self._day.seen.during_outage += 1
                    scheduler.record_failure(self.lane, _OFFLINE, threshold=1)
                    return
                scheduler.record_success(self.lane)
                if not self._is_refused():
                    return
                after = self.chance.uniform(1.0, 5.0)
                self._paused = loop.time() + after
                slot.throttled(after)
            again = True

    def _start(self, came: float, priority: Priority) -> None:
        now, seen, interval = self._day.loop.time(), self._day.seen, self._pace.interval
        seen.early += now - self._sent < interval - 1e-6
        seen.in_pause += now < self._paused - 1e-6
        ready = max(self._sent + interval, self._free, self._paused)
        if came < ready:  # the lane had work when it was allowed to start: all later time is lost
            seen.needed += interval
            seen.taken += interval + now - ready
        self._sent = now
        self._day.note_start(priority, now - came)

    def _is_offline(self) -> bool:
        return self._outage[0] <= self._day.loop.time() < self._outage[1]

    def _is_refused(self) -> bool:
        refused = self.chance.random() < (0.2 if self._day.is_storm() else 0.0005)
        if refused:
            self._day.note_throttled()
        return refused


class _Day:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.loop = asyncio.get_running_loop()
        self.began = self.loop.time()
        self.length = plan.hours * 3600
        self.scheduler = Scheduler(margin=MARGIN)
        self.seen = Seen(plan.hours, self.length / SLOTS)
        chance = random.Random(plan.seed)
        self._storms = [self.began + chance.uniform(0.1, 0.9) * self.length for _ in range(4)]

    def is_storm(self) -> bool:
        return any(storm <= self.loop.time() < storm + _STORM for storm in self._storms)

    def note_start(self, priority: Priority, wait: float) -> None:
        seen, slot = self.seen, self._slot()
        seen.requests += 1
        seen.waits[priority].append(wait)
        name = priority.name.lower()
        seen.sent[name][slot] += 1
        seen.longest[name][slot] = max(seen.longest[name][slot], wait)

    def note_throttled(self) -> None:
        self.seen.throttled += 1
        self.seen.failures["429"][self._slot()] += 1

    def note_refusal(self) -> None:
        self.seen.refused += 1
        self.seen.failures["refused by circuit breaker"][self._slot()] += 1

    def _slot(self) -> int:
        return min(SLOTS - 1, int((self.loop.time() - self.began) / self.seen.slot))


def simulate(plan: Plan) -> Seen:
    """Run the simulation."""
    seen = run_in_virtual_time(_live(plan))
    seen.lane_bytes = run_in_virtual_time(_idle_bytes(plan.practices))
    return seen


async def _live(plan: Plan) -> Seen:
    day = _Day(plan)
    practices = [Practice(day, number) for number in range(plan.practices)]
    gc.freeze()
    began = time.process_time()
    tasks = [asyncio.create_task(work) for each in practices for work in (each.sync(), each.look_up())]
    _, forgotten = await asyncio.wait(tasks, timeout=4 * day.length)
    day.seen.cpu = time.process_time() - began
    gc.unfreeze()
    day.seen.forgotten = len(forgotten)
    await day.scheduler.close()
    for task in tasks:
        if not task.cancelled() and task.done():
            task.result()
    return day.seen


async def _idle_bytes(lanes: int) -> float:
    scheduler = Scheduler(margin=MARGIN)
    gc.collect()
    tracemalloc.start()
    for number in range(lanes):
        with await scheduler.acquire(f"{number:016x}", Pace(1.0)) as slot:
            slot.sent()
        await asyncio.sleep(0.001)  # each lane keeps a different time
    await asyncio.sleep(0)
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] / lanes
    tracemalloc.stop()
    await scheduler.close()
    return taken


def _lines(*names: str) -> dict[str, list[int]]:
    return {name: [0] * SLOTS for name in names}
