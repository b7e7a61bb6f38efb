"""The receiver as a handler of aiohttp's server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from odapi_async.events.adapters.protocol import Receive

_CHUNK = 1 << 16


def aiohttp_handler(receive_event: Receive) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler for `router.add_post`. The limit of the app's own bodies is not its limit."""

    async def handle(request: web.Request) -> web.Response:
        response = await receive_event(
            _headers(request),
            request.content.iter_chunked(_CHUNK),
            method=request.method,
            query=request.rel_url.raw_query_string,
        )
        return web.Response(status=response.status, body=response.body, headers=response.headers)

    return handle


def _headers(request: web.Request) -> dict[str, str]:
    """Return headers by name; several of one name are joined, so that two keys are none."""
    return {name.lower(): ", ".join(request.headers.getall(name)) for name in request.headers}
