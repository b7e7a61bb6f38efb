"""Paths that control a sandbox in another process: counts, reset, faults."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import msgspec
from aiohttp import web

from odapi_async.sandbox.faults import Fault
from odapi_async.sandbox.options import FaultOptions
from odapi_async.sandbox.throttle import KeyStats


class Controlled(Protocol):
    """What these paths need of a sandbox."""

    @property
    def keys(self) -> list[str]:
        """The customer keys of the offices."""
        ...

    def stats(self, customer_key: str) -> KeyStats:
        """Return what was counted for a key."""
        ...

    def reset_stats(self) -> None:
        """Set the counts to zero."""
        ...

    def reset(self) -> None:
        """Return to the start."""
        ...

    def add_fault(self, fault: Fault) -> None:
        """Add a fault."""
        ...

    def clear_faults(self) -> None:
        """Remove all faults."""
        ...


def add_routes(app: web.Application, sandbox: Controlled) -> None:
    """Add the paths below /sandbox.

    GET stats returns the counts by customer key, and DELETE stats sets them to zero. POST faults adds the
    fault in its body, and DELETE faults removes all. POST reset returns everything to the start.
    """

    async def stats(_: web.Request) -> web.Response:
        found = {key: dataclasses.asdict(sandbox.stats(key)) for key in sandbox.keys}
        return web.Response(body=msgspec.json.encode(found), content_type="application/json")

    async def reset_stats(_: web.Request) -> web.Response:
        sandbox.reset_stats()
        return web.Response()

    async def reset(_: web.Request) -> web.Response:
        sandbox.reset()
        return web.Response()

    async def add(request: web.Request) -> web.Response:
        try:
            sandbox.add_fault(msgspec.json.decode(await request.read(), type=FaultOptions).fault())
        except msgspec.DecodeError as error:
            return web.Response(status=400, text=str(error))
        return web.Response()

    async def clear(_: web.Request) -> web.Response:
        sandbox.clear_faults()
        return web.Response()

    app.router.add_get("/sandbox/stats", stats)
    app.router.add_delete("/sandbox/stats", reset_stats)
    app.router.add_post("/sandbox/reset", reset)
    app.router.add_post("/sandbox/faults", add)
    app.router.add_delete("/sandbox/faults", clear)
