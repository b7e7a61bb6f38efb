"""What the buckets of one process share: the way to Redis and back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from importlib.resources import files
from typing import Final, NamedTuple

from odapi_async.errors import SchedulerClosed
from odapi_async.scheduler.redis.connection import (
    BucketUnavailable,
    Dropped,
    Line,
    Lines,
    NoScriptError,
    RedisError,
    whole,
)
from odapi_async.scheduler.redis.subscription import Ear

_log: Final = logging.getLogger(__name__)

_SCRIPT: Final = files("odapi_async.scheduler.redis").joinpath("reserve.lua").read_text("utf-8")
_MOST: Final = 64  # commands that travel together: enough to be cheap, and never long to pack and read

Run = tuple[str, str, tuple[int, ...]]
"""A key, what to do with it, and numbers."""


class Reply(NamedTuple):
    """What the script answered.

    Attributes:
        numbers: its numbers.
        asked: the moment (of the loop's clock) before which it did not run.
        heard: the moment after which it did not run.
    """

    numbers: list[int]
    asked: float
    heard: float


class _Order(NamedTuple):
    run: Run
    answer: asyncio.Future[Reply] | None
    undo: Callable[[Reply], None] | None

    @property
    def given_up(self) -> bool:
        return self.answer is not None and self.answer.cancelled()

    def settle(self, reply: Reply) -> None:
        if self.given_up and self.undo:
            self.undo(reply)
        elif self.answer:
            self.answer.set_result(reply)

    def fail(self, reason: str) -> None:
        if self.answer and not self.answer.cancelled():
            self.answer.set_exception(BucketUnavailable(reason))


class Store:
    """Runs the script for all buckets over one connection, and hears over another one.

    What is ordered while a batch is under way travels with the next one: a single order goes at once, many at
    once are cheap, and the order of orders stays.

    Args:
        lines: makes connections.
        timeout: seconds until Redis must have answered.

    Attributes:
        asleep: by a lane's name in Redis, who wants to hear that its starts have been moved.
    """

    def __init__(self, lines: Lines, timeout: float) -> None:
        self.asleep: dict[str, Callable[[int], None]] = {}
        self._lines = lines
        self._timeout = timeout
        self._orders: list[_Order] = []
        self._sender: asyncio.Task[None] | None = None
        self._line: Line | None = None
        self._sha = ""
        self._ear: Ear | None = None
        self._lost = False
        self._away = False
        self._closed = False

    async def ear(self) -> Ear:
        """Return a subscription that hears.

        Raises:
            BucketUnavailable: there is none to be had.
            SchedulerClosed: the store is closed.
        """
        if self._closed:
            raise SchedulerClosed
        if self._ear is None or self._ear.over:
            self._lost = self._lost or self._ear is not None
            self._ear = Ear(self._lines(), self._timeout, self._moved, again=self._lost)
        ear = self._ear
        if not await ear.opened():
            raise BucketUnavailable(self._fails(ear.error))
        return ear

    async def ask(self, run: Run, undo: Callable[[Reply], None]) -> Reply:
        """Run the script and wait for what it answers. Cancelled meanwhile, what it did is undone.

        Raises:
            BucketUnavailable: Redis does not answer.
        """
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._order(_Order(run, answer, undo))
        try:
            return await answer
        except asyncio.CancelledError:
            # cancelled in the very pass of the loop in which the answer came
            if not answer.cancelled() and not answer.exception():
                undo(answer.result())
            raise

    def tell(self, run: Run) -> None:
        """Run the script some time soon. Where Redis is away or the store is closed, nothing happens."""
        if not self._closed:
            self._order(_Order(run, None, None))

    async def close(self) -> None:
        """Send what was ordered, then end both connections."""
        while self._sender:
            await asyncio.wait([self._sender])
        self._closed = True
        if self._ear:
            await self._ear.close()
        if self._line:
            await self._line.disconnect()
            self._line = None

    def _order(self, order: _Order) -> None:
        self._orders.append(order)
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._send(), name="odapi-redis-sender")

    async def _send(self) -> None:
        try:
            while batch := self._next():
                try:
                    replies = await self._exchange([order.run for order in batch])
                except RedisError as error:
                    await self._fail(batch, error)
                else:
                    self._settle(batch, replies)
        finally:
            self._sender = None

    def _next(self) -> list[_Order]:
        waiting = [order for order in self._orders if not order.given_up]
        self._orders = waiting[_MOST:]
        return waiting[:_MOST]

    def _settle(self, batch: list[_Order], replies: list[Reply]) -> None:
        if self._away:
            self._away = False
            _log.info("Redis is back: the pace is shared again")
        for order, reply in zip(batch, replies, strict=True):
            order.settle(reply)

    async def _fail(self, batch: list[_Order], error: RedisError) -> None:
        self._lost = True
        reason = self._fails(error)
        if self._ear:
            await self._ear.close()  # one server, one fate: moves may have been missed from now on
        failed, self._orders = [*batch, *self._orders], []
        for order in failed:
            order.fail(reason)

    def _fails(self, error: RedisError | None) -> str:
        reason = str(error or "the connection was given up")
        if not self._away:
            self._away = True
            _log.warning("Redis does not answer (%s): the pace is not shared now", reason)
        return reason

    async def _exchange(self, runs: list[Run]) -> list[Reply]:
        kept = self._line is not None
        try:
            return await self._exchange_once(runs)
        except (Dropped, NoScriptError):
            if not kept:
                raise
        # A connection that was kept may have been dropped meanwhile, or the scripts flushed. At the worst a
        # reservation is made twice, or a start moved twice: that costs time and breaks no pace.
        return await self._exchange_once(runs)

    async def _exchange_once(self, runs: list[Run]) -> list[Reply]:
        line, self._line = self._line or await self._connected(), None
        loop = asyncio.get_running_loop()
        async with whole(line, self._timeout):
            asked = loop.time()
            commands = line.pack_commands(
                ("EVALSHA", self._sha, 1, key, task, *numbers) for key, task, numbers in runs
            )
            await line.send_packed_command(commands)
            found = [await line.read_response() for _ in runs]
        self._line = line
        heard = loop.time()
        return [Reply(numbers, asked, heard) for numbers in found]

    async def _connected(self) -> Line:
        line = self._lines()
        async with whole(line, self._timeout):
            await line.connect()
            await line.send_command("SCRIPT LOAD", _SCRIPT)
            self._sha = (await line.read_response()).decode()
        return line

    def _moved(self, key: str, moved: int) -> None:
        tell = self.asleep.get(key)
        if tell:
            tell(moved)
