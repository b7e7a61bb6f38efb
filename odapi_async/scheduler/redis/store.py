"""What the buckets of one process share: the way to Redis and back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from importlib.resources import files
from typing import Final, NamedTuple

from odapi_async.errors import SchedulerClosed
from odapi_async.scheduler.redis.ear import Ear
from odapi_async.scheduler.redis.line import (
    BucketUnavailable,
    Dropped,
    Line,
    Lines,
    NoScriptError,
    RedisError,
    whole,
)

_log: Final = logging.getLogger(__name__)

_SCRIPT: Final = files(__package__).joinpath("reserve.lua").read_text("utf-8")
_MOST: Final = 64  # commands that travel together: enough to be cheap, and never long to pack and read

Numbers = tuple[int, ...]


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
    """One run of the script that somebody asked for."""

    key: str
    task: str
    numbers: Numbers
    future: asyncio.Future[Reply]
    undo: Callable[[Reply], None]


class Store:
    """Runs the script, for all buckets over one connection, and hears over another one.

    Whatever is ordered while a batch is under way travels with the next one: so the order stays, a single
    order goes at once, and many at once are cheap.

    Args:
        lines: makes connections.

    Attributes:
        asleep: by a lane's name in Redis, who wants to hear that its starts have been moved.
    """

    def __init__(self, lines: Lines) -> None:
        self.asleep: dict[str, Callable[[int], None]] = {}
        self._lines = lines
        self._orders: list[_Order] = []
        self._sender: asyncio.Task[None] | None = None
        self._line: Line | None = None
        self._sha = ""
        self._ear: Ear | None = None
        self._lost = False
        self._closed = False

    async def ear(self) -> Ear:
        """Return a subscription that is alive.

        Raises:
            BucketUnavailable: there is none to be had.
        """
        if self._ear and self._ear.alive:
            return self._ear
        ...
