"""Requests over the network: with `connector`, the only module that knows the HTTP client.

Two facts matter to every layer above and show only here: whether a request was *sent*, and that it was sent
*once*. The HTTP client by itself sends GET, PUT and DELETE again when a kept connection turns out to be
dropped, past any throttle. It does so for its own exceptions only, so a middleware wraps them before it can
see them.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl as tls
import warnings
import weakref
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from odapi_async._core.body import ACCEPTED, EncodingError, read_body
from odapi_async._core.connector import Connector, PublicAddressError
from odapi_async._core.network import Proxy
from odapi_async._core.transport import MAX_RESPONSE, Request, Response
from odapi_async._core.version import __version__
from odapi_async.errors import (
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    RequestTimeout,
    ResponseTooLarge,
    TransportError,
)

_MAX_ERROR: Final = 64 * 1024  # bytes of an error's body; the API's own are one sentence
_LOOKUP_ERRORS: Final = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.ETIMEDOUT})
_WANTS_CREDENTIALS: Final = HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
_AGENT: Final = f"odapi-async/{__version__}"


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


class AiohttpTransport:
    """Sends requests over one pool of connections, which is opened with the first request.

    Args:
        connect_timeout: seconds until a connection must be open.
        max_response: the most bytes of one response's body, decompressed.
        ssl: the TLS context; None for the certificates that the system trusts.
        proxy: the proxy of https requests; None for no proxy.
        resolver: resolves names; None for the system's.
    """

    def __init__(
        self,
        *,
        connect_timeout: float = 10.0,
        max_response: int = MAX_RESPONSE,
        ssl: tls.SSLContext | None = None,
        proxy: Proxy | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False
        self._connect_timeout = connect_timeout
        self._max_response = max_response
        self._ssl = ssl
        self._proxy = proxy
        self._resolver = resolver

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send one request exactly once, and return its response; see `Transport.send`."""
        if self._is_closed:  # a call that had its slot already
            raise ConnectFailed(request.method, request.path, "the client is closed")
        if self._session is None:
            self._session = self._open()
            weakref.finalize(self, _warn_unclosed, self._session)
        marker = _SendMarker(on_sent)
        failure: TransportError | ConfigurationError
        try:
            # not the HTTP client's own timeout: it takes a cancellation that comes with it for itself
            async with asyncio.timeout(request.timeout):
                response = await self._exchange(self._session, request, marker)
        except (_WrappedError, aiohttp.ClientError, OSError, EncodingError) as error:
            failure = self._failure(error, request, sent=marker.sent)
        except PublicAddressError as error:
            failure = _public_address(error)
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
        url = URL(request.url, encoded=True)
        proxied: dict[str, Any] = {}
        if self._proxy and self._proxy.is_for(url):
            proxied = {"proxy": self._proxy.url, "proxy_headers": self._proxy.headers()}
        async with session.request(
            request.method,
            url,
            data=request.body,
            headers={"Authorization": request.authorization},
            allow_redirects=False,
            trace_request_ctx=marker,
            **proxied,
        ) as response:
            body = await self._read(response)
            if body is None:
                response.close()
                return None
            return Response(response.status, response.headers, body)

    async def close(self) -> None:
        """Close all connections. Nothing is sent any more."""
        self._is_closed = True
        if self._session:
            await self._session.close()

    def _failure(
        self, error: Exception, request: Request, *, sent: bool
    ) -> TransportError | ConfigurationError:
        host = URL(request.url, encoded=True).authority
        proxy = self._proxy.url.authority if self._proxy else ""
        refusal = error.__cause__ if isinstance(error, _WrappedError) else error
        if isinstance(refusal, aiohttp.ClientHttpProxyError) and refusal.status == _WANTS_CREDENTIALS:
            # not a failed connection, which would be tried again: a proxy may lock an account
            return ConfigurationError(
                f"the proxy {proxy} does not accept its credentials, or wants some; nothing was sent; "
                "check proxy, which has to look like http://user:password@host:port"
            )
        return translate(error, request.method, request.path, sent=sent, host=host, proxy=proxy)

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
            connector=Connector(ssl=self._ssl, resolver=self._resolver),
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


def _warn_unclosed(session: aiohttp.ClientSession) -> None:
    """Warn once of a transport that was not closed; the HTTP client would warn of each of its parts."""
    if not session.closed:
        text = "unclosed OpenDental: use it inside `async with`, or call aclose()"
        warnings.warn(text, ResourceWarning, source=session, stacklevel=1)
        session.detach()


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
    error: Exception, method: str, path: str, *, sent: bool, host: str = "the server", proxy: str = ""
) -> TransportError:
    """Translate an exception of the HTTP client; its text is dropped, because it may quote the URL.

    Args:
        error: the exception.
        method: the HTTP method.
        path: the path below the base URL.
        sent: whether the request was sent.
        host: the host and its port, for the message.
        proxy: the host and the port of the proxy, if there is one.
    """
    cause = error.__cause__ if isinstance(error, _WrappedError) else error
    reason = " ".join(filter(None, [type(cause).__name__, _errno_name(cause)]))
    if not sent:
        return ConnectFailed(method, path, f"{reason}: {_advice(cause, host, proxy)}")
    if isinstance(cause, asyncio.TimeoutError):
        return RequestTimeout(method, path, reason)
    return ConnectionLost(method, path, reason)


def _public_address(error: PublicAddressError) -> ConfigurationError:
    return ConfigurationError(
        f"base_url is plain http to {error.host}, which is {error.address}, a public address: the keys would "
        "be sent unencrypted, so nothing was sent; use https, or a name or an address of the server inside "
        "its own network"
    )


def _os_error(error: BaseException | None) -> BaseException | None:
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error


def _errno_name(error: BaseException | None) -> str:
    """Return the name of an error by the system or by OpenSSL, such as ECONNREFUSED; empty if it has none."""
    cause = _os_error(error)
    if isinstance(cause, tls.SSLError):
        return cause.reason or ""
    if not isinstance(cause, OSError) or cause.errno is None:
        return ""
    names = _LOOKUP_ERRORS if isinstance(cause, socket.gaierror) else errno.errorcode
    return names.get(cause.errno, "")


def _advice(error: BaseException | None, host: str, proxy: str) -> str:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy {proxy} does not connect to {host} (status {error.status}); check its rules"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy {proxy} was not reached; check proxy, and this computer's network"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientConnectorCertificateError):
        host = f"{error.host}:{error.port}" if proxy else host  # of the proxy, or behind it
    elif proxy:
        host = f"{host} through the proxy {proxy}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return (
            f"this computer does not trust the certificate of {host}{_flaw(error)}; if a company's own CA "
            "has signed it, pass that CA: OpenDental(ssl=...)"
        )
    return _system_advice(error, host)


def _system_advice(error: BaseException | None, host: str) -> str:
    cause = _os_error(error)
    number = cause.errno if isinstance(cause, OSError) else None
    if number in {errno.EMFILE, errno.ENFILE}:
        return "no more files can be opened; close some, or raise the limit (ulimit -n)"
    if isinstance(cause, socket.gaierror) or isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the name of {host} was not found; check base_url and this computer's network"
    if number == errno.ECONNREFUSED:
        return f"nothing listens at {host}; check that its server runs, and base_url"
    if number in _NO_WAY or isinstance(cause, asyncio.TimeoutError):
        return f"{host} was not reached; check this computer's network, and base_url"
    return f"no connection to {host}"


def _flaw(error: aiohttp.ClientConnectorCertificateError) -> str:
    flaw = error.certificate_error
    return f" ({flaw.verify_message})" if isinstance(flaw, tls.SSLCertVerificationError) else ""
