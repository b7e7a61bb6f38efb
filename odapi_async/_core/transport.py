"""Requests out, answers in: the only module that knows the HTTP client.

Two things matter to everyone above and only show here: whether a request has *left*, and that it leaves
*once*. The client by itself sends GET, PUT and DELETE again when a kept connection turns out to be dropped,
past any throttle. It does so for its own exceptions only; so a middleware turns those into ours before it can
see them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Final, NamedTuple

import aiohttp
from yarl import URL

from odapi_async._version import __version__
from odapi_async.errors import ConnectFailed, ConnectionLost, RequestTimeout, TransportError

_AGENT: Final = f"odapi-async/{__version__}"


class Request(NamedTuple):
    """One request, ready to be sent.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, for errors.
        url: the whole URL, percent-encoded.
        authorization: the header that carries the keys.
        body: JSON, or None.
        timeout: seconds until a whole answer must be there.
    """

    method: str
    path: str
    url: str
    authorization: str
    body: bytes | None
    timeout: float

    def __repr__(self) -> str:
        """Leave out the keys and the query."""
        return f"Request({self.method} {self.path})"


class Reply(NamedTuple):
    """One whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Leave out the body."""
        return f"Reply({self.status}, {len(self.body)} bytes)"


class _Departure:
    """Notes whether a request has left, and tells who wants to know when."""

    __slots__ = ("_on_sent", "sent")

    def __init__(self, on_sent: Callable[[], object]) -> None:
        self._on_sent = on_sent
        self.sent = False

    def mark(self) -> None:
        self.sent = True
        self._on_sent()


class Transport:
    """Sends requests over one pool of connections, which is opened with the first one.

    Args:
        connect_timeout: seconds until a connection must be open.
    """

    def __init__(self, *, connect_timeout: float = 10.0) -> None:
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Reply:
        """Send one request once and read its answer, whatever its status.

        Args:
            request: what to send.
            on_sent: called at the moment when the request leaves on an open connection.

        Raises:
            ConnectFailed: it never left.
            ConnectionLost: it left, and the connection broke.
            RequestTimeout: it left, and there was no whole answer in time.
        """
        if self._session is None:
            self._session = self._open()
        departure = _Departure(on_sent)
        headers = {"Authorization": request.authorization}
        timeout = aiohttp.ClientTimeout(total=request.timeout, connect=self._connect_timeout)
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                trace_request_ctx=departure,
            ) as response:
                return Reply(response.status, response.headers, await response.read())
        except (_Failed, aiohttp.ClientError, OSError) as error:
            raise translate(error, request.method, request.path, sent=departure.sent) from None

    async def close(self) -> None:
        """Close all connections."""
        if self._session:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_headers_sent)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT, "Content-Type": "application/json"},  # of reads, too
            trace_configs=[trace],
            middlewares=(_once,),
        )


class _Failed(Exception):  # noqa: N818 - never seen outside this module
    """Carries an exception of the client past the client's own second sending."""


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await send(request)
    except (aiohttp.ClientError, OSError) as error:
        raise _Failed from error


async def _headers_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _: aiohttp.TraceRequestHeadersSentParams
) -> None:
    departure: _Departure = context.trace_request_ctx
    departure.mark()


def translate(error: Exception, method: str, path: str, *, sent: bool) -> TransportError:
    """Turn an exception of the client into ours; its own text stays behind, because it may quote the URL."""
    cause = error.__cause__ if isinstance(error, _Failed) else error
    reason = type(cause).__name__
    if not sent:
        return ConnectFailed(method, path, reason)
    if isinstance(cause, asyncio.TimeoutError):
        return RequestTimeout(method, path, reason)
    return ConnectionLost(method, path, reason)
