"""How a process goes on while Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from odapi_async.scheduler.redis.connection import BucketUnavailable


class Alone:
    """When this process sent something, and which share of the pace it takes from there.

    Processes that took turns before go on taking turns, because each counts from its own last request.

    Args:
        fraction: the share of the pace, such as 0.25 for four processes; None to stop instead.
    """

    def __init__(self, fraction: float | None) -> None:
        self._fraction = fraction
        self._last: dict[str, float] = {}

    def started(self, lane: str, moment: float) -> None:
        """Note when a lane has sent something."""
        if self._fraction:
            self._last[lane] = moment

    async def wait(self, lane: str, interval: float, error: BucketUnavailable) -> None:
        """Wait for a lane's next start; a lane that has not sent anything waits as if it just had.

        Raises:
            BucketUnavailable: this process is not to go on; it is the one that was given.
        """
        if self._fraction is None:
            raise error
        last = self._last.get(lane, asyncio.get_running_loop().time())
        due = last + interval / self._fraction
        await sleep_until(lambda: due)


async def sleep_until(due: Callable[[], float]) -> None:
    """Sleep until a moment of the loop's clock, which may move on meanwhile."""
    loop = asyncio.get_running_loop()
    while True:
        left = due() - loop.time()
        if left <= 0:
            return
        await asyncio.sleep(left)
