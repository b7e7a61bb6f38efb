"""Callers of a scheduler, and what they saw."""

import asyncio
import itertools
from collections.abc import Hashable

from odapi_async.scheduler import Pace, Priority, Scheduler

INTERVAL = 1.0
REMOTE = Pace(INTERVAL)


class Caller:
    """Sends requests that take `duration` seconds through one scheduler and notes their starts."""

    def __init__(self, scheduler: Scheduler, *, pace: Pace = REMOTE, duration: float = 0.1) -> None:
        self.scheduler = scheduler
        self.pace = pace
        self.duration = duration
        self.starts: list[tuple[str, float]] = []
        self.running = 0
        self.most_running = 0

    async def call(
        self,
        name: str,
        priority: Priority = Priority.NORMAL,
        *,
        lane: str = "lane",
        flow: Hashable = None,
        connect: float = 0.0,
        throttled: float | None = None,
        max_wait: float | None = None,
    ) -> None:
        slot = await self.scheduler.acquire(lane, self.pace, priority=priority, flow=flow, max_wait=max_wait)
        with slot:
            if connect:
                await asyncio.sleep(connect)
            slot.sent()
            self.starts.append((name, asyncio.get_running_loop().time()))
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            try:
                await asyncio.sleep(self.duration)
            finally:
                self.running -= 1
            if throttled is not None:
                slot.throttled(throttled)

    def task(self, name: str, priority: Priority = Priority.NORMAL, **options: object) -> asyncio.Task[None]:
        return asyncio.create_task(self.call(name, priority, **options), name=name)  # type: ignore[arg-type]

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.starts]

    @property
    def gaps(self) -> list[float]:
        moments = [moment for _, moment in self.starts]
        return [later - earlier for earlier, later in itertools.pairwise(moments)]


async def settle() -> None:
    """Let everything run that is ready to, without letting time pass."""
    for _ in range(10):
        await asyncio.sleep(0)
