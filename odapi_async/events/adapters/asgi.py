"""The receiver as an ASGI app, for FastAPI, Starlette, Litestar, Quart and any ASGI server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import aclosing, suppress
from typing import Any

from odapi_async.events.adapters.protocol import Receive

Message = MutableMapping[str, Any]
App = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def asgi_app(receive_event: Receive) -> App:
    """Return an ASGI app that takes every path."""

    async def app(
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            await _respond(receive_event, scope, receive, send)
        else:
            raise ValueError("this app speaks HTTP alone")

    return app


async def _respond(
    receive_event: Receive,
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    body = _Body(receive)
    async with aclosing(body.chunks()) as chunks:
        response = await receive_event(
            _headers(scope["headers"]),
            chunks,
            method=scope["method"],
            query=scope.get("query_string", b"").decode("latin-1"),
        )
    if body.is_torn:
        return  # nobody listens
    length = ("Content-Length", str(len(response.body)))
    headers = [(name.lower().encode(), value.encode()) for name, value in (*response.headers.items(), length)]
    with suppress(OSError):  # the client is gone
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})


class _Body:
    """The body of one request; it is torn if the client closes the connection before its end."""

    def __init__(self, receive: Callable[[], Awaitable[Message]]) -> None:
        self._receive = receive
        self.is_torn = False

    async def chunks(self) -> AsyncGenerator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.is_torn = True
                raise ConnectionResetError
            yield message.get("body", b"")
            more = message.get("more_body", False)


async def _lifespan(
    receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name; several of one name are joined, so that two keys are none."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
