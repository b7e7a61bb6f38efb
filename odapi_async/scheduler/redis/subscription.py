"""Reports when starts that this process waits for have been moved by another process."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable
from typing import Final

from odapi_async.scheduler.redis.connection import Dropped, RedisConnection, close_on_error

_CHANNEL: Final = "odapi:moved"
_MOVE: Final = re.compile(rb"([!-~]{1,64}) (\d{1,16})")  # anything else is of another program
_SILENCE: Final = 15.0  # seconds without a message, after which the connection has to prove that it lives


class MoveSubscription:
    """One subscription. It ends when its connection breaks; those who rely on it then open a new one.

    Args:
        connection: its connection, not open yet.
        timeout: seconds until it must be subscribed.
        on_moved: called with the Redis key of a lane, and how far its starts have been moved in total, in
            microseconds.
        after_loss: whether Redis was lost before, so that messages may have been missed.

    Attributes:
        is_live: whether every message arrives.
        is_over: whether it has ended, or never began.
        error: what ended it, unless it was closed.
    """

    def __init__(
        self,
        connection: RedisConnection,
        timeout: float,
        on_moved: Callable[[str, int], None],
        *,
        after_loss: bool,
    ) -> None:
        self.is_live = self.is_over = False
        self.error: Exception | None = None
        self._on_moved = on_moved
        self._after_loss = after_loss
        self._ping_sent = False
        self._live_since = -math.inf
        self._loop = asyncio.get_running_loop()
        self._opened = asyncio.Event()
        self._task = self._loop.create_task(self._run(connection, timeout), name="odapi-redis-subscription")

    async def opened(self) -> bool:
        """Wait until it is live; return False if it never will be."""
        if not self.is_live:
            await self._opened.wait()
        return self.is_live

    def blackout_left(self, seconds: float) -> float:
        """Return how many of so many seconds after the loss of Redis are still left."""
        return max(0.0, self._live_since + seconds - self._loop.time())

    def cancel(self) -> None:
        """End it soon."""
        self._task.cancel()

    async def close(self) -> None:
        """End it."""
        self.cancel()
        await asyncio.wait([self._task])
        self._end()  # a task that is cancelled before it begins runs no `finally`

    async def _run(self, connection: RedisConnection, timeout: float) -> None:  # noqa: ASYNC109 - used with asyncio.timeout
        try:
            async with close_on_error(connection, timeout):
                await connection.connect()
                await connection.send_command("SUBSCRIBE", _CHANNEL)
                await connection.read_response()
            if self._after_loss:
                self._live_since = self._loop.time()
            self.is_live = True
            self._opened.set()
            await self._listen(connection)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for it have to be told
            self.error = error
        finally:
            self._end()
            await connection.disconnect(nowait=True)

    def _end(self) -> None:
        self.is_live, self.is_over = False, True
        self._opened.set()

    async def _listen(self, connection: RedisConnection) -> None:
        while True:
            await self._handle(await connection.read_response(timeout=_SILENCE), connection)

    async def _handle(self, message: list[bytes] | None, connection: RedisConnection) -> None:
        """Handle one message; after a silence, send one PING."""
        if message is None:
            if self._ping_sent:
                raise Dropped("no message arrived")
            self._ping_sent = True
            await connection.send_command("PING")
            return
        self._ping_sent = False
        if message[0] == b"message":
            found = _MOVE.fullmatch(message[2])
            if found:
                self._on_moved(found[1].decode(), int(found[2]))
