"""The receiver as an asynchronous view of Django."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from importlib import import_module
from typing import Any

from odapi_async.events.adapters.protocol import Receive

_CHUNK = 1 << 16


def django_view(receive_event: Receive) -> Callable[[Any], Awaitable[Any]]:
    """Return a view for `path`. DATA_UPLOAD_MAX_MEMORY_SIZE is not its limit."""
    respond: Any = import_module("django.http").HttpResponse  # Django has no types

    async def view(request: Any) -> Any:
        async with aclosing(_chunks(request)) as chunks:
            response = await receive_event(
                {name.lower(): value for name, value in request.headers.items()},
                chunks,
                method=request.method,
                query=request.META.get("QUERY_STRING", ""),
            )
        headers = {**dict(response.headers), "Content-Length": str(len(response.body))}
        return respond(response.body, status=response.status, headers=headers)

    view.csrf_exempt = True  # type: ignore[attr-defined] # a browser has nothing to do with it
    return view


async def _chunks(request: Any) -> AsyncGenerator[bytes]:
    # Django has received the whole body already, into memory or a file
    while chunk := request.read(_CHUNK):
        yield chunk
