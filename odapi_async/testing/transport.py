"""A transport that sends requests to a sandbox in this process, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from multidict import CIMultiDict, CIMultiDictProxy

from odapi_async import Request, Response
from odapi_async.errors import ConnectFailed, ConnectionLost, RequestTimeout
from odapi_async.sandbox import Sandbox, SandboxRequest

_BASE_PATH: Final = "/api/v1"
_NOW: Final = 0.0  # of an event loop's time: long past


class SandboxTransport:
    """A `Transport` for `OpenDental(transport=...)` that has its requests answered by a sandbox.

    Nothing but the event loop's timers is involved, so it also works in virtual time. It serves every base
    URL: the sandbox has to be neither started nor closed. Faults of the sandbox raise the same exceptions as
    over a network.

    Args:
        sandbox: what responds to the requests.

    Attributes:
        refuse_connections: while it is true, no request is sent, and `ConnectFailed` is raised instead, as if
            nothing listened at the other end.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.refuse_connections = False
        self._sandbox = sandbox
        self._in_flight: set[asyncio.Timeout] = set()
        self._closed = False

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send one request exactly once, and return its response whatever the status; see `Transport.send`.

        Args:
            request: what to send.
            on_sent: called once, when the request reaches the sandbox.

        Raises:
            ConnectFailed: the transport is closed, or refuses connections.
            ConnectionLost: a fault closed the connection before the whole response arrived, or the transport
                was closed meanwhile.
            RequestTimeout: the response did not arrive within `request.timeout` seconds.
        """
        await asyncio.sleep(0)  # as with a network, other tasks run meanwhile
        if self._closed or self.refuse_connections:
            raise ConnectFailed(request.method, request.path, "connection refused")
        on_sent()
        limit = asyncio.timeout(request.timeout)
        try:
            async with limit:
                self._in_flight.add(limit)
                await asyncio.sleep(0)
                response = await self._sandbox.respond(_plain(request))
        except TimeoutError:
            raise self._interruption(request) from None
        finally:
            self._in_flight.discard(limit)
        if response.damage is not None:
            raise ConnectionLost(request.method, request.path, response.damage)
        return Response(response.status, CIMultiDictProxy(CIMultiDict(response.headers)), response.body)

    def _interruption(self, request: Request) -> ConnectionLost | RequestTimeout:
        if self._closed:
            return ConnectionLost(request.method, request.path, "transport closed")
        return RequestTimeout(request.method, request.path, "timeout")

    async def close(self) -> None:
        """Break the connections of all requests in flight. A second call does no harm."""
        self._closed = True
        for limit in self._in_flight:
            if not limit.expired():
                limit.reschedule(_NOW)


def _plain(request: Request) -> SandboxRequest:
    """Return a request as the sandbox's values, with the headers that an HTTP client adds."""
    url = urlsplit(request.url)
    query: dict[str, str] = {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        query.setdefault(name, value)
    body = request.body or b""
    return SandboxRequest(
        method=request.method,
        path=unquote(url.path.partition(_BASE_PATH)[2]),
        query=query,
        headers={
            "Authorization": request.authorization,
            "Content-Type": "application/json",
            "Content-Length": f"{len(body)}",
        },
        body=body,
    )
