"""Practices with a day's work, their callers, and a server that keeps books on them."""

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
_STORM: Final = 120.0  # seconds of a storm of 429s
_EXECUTION: Final = 0.2  # mean seconds of a request, with a long tail
_PATIENCE: Final = 300.0  # seconds after which a refused sync comes again
_SHARES: Final = {Tier.READ_ALL: 0.2, Tier.STANDARD: 0.7, Tier.ENTERPRISE: 0.1}
_OFFLINE: Final = OfficeOffline(400, "GET", "/patients", "The office's eConnector is not running.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated.

    Attributes:
        practices: how many there are.
        hours: for how long.
        pages: requests of one nightly sync, on the average.
        lookups: requests of people in one practice.
        seed: of everything that is left to chance.
    """

    practices: int
    hours: float
    pages: int
    lookups: int
    seed: int


@dataclass(slots=True)
class Seen:
    """What came of it; lists have one number for each of `SLOTS` parts of the time.

    Attributes:
        hours: simulated until the last caller had his outcome.
        slot: seconds of one part.
        needed: seconds that all starts of lanes with work had to be apart.
        taken: seconds that they were.
    """

    hours: float
    slot: float
    early: int = 0
    in_pause: int = 0
    forgotten: int = 0
    requests: int = 0
    throttled: int = 0
    refused: int = 0
    in_vain: int = 0
    cpu: float = 0.0
    lane_bytes: float = 0.0
    needed: float = 0.0
    taken: float = 0.0
    waits: dict[Priority, list[float]] = field(default_factory=lambda: {each: [] for each in Priority})
    sent: dict[str, list[int]] = field(default_factory=lambda: _lines("interactive", "bulk"))
    longest: dict[str, list[float]] = field(
        default_factory=lambda: {"interactive": [0.0] * SLOTS, "bulk": [0.0] * SLOTS}
    )
    trouble: dict[str, list[int]] = field(default_factory=lambda: _lines("429", "refused by circuit"))

    @property
    def pace(self) -> float:
        """The share of the allowed pace that lanes with work reached; more than 1 is impossible."""
        return self.needed / self.taken if self.taken else 1.0

    def wait(self, priority: Priority, share: float) -> float:
        """Return the wait that this share of the requests of a priority did not exceed, in seconds."""
        waits = sorted(self.waits[priority])
        return waits[int(share * (len(waits) - 1))] if waits else 0.0


class Practice:
    """One practice: its server's books, its troubles, its callers."""

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
        """Read all pages, one after the other, with three readers; begin in the first quarter of the time."""
        await asyncio.sleep(self.chance.uniform(0.0, self._day.length / 4))
        pages = self.chance.randrange(self._day.plan.pages * 2)
        await asyncio.gather(*(self._read(pages // 3) for _ in range(3)))

    async def look_up(self) -> None:
        """Look things up in the second half of the time, at random moments."""
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
                    self._day.seen.in_vain += 1
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
        if came < ready:  # the lane had work when it might start: every moment beyond is lost
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
        self.seen.trouble["429"][self._slot()] += 1

    def note_refusal(self) -> None:
        self.seen.refused += 1
        self.seen.trouble["refused by circuit"][self._slot()] += 1

    def _slot(self) -> int:
        return min(SLOTS - 1, int((self.loop.time() - self.began) / self.seen.slot))


def simulate(plan: Plan) -> Seen:
    """Live through a day."""
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
        await asyncio.sleep(0.001)  # each lane keeps a moment of its own
    await asyncio.sleep(0)
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] / lanes
    tracemalloc.stop()
    await scheduler.close()
    return taken


def _lines(*names: str) -> dict[str, list[int]]:
    return {name: [0] * SLOTS for name in names}
