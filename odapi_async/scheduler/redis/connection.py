"""Connections to Redis: the only module that knows its client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

from odapi_async.errors import ConfigurationError, SchedulerError

try:
    from redis.asyncio import ConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Dropped
    from redis.exceptions import NoScriptError, RedisError
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "RedisBuckets needs the Redis client: pip install 'odapi-async[redis]'", name=missing.name
    ) from missing

__all__ = [
    "BucketUnavailable",
    "Dropped",
    "Line",
    "Lines",
    "NoScriptError",
    "RedisError",
    "lines_to",
    "whole",
]


class BucketUnavailable(SchedulerError):  # noqa: N818 - named after what happened, as in `errors`
    """Redis, which holds the shared pace, does not answer, and `when_away` says to fail. Nothing was sent.

    Attributes:
        reason: what the Redis client says of the failure; no part of the URL but host and port, or path.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Redis, which holds the pace that processes share, does not answer ({reason}); "
            "bring it back, or let RedisBuckets go on alone with when_away=0.25"
        )
        self.reason = reason


class Line(Protocol):
    """What is used of one connection of the client."""

    async def connect(self) -> None:
        """Connect and authenticate."""
        ...

    async def disconnect(self, *, nowait: bool = False) -> None:
        """Close the connection."""
        ...

    def pack_commands(self, commands: Iterable[Iterable[str | int]]) -> list[bytes]:
        """Encode commands."""
        ...

    async def send_packed_command(self, command: list[bytes]) -> None:
        """Write encoded commands."""
        ...

    async def send_command(self, *arguments: str) -> None:
        """Encode and write one command."""
        ...

    async def read_response(self, *, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - the client's name
        """Read one reply; None when the seconds given here are over."""
        ...


Lines = Callable[[], Line]


class LateAnswerError(RedisError):
    """Redis took longer than it may."""


def lines_to(url: str) -> Lines:
    """Return what makes connections. None is open yet.

    Args:
        url: the server, as the client understands it.

    Raises:
        ConfigurationError: the URL is not one of a Redis server.
    """
    # What may be asked twice, and how long an answer may take, is known to those who ask.
    waits = {"retry": Retry(NoBackoff(), 0), "socket_timeout": None, "socket_connect_timeout": None}
    try:
        pool = cast("Any", ConnectionPool).from_url(url, protocol=2, **waits)  # its options have no types
    except ValueError:
        # the client's own words may quote the URL, and with it a password
        raise ConfigurationError(
            "the URL has to look like redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket"
        ) from None
    return cast("Lines", pool.make_connection)


@asynccontextmanager
async def whole(line: Line, seconds: float) -> AsyncGenerator[None]:
    """Close the connection unless the block comes to its end in time: nobody knows where its replies stand.

    Raises:
        LateAnswerError: it takes too many seconds.
    """
    done = False
    try:
        async with asyncio.timeout(seconds):
            yield
        done = True
    except TimeoutError:
        raise LateAnswerError(f"no answer within {seconds:g} s") from None
    finally:
        if not done:
            await line.disconnect(nowait=True)
