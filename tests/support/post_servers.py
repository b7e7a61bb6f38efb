"""Real servers with a receiver, on the loopback interface, and a client that is nothing but a socket."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final, NamedTuple

import uvicorn
from aiohttp import web
from fastapi import FastAPI

from odapi_async.events import Receiver

_URLS: Final = "tests_support_post_urls"


class Answer(NamedTuple):
    """A response as it stood on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """A connection of an office."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, *pieces: bytes, wait: float = 0.0) -> None:
        """Send pieces, each on its own."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(wait)

    async def answer(self) -> Answer:
        """Return the next response."""
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        pairs = (line.partition(":") for line in lines[1:] if line)
        found = {name.lower(): value.strip() for name, _, value in pairs}
        body = await self._reader.readexactly(int(found.get("content-length", "0")))
        return Answer(int(lines[0].split()[1]), found, body)

    def abort(self) -> None:
        """Be gone without a word."""
        self._writer.transport.abort()


@asynccontextmanager
async def line_to(port: int) -> AsyncGenerator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


Serve = Callable[[Receiver], AbstractAsyncContextManager[int]]


@asynccontextmanager
async def serve_aiohttp(receiver: Receiver) -> AsyncGenerator[int]:
    app = web.Application()
    app.router.add_route("*", "/od", receiver.aiohttp)
    # it reads what is left of a body, also if nobody sends it any more
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, lingering_time=0.05)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _uvicorn(app: Any) -> AsyncGenerator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, access_log=False, log_config=None, timeout_graceful_shutdown=1)
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        try:
            yield listener.getsockname()[1]
        finally:
            await server.shutdown(sockets=[listener])


def serve_uvicorn(receiver: Receiver) -> AbstractAsyncContextManager[int]:
    return _uvicorn(receiver.asgi)


def serve_fastapi(receiver: Receiver) -> AbstractAsyncContextManager[int]:
    app = FastAPI()
    app.mount("/", receiver.asgi)
    return _uvicorn(app)


def serve_django(receiver: Receiver) -> AbstractAsyncContextManager[int]:
    # it has no types
    settings: Any = import_module("django.conf").settings
    urls: Any = import_module("django.urls")
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["127.0.0.1"],
            LOGGING_CONFIG=None,
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
            ROOT_URLCONF=_URLS,
            SECRET_KEY="of tests",
        )
    ours: Any = ModuleType(_URLS)
    ours.urlpatterns = [urls.path("od", receiver.django)]
    sys.modules[_URLS] = ours
    urls.clear_url_caches()
    return _uvicorn(import_module("django.core.handlers.asgi").ASGIHandler())


SERVERS: Final[dict[str, Serve]] = {
    "aiohttp": serve_aiohttp,
    "uvicorn": serve_uvicorn,
    "fastapi": serve_fastapi,
    "django": serve_django,
}
