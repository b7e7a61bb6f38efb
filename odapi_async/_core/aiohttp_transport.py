"""Requests over the network: the only module that knows the HTTP client.

Two facts matter to every layer above and show only here: whether a request was *sent*, and that it was sent
*once*. The HTTP client by itself sends GET, PUT and DELETE again when a kept connection turns out to be
dropped, past any throttle. It does so for its own exceptions only, so a middleware wraps them before it can
see them.
"""

from __future__ import annotations

import asyncio
import errno
import select
import socket
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final, Protocol
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from odapi_async._core.body import ACCEPTED, EncodingError, read_body
from odapi_async._core.transport import MAX_RESPONSE, Request, Response
from odapi_async._core.version import __version__
from odapi_async.errors import (
    ConnectFailed,
    ConnectionLost,
    RequestTimeout,
    ResponseTooLarge,
    TransportError,
)

_MAX_ERROR: Final = 64 * 1024  # bytes of an error's body; the API's own are one sentence
_LOOKUP_ERRORS: Final = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.ETIMEDOUT})
_AGENT: Final = f"odapi-async/{__version__}"


class _HasFileno(Protocol):
    """What can be polled."""

    def fileno(self) -> int:
        """Return the number of its file."""
        ...


class _SendMarker:
    """Records whether a request was sent, and reports when."""

    __slots__ = ("_on_sent", "sent")

    def __init__(self, on_sent: Callable[[], object]) -> None:
        self._on_sent = on_sent
        self.sent = False

    def mark(self) -> None:
        self.sent = True
        self._on_sent()

    def __deepcopy__(self, _: object) -> _SendMarker:
        return self  # aioresponses copies the arguments of every request, and would copy scheduler and loop


class _Connector(aiohttp.TCPConnector):
    """A pool that gives up a kept connection on which something has come that nobody asked for.

    It would be taken for the response to the next request. Only public names of the HTTP client are used.
    """

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)  # pyright: ignore[reportUnknownMemberType] - of the HTTP client
        self._kept = WeakSet[ResponseHandler]()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the HTTP client's name
    ) -> Connection:
        """Return a kept connection that is still quiet, or a new one."""
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


class AiohttpTransport:
    """Sends requests over one pool of connections, which is opened with the first request.

    Args:
        connect_timeout: seconds until a connection must be open.
        max_response: the most bytes of one response's body, decompressed.
    """

    def __init__(self, *, connect_timeout: float = 10.0, max_response: int = MAX_RESPONSE) -> None:
        self._connect_timeout = connect_timeout
        self._max_response = max_response
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send one request exactly once, and return its response; see `Transport.send`."""
        if self._session is None:
            self._session = self._open()
        marker = _SendMarker(on_sent)
        try:
            # not the HTTP client's own timeout: it takes a cancellation that comes with it for itself
            async with asyncio.timeout(request.timeout):
                response = await self._exchange(self._session, request, marker)
        except (_WrappedError, aiohttp.ClientError, OSError, EncodingError) as error:
            host = URL(request.url, encoded=True).authority
            failure: TransportError = translate(
                error, request.method, request.path, sent=marker.sent, host=host
            )
        except asyncio.CancelledError as error:
            error.__context__ = None
            raise error.with_traceback(None) from None  # frames of the HTTP client hold the header
        else:
            if response is not None:
                return response
            failure = ResponseTooLarge(request.method, request.path, self._max_response)
        raise failure  # not inside the handler: the error would keep what it translates

    async def _exchange(
        self, session: aiohttp.ClientSession, request: Request, marker: _SendMarker
    ) -> Response | None:
        """Return the response; None if it is too large."""
        async with session.request(
            request.method,
            URL(request.url, encoded=True),
            data=request.body,
            headers={"Authorization": request.authorization},
            allow_redirects=False,
            trace_request_ctx=marker,
        ) as response:
            body = await self._read(response)
            if body is None:
                response.close()
                return None
            return Response(response.status, response.headers, body)

    async def close(self) -> None:
        """Close all connections."""
        if self._session:
            await self._session.close()

    async def _read(self, response: aiohttp.ClientResponse) -> bytes | None:
        encoding = response.headers.get("Content-Encoding", "")
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            try:
                return await read_body(response.content, encoding, _MAX_ERROR, cut=True)
            except EncodingError:
                return b""  # the status says enough
        if (response.content_length or 0) > self._max_response:
            return None
        return await read_body(response.content, encoding, self._max_response)

    def _open(self) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_headers_sent)
        return aiohttp.ClientSession(
            connector=_Connector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": _AGENT,
                "Accept-Encoding": ACCEPTED,
                "Content-Type": "application/json",  # of reads, too
            },
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_timeout),
            trace_configs=[trace],
            middlewares=(_no_resend,),
        )


class _WrappedError(Exception):
    """Carries an exception of the HTTP client past the client's own resending."""


async def _no_resend(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    try:
        return await send(request)
    except (aiohttp.ClientError, OSError) as error:
        raise _WrappedError from error


async def _headers_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _: aiohttp.TraceRequestHeadersSentParams
) -> None:
    marker: _SendMarker = context.trace_request_ctx
    marker.mark()


def translate(
    error: Exception, method: str, path: str, *, sent: bool, host: str = "the server"
) -> TransportError:
    """Translate an exception of the HTTP client; its text is dropped, because it may quote the URL.

    Args:
        error: the exception.
        method: the HTTP method.
        path: the path below the base URL.
        sent: whether the request was sent.
        host: the host and its port, for the message.
    """
    cause = error.__cause__ if isinstance(error, _WrappedError) else error
    reason = " ".join(filter(None, [type(cause).__name__, _errno_name(cause)]))
    if not sent:
        return ConnectFailed(method, path, f"{reason}: {_advice(cause, host)}")
    if isinstance(cause, asyncio.TimeoutError):
        return RequestTimeout(method, path, reason)
    return ConnectionLost(method, path, reason)


def _os_error(error: BaseException | None) -> BaseException | None:
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error


def _errno_name(error: BaseException | None) -> str:
    """Return the system's name of an error, such as ECONNREFUSED; empty if it has none."""
    cause = _os_error(error)
    if not isinstance(cause, OSError) or cause.errno is None:
        return ""
    names = _LOOKUP_ERRORS if isinstance(cause, socket.gaierror) else errno.errorcode
    return names.get(cause.errno, "")


def _advice(error: BaseException | None, host: str) -> str:
    cause = _os_error(error)
    number = cause.errno if isinstance(cause, OSError) else None
    if isinstance(cause, socket.gaierror) or isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the name of {host} was not found; check base_url and this computer's network"
    if number == errno.ECONNREFUSED:
        return f"nothing listens at {host}; check that its server runs, and base_url"
    if number in {errno.EMFILE, errno.ENFILE}:
        return "no more files can be opened; close some, or raise the limit (ulimit -n)"
    if number in _NO_WAY or isinstance(cause, asyncio.TimeoutError):
        return f"{host} was not reached; check this computer's network, and base_url"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"this computer does not trust the certificate of {host}"
    return f"no connection to {host}"
