"""Paths that control a sandbox in another process: counts, reset, faults, rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import msgspec
from aiohttp import web

from odapi_async.sandbox import routes
from odapi_async.sandbox.faults import Fault
from odapi_async.sandbox.options import FaultOptions
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.throttle import KeyStats

_ROWS: Final = "/sandbox/rows/{key}/{resource}"
_ROW: Final = _ROWS + "/{row_id:[0-9]+}"


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

    def rows(self, customer_key: str, resource: str) -> list[Row]:
        """Return all rows of a resource."""
        ...

    def add_row(self, customer_key: str, resource: str, values: Row) -> int:
        """Add a row and return its id."""
        ...

    def change_row(self, customer_key: str, resource: str, row_id: int, values: Row) -> None:
        """Write values into a row."""
        ...

    def remove_row(self, customer_key: str, resource: str, row_id: int) -> None:
        """Remove a row."""
        ...


def add_routes(app: web.Application, sandbox: Controlled) -> None:
    """Add the paths below /sandbox.

    GET stats returns the counts by customer key, and DELETE stats sets them to zero. POST faults adds the
    fault in its body, and DELETE faults removes all. POST reset returns everything to the start.
    GET rows/KEY/RESOURCE returns all rows, POST there adds the row in its body and returns its id, and PUT
    and DELETE rows/KEY/RESOURCE/ID write into a row and remove it.
    """
    _add_row_routes(app, sandbox)

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
        except (ValueError, RecursionError) as error:  # what msgspec raises is one, too
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


def _add_row_routes(app: web.Application, sandbox: Controlled) -> None:
    def rows(key: str, resource: str, _: int, __: Row) -> Any:
        return sandbox.rows(key, resource)

    def add(key: str, resource: str, _: int, values: Row) -> Any:
        return sandbox.add_row(key, resource, values)

    def change(key: str, resource: str, row_id: int, values: Row) -> Any:
        return sandbox.change_row(key, resource, row_id, values)

    def remove(key: str, resource: str, row_id: int, _: Row) -> Any:
        return sandbox.remove_row(key, resource, row_id)

    app.router.add_get(_ROWS, _on_rows(rows))
    app.router.add_post(_ROWS, _on_rows(add))
    app.router.add_put(_ROW, _on_rows(change))
    app.router.add_delete(_ROW, _on_rows(remove))


def _on_rows(
    act: Callable[[str, str, int, Row], Any],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that calls a function with the parts of the path and the row in the body."""

    async def handle(request: web.Request) -> web.Response:
        found = request.match_info
        try:
            values = msgspec.json.decode(await request.read() or b"{}", type=Row)
            result = act(found["key"], found["resource"], routes.number(found.get("row_id", "0")), values)
        except KeyError as error:
            return web.Response(status=404, text=str(error.args[0]))
        except (ValueError, RecursionError) as error:
            return web.Response(status=400, text=str(error))
        return web.Response(body=msgspec.json.encode(result), content_type="application/json")

    return handle
