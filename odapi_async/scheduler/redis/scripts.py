"""Runs the script of the buckets in Redis: one connection for all buckets of a process."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from typing import Final, NamedTuple

from odapi_async.errors import SchedulerClosed
from odapi_async.scheduler.redis.connection import (
    BucketUnavailable,
    ConnectionFactory,
    Dropped,
    NoScriptError,
    RedisConnection,
    RedisError,
    ResponseError,
    close_on_error,
)
from odapi_async.scheduler.redis.subscription import MoveSubscription
from odapi_async.telemetry import LOGGER

_log: Final = LOGGER.getChild("scheduler.redis")

_SCRIPT: Final = files("odapi_async.scheduler.redis").joinpath("reserve.lua").read_text("utf-8")
_BATCH_SIZE: Final = 64  # commands that travel together: enough to be cheap, and never long to pack and read

ScriptCall = tuple[str, str, tuple[int, ...]]
"""A Redis key, the task of the script, and its numbers."""


class ScriptResult(NamedTuple):
    """What the script returned.

    Attributes:
        numbers: its numbers.
        sent_at: a moment of the event loop's clock before the script ran.
        received_at: a moment after the script ran.
    """

    numbers: list[int]
    sent_at: float
    received_at: float


class _Command(NamedTuple):
    call: ScriptCall
    result: asyncio.Future[ScriptResult] | None
    undo: Callable[[ScriptResult], None] | None

    @property
    def is_cancelled(self) -> bool:
        return self.result is not None and self.result.cancelled()

    def settle(self, result: ScriptResult | ResponseError) -> None:
        if isinstance(result, ResponseError):
            self.fail(str(result))
        elif self.is_cancelled and self.undo:
            self.undo(result)
        elif self.result:
            self.result.set_result(result)

    def fail(self, reason: str) -> None:
        if self.result and not self.result.cancelled():
            self.result.set_exception(BucketUnavailable(reason))


class _Open:
    """What is open, apart from the client, so that it can be closed when nobody has the client any more."""

    __slots__ = ("closing", "connection", "subscription")

    def __init__(self) -> None:
        self.closing: asyncio.Task[None] | None = None
        self.connection: RedisConnection | None = None
        self.subscription: MoveSubscription | None = None

    def abandon(self) -> None:
        """Close it soon, without the Redis client's warning: the transport has its own."""
        if self.subscription:
            with suppress(RuntimeError):  # the event loop is closed
                self.subscription.cancel()
        if self.connection:
            with suppress(RuntimeError):
                self.closing = asyncio.get_running_loop().create_task(_disconnect(self.connection))
        self.connection = None


async def _disconnect(connection: RedisConnection) -> None:
    await connection.disconnect(nowait=True)


class ScriptClient:
    """Runs the script for all buckets over one connection, and listens over a second one.

    Commands that come while a batch is in flight travel with the next batch: a single command is sent at
    once, many at once are cheap, and their order is kept.

    Args:
        connect: makes connections.
        timeout: seconds until Redis must have answered.

    Attributes:
        listeners: by Redis key, who wants to know that the lane's starts have been moved.
    """

    def __init__(self, connect: ConnectionFactory, timeout: float) -> None:
        self.listeners: dict[str, Callable[[int], None]] = {}
        self._connect = connect
        self._timeout = timeout
        self._queue: list[_Command] = []
        self._sender: asyncio.Task[None] | None = None
        self._open = _Open()
        weakref.finalize(self, self._open.abandon)
        self._sha = ""
        self._was_lost = False
        self._is_away = False
        self._is_closed = False

    async def subscription(self) -> MoveSubscription:
        """Return a live subscription.

        Raises:
            BucketUnavailable: Redis does not answer.
            SchedulerClosed: the client is closed.
        """
        if self._is_closed:
            raise SchedulerClosed
        if self._open.subscription is None or self._open.subscription.is_over:
            self._was_lost = self._was_lost or self._open.subscription is not None
            # a subscription lives as long as the event loop, and must not keep this client
            self._open.subscription = MoveSubscription(
                self._connect(), self._timeout, _weak(self._on_moved), after_loss=self._was_lost
            )
        subscription = self._open.subscription
        if not await subscription.opened():
            raise BucketUnavailable(self._note_away(subscription.error))
        return subscription

    async def run(self, call: ScriptCall, undo: Callable[[ScriptResult], None]) -> ScriptResult:
        """Run the script and return its result. If the caller is cancelled meanwhile, the call is undone.

        Raises:
            BucketUnavailable: Redis does not answer.
        """
        result: asyncio.Future[ScriptResult] = asyncio.get_running_loop().create_future()
        self._enqueue(_Command(call, result, undo))
        try:
            return await result
        except asyncio.CancelledError:
            # cancelled in the very iteration of the event loop in which the result arrived
            if not result.cancelled() and not result.exception():
                undo(result.result())
            raise

    def run_soon(self, call: ScriptCall) -> None:
        """Run the script soon, without a result. If Redis is away or this is closed, nothing happens."""
        if not self._is_closed:
            self._enqueue(_Command(call, None, None))

    async def close(self) -> None:
        """Send what is queued, then close both connections."""
        while self._sender:
            await asyncio.wait([self._sender])
        self._is_closed = True
        if self._open.subscription:
            await self._open.subscription.close()
        if self._open.connection:
            await self._open.connection.disconnect()
            self._open.connection = None

    def _enqueue(self, command: _Command) -> None:
        self._queue.append(command)
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._send(), name="odapi-redis-sender")

    async def _send(self) -> None:
        try:
            while batch := self._next_batch():
                try:
                    results = await self._exchange([command.call for command in batch])
                except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
                    await self._fail(batch, error)
                else:
                    self._settle(batch, results)
        finally:
            self._sender = None

    def _next_batch(self) -> list[_Command]:
        waiting = [command for command in self._queue if not command.is_cancelled]
        self._queue = waiting[_BATCH_SIZE:]
        return waiting[:_BATCH_SIZE]

    def _settle(self, batch: list[_Command], results: list[ScriptResult | ResponseError]) -> None:
        if self._is_away:
            self._is_away = False
            _log.info("Redis is back: the pace is shared again")
        for command, result in zip(batch, results, strict=True):
            command.settle(result)

    async def _fail(self, batch: list[_Command], error: Exception) -> None:
        self._was_lost = True
        reason = self._note_away(error)
        if self._open.subscription:
            await self._open.subscription.close()  # the same server: from now on moves may have been missed
        failed, self._queue = [*batch, *self._queue], []
        for command in failed:
            command.fail(reason)

    def _note_away(self, error: Exception | None) -> str:
        reason = _described(error)
        if not self._is_away:
            self._is_away = True
            _log.warning("Redis does not answer (%s): the pace is not shared now", reason)
        return reason

    async def _exchange(self, calls: list[ScriptCall]) -> list[ScriptResult | ResponseError]:
        was_kept = self._open.connection is not None
        try:
            return await self._exchange_once(calls)
        except (Dropped, NoScriptError):
            if not was_kept:
                raise
        # A kept connection may have been dropped meanwhile, or the scripts flushed. In the worst case a
        # reservation is made twice, or a start moved twice: that costs time and keeps the pace.
        return await self._exchange_once(calls)

    async def _exchange_once(self, calls: list[ScriptCall]) -> list[ScriptResult | ResponseError]:
        connection, self._open.connection = self._open.connection or await self._connected(), None
        loop = asyncio.get_running_loop()
        async with close_on_error(connection, self._timeout):
            sent_at = loop.time()
            commands = connection.pack_commands(
                ("EVALSHA", self._sha, 1, key, task, *numbers) for key, task, numbers in calls
            )
            await connection.send_packed_command(commands)
            found = [await _reply(connection) for _ in calls]
        self._open.connection = connection
        received_at = loop.time()
        return [
            each if isinstance(each, ResponseError) else ScriptResult(each, sent_at, received_at)
            for each in found
        ]

    async def _connected(self) -> RedisConnection:
        connection = self._connect()
        async with close_on_error(connection, self._timeout):
            await connection.connect()
            await connection.send_command("SCRIPT LOAD", _SCRIPT)
            self._sha = (await connection.read_response()).decode()
        return connection

    def _on_moved(self, key: str, moved: int) -> None:
        listener = self.listeners.get(key)
        if listener:
            listener(moved)


def _weak(method: Callable[[str, int], None]) -> Callable[[str, int], None]:
    """Return a function that calls a method as long as its object lives."""
    found = weakref.WeakMethod(method)

    def call(key: str, moved: int) -> None:
        alive = found()
        if alive:
            alive(key, moved)

    return call


async def _reply(connection: RedisConnection) -> list[int] | ResponseError:
    """Read one reply; an error of one command is the result of that command alone."""
    try:
        reply: list[int] = await connection.read_response()
    except NoScriptError:
        raise
    except ResponseError as error:
        return error
    return reply


def _described(error: Exception | None) -> str:
    if error is None:
        return "the connection was closed"
    return str(error) if isinstance(error, RedisError) else type(error).__name__
