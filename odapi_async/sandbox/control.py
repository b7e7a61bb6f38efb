"""Paths that control a sandbox in another process: counts, reset, faults, rows, events."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import msgspec
from aiohttp import web

from odapi_async.sandbox import routes
from odapi_async.sandbox.events import paths
from odapi_async.sandbox.faults import Fault
from odapi_async.sandbox.options import FaultOptions
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.throttle import KeyStats

_ROWS: Final = "/sandbox/rows/{key}/{resource}"
_ROW: Final = _ROWS + "/{row_id:[0-9]+}"
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Controlled(paths.Eventful, Protocol):
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


def add_routes(app: web.Application, sandbox: Controlled, token: str | None = None) -> None:
    """Add the paths below /sandbox.

    GET stats returns the counts by customer key, and DELETE stats sets them to zero. POST faults adds the
    fault in its body, and DELETE faults removes all. POST reset returns everything to the start.
    GET rows/KEY/RESOURCE returns all rows, POST there adds the row in its body and returns its id, and PUT
    and DELETE rows/KEY/RESOURCE/ID write into a row and remove it. POST events/poll, events/patient and
    events/workstation do what `Sandbox.poll_events`, `select_patient` and `set_workstation` do.

    A page in a browser can send requests to this machine, too. So a request is refused if its Host is not
    the address on which the server listens, if it has an Origin, or if it lacks the token.

    Args:
        app: the application.
        sandbox: what the paths control.
        token: what requests must carry as `Authorization: Bearer TOKEN`; None requires nothing.
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
        except (ValueError, RecursionError) as error:  # what msgspec raises is one, too
            return web.Response(status=400, text=str(error))
        return web.Response()

    async def clear(_: web.Request) -> web.Response:
        sandbox.clear_faults()
        return web.Response()

    handlers = {
        ("GET", "/sandbox/stats"): stats,
        ("DELETE", "/sandbox/stats"): reset_stats,
        ("POST", "/sandbox/reset"): reset,
        ("POST", "/sandbox/faults"): add,
        ("DELETE", "/sandbox/faults"): clear,
        **_row_handlers(sandbox),
        **paths.handlers(sandbox),
    }
    for (method, path), handler in handlers.items():
        app.router.add_route(method, path, _guarded(handler, token))


def _row_handlers(sandbox: Controlled) -> dict[tuple[str, str], Handler]:
    def rows(key: str, resource: str, _: int, __: Row) -> Any:
        return sandbox.rows(key, resource)

    def add(key: str, resource: str, _: int, values: Row) -> Any:
        return sandbox.add_row(key, resource, values)

    def change(key: str, resource: str, row_id: int, values: Row) -> Any:
        return sandbox.change_row(key, resource, row_id, values)

    def remove(key: str, resource: str, row_id: int, _: Row) -> Any:
        return sandbox.remove_row(key, resource, row_id)

    return {
        ("GET", _ROWS): _on_rows(rows),
        ("POST", _ROWS): _on_rows(add),
        ("PUT", _ROW): _on_rows(change),
        ("DELETE", _ROW): _on_rows(remove),
    }


def _guarded(handle: Handler, token: str | None) -> Handler:
    """Return a handler that refuses requests of pages in a browser, and those without the token."""

    async def guarded(request: web.Request) -> web.Response:
        if request.headers.getall("Host", []) not in _own_hosts(request) or "Origin" in request.headers:
            return _refusal(403, "Only programs that know the address of the sandbox may control it.")
        sent = request.headers.get("Authorization", "")
        if token is not None and not secrets.compare_digest(sent.encode(), f"Bearer {token}".encode()):
            return _refusal(401, "The control token is missing or wrong.")
        return await handle(request)

    return guarded


def _own_hosts(request: web.Request) -> list[list[str]]:
    """Return the Host headers of a request to the address on which the server listens."""
    address = request.get_extra_info("sockname")
    if address is None:
        return []
    name, port = address[:2]
    own = f"[{name}]" if ":" in name else name
    return [[f"{host}:{port}"] for host in (*_THIS_MACHINE, own)]


def _refusal(status: int, text: str) -> web.Response:
    response = web.Response(status=status, text=text)
    response.force_close()
    return response


def _on_rows(act: Callable[[str, str, int, Row], Any]) -> Handler:
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
