"""Hears when starts that others wait for have been moved."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final

from odapi_async.scheduler.redis.connection import Dropped, Line, RedisError, whole

_CHANNEL: Final = "odapi:moved"
_SILENCE: Final = 15.0  # seconds without a word, after which the connection has to prove that it lives


class Ear:
    """One subscription. When it breaks it is over, and whoever relied on it starts again with a new one.

    Args:
        line: its connection, not open yet.
        timeout: seconds until it must hear.
        moved: told a lane's name in Redis and how far its starts have been moved in all, in microseconds.
        again: whether Redis was lost before, so that something may have been missed.

    Attributes:
        alive: whether everything is heard.
        over: whether it has ended, or never began.
        error: what ended it, unless it was closed.
    """

    def __init__(self, line: Line, timeout: float, moved: Callable[[str, int], None], *, again: bool) -> None:
        self.alive = self.over = False
        self.error: RedisError | None = None
        self._moved = moved
        self._again = again
        self._asked = False
        self._since = -math.inf
        self._loop = asyncio.get_running_loop()
        self._opened = asyncio.Event()
        self._task = self._loop.create_task(self._run(line, timeout), name="odapi-redis-ear")

    async def opened(self) -> bool:
        """Wait until it hears; False if it never will."""
        if not self.alive:
            await self._opened.wait()
        return self.alive

    def deaf(self, seconds: float) -> float:
        """Return how much of so many seconds, counted from when Redis was lost, is still to come."""
        return max(0.0, self._since + seconds - self._loop.time())

    async def close(self) -> None:
        """End it."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self._end()  # a task that is cancelled before it began runs no `finally`

    async def _run(self, line: Line, timeout: float) -> None:  # noqa: ASYNC109 - used with asyncio.timeout
        try:
            async with whole(line, timeout):
                await line.connect()
                await line.send_command("SUBSCRIBE", _CHANNEL)
                await line.read_response()
            if self._again:
                self._since = self._loop.time()
            self.alive = True
            self._opened.set()
            await self._listen(line)
        except RedisError as error:
            self.error = error
        finally:
            self._end()
            await line.disconnect(nowait=True)

    def _end(self) -> None:
        self.alive, self.over = False, True
        self._opened.set()

    async def _listen(self, line: Line) -> None:
        while True:
            await self._take(await line.read_response(timeout=_SILENCE), line)

    async def _take(self, word: list[bytes] | None, line: Line) -> None:
        """Take one word; where there was none, ask for one, once."""
        if word is None:
            if self._asked:
                raise Dropped("not a word was heard")
            self._asked = True
            await line.send_command("PING")
            return
        self._asked = False
        if word[0] == b"message":
            key, _, moved = word[2].decode().rpartition(" ")
            self._moved(key, int(moved))
