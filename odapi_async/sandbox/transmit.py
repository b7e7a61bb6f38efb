"""From an answer to HTTP, whole or damaged."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from odapi_async.sandbox.answers import Answer
from odapi_async.sandbox.faults import FaultKind

_JSON: Final = "application/json"
_DROPPED: Final = frozenset({FaultKind.DROP, FaultKind.DROP_AFTER})
_NO_JSON: Final = b"<html><body>An unexpected page.</body></html>"


class _Dropped(web.Response):
    """A response of which nothing is sent; the server closes the connection instead."""

    async def prepare(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - the base class's signature
    ) -> AbstractStreamWriter | None:
        """End the connection.

        Raises:
            ConnectionResetError: always; the server takes it as a connection that is gone.
        """
        raise ConnectionResetError("dropped on demand")


def plain(answer: Answer) -> web.Response:
    """Return the answer as a response."""
    content_type = _JSON if answer.body else None
    return web.Response(
        status=answer.status, body=answer.body, headers=answer.headers, content_type=content_type
    )


async def damaged(request: web.Request, answer: Answer, kind: FaultKind | None) -> web.StreamResponse:
    """Return the answer as a response with the damage that a fault of this kind does on the way."""
    if kind in _DROPPED:
        return _Dropped()
    if kind is FaultKind.GARBAGE:
        return plain(Answer(200, _NO_JSON))
    if kind is FaultKind.TORN:
        return await _torn(request, answer)
    return plain(answer)


async def _torn(request: web.Request, answer: Answer) -> web.StreamResponse:
    body = answer.body or b"[]"
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = _JSON
    response.content_length = len(body)
    response.force_close()
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return response
