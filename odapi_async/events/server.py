"""A small HTTP server for a receiver, for programs without a web framework."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from odapi_async.events.listening import Listener
from odapi_async.events.receiver import Receiver

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOG: Final = logging.getLogger("odapi_async.events")


class ReceiverServer:
    """Serves one receiver at one path, in `async with` or from `start` to `close`.

    It has no TLS: put a proxy in front of it, unless only this machine reaches it.

    Args:
        receiver: the receiver.
        host: the interface to listen on.
        port: the port; 0 takes a free one.
        path: the path of the URL. With and without a slash at its end is the same.
        shutdown_timeout: seconds for which `close` waits for requests that are being received. After that
            they are cancelled, and offices send these events again.
    """

    def __init__(
        self,
        receiver: Receiver,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        path: str = "/od",
        shutdown_timeout: float = 8.0,
    ) -> None:
        self._host, self._port, self._path = host, port, path
        self._timeout = shutdown_timeout
        self._requests = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._is_closing = False
        app = web.Application(middlewares=[self._guard])
        bare = path.rstrip("/")
        for each in {bare, f"{bare}/"} - {""}:  # an office follows no redirect from one to the other
            app.router.add_route("*", each, receiver.aiohttp)
        self._listener = Listener(app)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The URL on this machine, such as `http://127.0.0.1:8080/od`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}{self._path}"

    @property
    def port(self) -> int:
        """The port, once it listens."""
        return self._port

    async def start(self) -> None:
        """Start to listen.

        Raises:
            OSError: the port is taken, or this machine does not have that host.
        """
        self._port = await self._listener.start(self._host, self._port)

    async def close(self) -> None:
        """Accept no further connection, and end the requests. A second call does no harm."""
        self._is_closing = True
        try:
            await self._listener.stop()
            # its close would throw away the rest of a body
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timeout):
                    await self._is_idle.wait()
        finally:
            await self._listener.close()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._requests += 1
        self._is_idle.clear()
        try:
            response = await _respond(request, handler)
        finally:
            self._requests -= 1
            if not self._requests:
                self._is_idle.set()
        if self._is_closing:
            response.force_close()
        return response


async def _respond(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as refused:
        return web.Response(status=refused.status)
    except Exception as error:  # noqa: BLE001 - it is logged without the request, which has a key
        _LOG.error("a request was not received: %s", type(error).__name__)
        return web.Response(status=500)
