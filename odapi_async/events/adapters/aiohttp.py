"""The receiver as a handler of aiohttp's server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from odapi_async.events.reply import Receive

_CHUNK = 1 << 16


def aiohttp_handler(receive_event: Receive) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler for `router.add_post`. The limit of the app's own bodies is not its limit."""

    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): ", ".join(request.headers.getall(name)) for name in request.headers}
        try:
            reply = await receive_event(
                headers,
                request.content.iter_chunked(_CHUNK),
                method=request.method,
                query=request.rel_url.raw_query_string,
            )
        except (ConnectionError, web.RequestPayloadError):
            return web.Response(status=HTTPStatus.BAD_REQUEST)  # for a client that is gone
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)

    return handle
