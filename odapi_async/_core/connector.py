"""The pool of connections: which kept ones are used again, and which addresses may be connected to.

Only public names of the HTTP client are used.
"""

from __future__ import annotations

import errno
import select
import socket
from contextlib import suppress
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any, Final, Protocol
from weakref import WeakSet

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from odapi_async._core.credentials import is_private_address


class _HasFileno(Protocol):
    """What can be polled."""

    def fileno(self) -> int:
        """Return the number of its file."""
        ...


class PublicAddressError(Exception):
    """The host of a plain http URL has no address but public ones. Nothing was sent.

    Attributes:
        host: the host.
        address: one of its addresses.
    """

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, address)
        self.host = host
        self.address = address


class _PlainAttempt:
    """The addresses that one attempt to connect without TLS has met."""

    __slots__ = ("has_private", "refused")

    def __init__(self) -> None:
        self.has_private = False
        self.refused: str | None = None

    def check(self, address: str) -> None:
        """Refuse a public address."""
        if is_private_address(address):
            self.has_private = True
            return
        self.refused = address
        raise OSError(errno.EACCES, "a public address without TLS")


_PLAIN: Final[ContextVar[_PlainAttempt | None]] = ContextVar("odapi_plain_attempt", default=None)


class Connector(aiohttp.TCPConnector):
    """A pool of connections.

    It gives up a kept connection on which something has come that nobody asked for: it would be taken for the
    response to the next request. And it opens connections without TLS to private addresses only, whatever
    the names in URLs are resolved to: the check is made for each address, right before the connection.

    Args:
        ssl: the TLS context; None for the certificates that the system trusts.
        resolver: resolves names; None for the system's.
    """

    def __init__(self, *, ssl: SSLContext | None = None, resolver: AbstractResolver | None = None) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - of the HTTP client
            limit=0, ssl=True if ssl is None else ssl, resolver=resolver, socket_factory=_open_socket
        )
        self._kept = WeakSet[ResponseHandler]()

    def __del__(self, _: object = None, /) -> None:
        """Close what is left open, without the HTTP client's warning: the transport has its own."""
        for protocol in self._kept:
            with suppress(RuntimeError):  # the event loop is closed
                protocol.close()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the HTTP client's name
    ) -> Connection:
        """Return a kept connection that is still quiet, or a new one.

        Raises:
            PublicAddressError: it is a plain http request, and the host has only public addresses.
        """
        if req.url.scheme == "https":
            return await self._connect(req, traces, timeout)
        attempt = _PlainAttempt()
        token = _PLAIN.set(attempt)
        try:
            return await self._connect(req, traces, timeout)
        except OSError:
            if attempt.refused is None or attempt.has_private:
                raise
        finally:
            _PLAIN.reset(token)
        raise PublicAddressError(req.url.host or "", attempt.refused)

    async def _connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the HTTP client's name
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None or protocol not in self._kept:
                if protocol is not None:
                    self._kept.add(protocol)
                return connection
            if not protocol.should_close and not _has_unread_data(connection):
                return connection
            connection.close()


def _open_socket(address: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
    family, kind, protocol, _, target = address
    attempt = _PLAIN.get()
    if attempt is not None:
        attempt.check(str(target[0]))
    return socket.socket(family, kind, protocol)


def _has_unread_data(connection: Connection) -> bool:
    """Return whether something has arrived that the event loop has not read yet, be it the end."""
    transport = connection.transport
    pollable: _HasFileno | None = transport.get_extra_info("socket") if transport else None
    if pollable is None:
        return False
    if not hasattr(select, "poll"):  # pragma: no cover - on Windows, where select takes any number
        return bool(select.select([pollable], [], [], 0)[0])
    poll = select.poll()
    poll.register(pollable, select.POLLIN)
    return bool(poll.poll(0))
