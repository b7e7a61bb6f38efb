"""How a process continues while Redis is unavailable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from odapi_async.scheduler.redis.connection import BucketUnavailable


class LocalFallback:
    """Keeps a fraction of the pace, counted from the last requests of this process.

    Processes that took turns before keep taking turns, because each counts from its own last request.

    Args:
        fraction: the fraction of the pace, such as 0.25 for four processes; None to fail instead.
    """

    def __init__(self, fraction: float | None) -> None:
        self._fraction = fraction
        self._last_starts: dict[str, float] = {}

    def record_start(self, lane: str, moment: float) -> None:
        """Record when a lane sent a request."""
        if self._fraction:
            self._last_starts[lane] = moment

    async def wait(self, lane: str, interval: float, error: BucketUnavailable) -> None:
        """Wait for a lane's next start; a lane that sent nothing yet waits as if it just had.

        Raises:
            BucketUnavailable: the given error, if there is no fraction.
        """
        if self._fraction is None:
            raise error
        last = self._last_starts.get(lane, asyncio.get_running_loop().time())
        due = last + interval / self._fraction
        await sleep_until(lambda: due)


async def sleep_until(due: Callable[[], float]) -> None:
    """Sleep until a moment of the event loop's clock, which may be moved meanwhile."""
    loop = asyncio.get_running_loop()
    while True:
        left = due() - loop.time()
        if left <= 0:
            return
        await asyncio.sleep(left)
