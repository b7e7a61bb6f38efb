"""Connections to Redis: the only module that knows the Redis client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qs, urlsplit

from odapi_async.errors import ConfigurationError, SchedulerError

try:
    from redis.asyncio import ConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Dropped
    from redis.exceptions import NoScriptError, RedisError, ResponseError
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "RedisBuckets needs the Redis client: pip install 'odapi-async[redis]'", name=missing.name
    ) from missing

__all__ = [
    "BucketUnavailable",
    "ConnectionFactory",
    "Dropped",
    "NoScriptError",
    "RedisConnection",
    "RedisError",
    "ResponseError",
    "close_on_error",
    "connections_to",
]


class BucketUnavailable(SchedulerError):  # noqa: N818 - named after what happened, as in `errors`
    """Redis, which holds the shared pace, does not answer, and `on_unavailable` is "fail". Nothing was sent.

    Attributes:
        reason: the Redis client's description of the failure; of the URL it has host and port, or the path.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Redis, which holds the pace that processes share, does not answer ({reason}); "
            "start it, or let RedisBuckets continue without it: on_unavailable=0.25"
        )
        self.reason = reason


class RedisConnection(Protocol):
    """The part of the Redis client's connection that is used here."""

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
        """Read one reply; return None after `timeout` seconds without one."""
        ...


ConnectionFactory = Callable[[], RedisConnection]

_OPTIONS: Final = (
    *("db", "username", "password", "client_name", "socket_keepalive"),
    *("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"),
)


class ResponseTimeoutError(RedisError):
    """Redis did not answer in time."""


def connections_to(url: str) -> ConnectionFactory:
    """Return a factory of connections. Nothing is opened yet.

    Args:
        url: the server, as the Redis client understands it.

    Raises:
        ConfigurationError: the URL is not that of a Redis server.
    """
    pool = _pool(url)
    del url  # error reporters send local variables
    if isinstance(pool, ConfigurationError):
        raise pool
    return cast("ConnectionFactory", pool.make_connection)


def _pool(url: str) -> Any:
    """Return a pool, or what is wrong with the URL: an error that is raised here would hold the password."""
    # retries and timeouts are decided by ScriptClient
    waits = {"retry": Retry(NoBackoff(), 0), "socket_timeout": None, "socket_connect_timeout": None}
    try:
        if not _has_known_options(url):  # without its name: it may be a part of the password
            return ConfigurationError(
                f"the URL of Redis must not have other options than {', '.join(_OPTIONS)}; "
                "if a ? belongs to the password, write it as %3F"
            )
        pool = cast("Any", ConnectionPool).from_url(url, protocol=2, **waits)  # its options have no types
        pool.make_connection()  # refuses what cannot be used; it opens nothing
    except (ValueError, TypeError, RedisError):
        # the client's own message may quote the URL, and with it a password
        return ConfigurationError(
            "the URL has to look like redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket, "
            "and options that begin with ssl_ are for rediss:// alone"
        )
    return pool


def _has_known_options(url: str) -> bool:
    """Return whether no option changes what Redis answers, such as decode_responses."""
    return parse_qs(urlsplit(url).query, keep_blank_values=True).keys() <= {*_OPTIONS}


@asynccontextmanager
async def close_on_error(connection: RedisConnection, seconds: float) -> AsyncGenerator[None]:
    """Close the connection if the block fails or is not done in time: its replies would be out of step.

    Raises:
        ResponseTimeoutError: it takes too many seconds.
    """
    done = False
    try:
        async with asyncio.timeout(seconds):
            yield
        done = True
    except TimeoutError:
        raise ResponseTimeoutError(f"no answer within {seconds:g} s") from None
    finally:
        if not done:
            await connection.disconnect(nowait=True)
