"""Hears when starts that were promised have been moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from odapi_async.scheduler.redis.line import Line, Lines, RedisError

_CHANNEL: Final = "odapi:moved"
_SILENCE: Final = 15.0  # seconds without a word, after which the connection has to prove that it lives


class Ear:
    """One subscription. When it breaks it is over, and another one has to be made.

    Args:
        lines: makes its connection.
        since: the moment before which moves may have been missed; minus infinity if nothing was to be heard.
        moved: told the lane's name in Redis, and how far its starts have been moved in all, in microseconds.
        failed: told the error that ended it.
    """

    def __init__(
        self,
        lines: Lines,
        since: float,
        moved: Callable[[str, int], None],
        failed: Callable[[RedisError], None],
    ) -> None:
        self.alive = False
        self.since = since
        self._moved = moved
        self._failed = failed
        loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._task = loop.create_task(self._run(lines()), name="odapi-redis-ear")

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._task.done()
