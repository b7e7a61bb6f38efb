"""The sandbox over HTTP: a thin aiohttp server around a function that responds to plain values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, Protocol, cast

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from odapi_async.sandbox import control
from odapi_async.sandbox.messages import (
    JSON,
    MAX_BODY_BYTES,
    TOO_LONG,
    BodyReader,
    Damage,
    Refusal,
    SandboxRequest,
    SandboxResponse,
)

_SHUTDOWN: Final = 0.1
_ACCEPTING: Final = 3  # turns of the loop from an accepted socket to its connection
_LINGER: Final = 1.0  # seconds; a client that still sends its body shall be able to read its refusal


class Served(control.Controlled, Protocol):
    """What the HTTP server needs of a sandbox."""

    async def respond(self, request: SandboxRequest, read_body: BodyReader | None = None) -> SandboxResponse:
        """Return the response to a request."""
        ...


class HttpServer:
    """Serves a sandbox on one port.

    Args:
        sandbox: what responds to the requests.
        base_path: the path of the API.
        control_token: what requests to the control paths must carry; None requires nothing.
    """

    def __init__(self, sandbox: Served, base_path: str, control_token: str | None = None) -> None:
        self._sandbox = sandbox
        self._base_path = base_path
        self._listener: asyncio.Server | None = None
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        control.add_routes(app, sandbox, control_token)
        app.router.add_route(
            "*", f"{base_path}/{{path:.*}}", self._handle, expect_handler=_continue_only_to_read
        )
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_SHUTDOWN,
            lingering_time=_LINGER,
            auto_decompress=False,  # a small body could become huge; the API knows no compressed ones
        )

    async def start(self, host: str, port: int) -> int:
        """Start to listen, and return the port; port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        await self._runner.setup()
        connect = cast("Callable[[], asyncio.Protocol]", self._runner.server)  # it is set up
        try:
            self._listener = await asyncio.get_running_loop().create_server(connect, host, port)
        except OSError:
            await self._runner.cleanup()
            raise
        bound: int = self._listener.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop to listen, and cancel the requests in flight."""
        listener, self._listener = self._listener, None
        if listener is not None:
            await _accept_no_more(listener)
            listener.close()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        plain = SandboxRequest(
            method=request.method,
            path=request.path.removeprefix(self._base_path),
            query=dict(request.query),
            headers=request.headers,
        )

        async def read_body() -> bytes:
            return await _body_of(request)

        response = await _send(request, await self._sandbox.respond(plain, read_body))
        if request.can_read_body:  # the request was refused by its headers alone
            response.force_close()
        return response


async def _accept_no_more(listener: asyncio.Server) -> None:
    """Let the connections that were accepted just now be made: closing the listener would forget them."""
    loop = asyncio.get_running_loop()
    for each in listener.sockets:
        with suppress(NotImplementedError):  # Windows' event loop has no readers
            loop.remove_reader(each.fileno())
    for _ in range(_ACCEPTING):
        await asyncio.sleep(0)


async def _continue_only_to_read(_: web.Request) -> None:
    """Do not send 100 Continue yet: the keys are checked first."""


async def _body_of(request: web.Request) -> bytes:
    if not request.can_read_body:
        return b""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Refusal(400, TOO_LONG)
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # no byte of the response was sent yet
    try:
        return await request.read()  # in chunks, up to the size that the application allows
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(400, TOO_LONG) from None


class _Dropped(web.Response):
    """A response of which nothing is sent; the server closes the connection instead."""

    async def prepare(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - the base class's signature
    ) -> AbstractStreamWriter | None:
        """Close the connection.

        Raises:
            ConnectionResetError: always; the server handles it as a closed connection.
        """
        raise ConnectionResetError("dropped on demand")


async def _send(request: web.Request, response: SandboxResponse) -> web.StreamResponse:
    if response.damage is Damage.DROPPED:
        return _Dropped()
    if response.damage is Damage.TORN:
        return await _send_half(request, response.status, response.headers, response.body or b"[]")
    return web.Response(status=response.status, body=response.body, headers=response.headers)


async def _send_half(
    request: web.Request, status: int, headers: Mapping[str, str], body: bytes
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = JSON
    response.content_length = len(body)
    response.force_close()
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return response
