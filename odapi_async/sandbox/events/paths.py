"""The paths that control the events of a sandbox in another process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec
from aiohttp import web

from odapi_async.sandbox.events.commands import Command

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Eventful(Protocol):
    """What these paths need of a sandbox."""

    async def select_patient(self, customer_key: str, row_id: int, *, workstation: str = ...) -> int:
        """Select a patient."""
        ...

    async def poll_events(self, customer_key: str | None = None) -> int:
        """Poll all subscriptions."""
        ...

    def set_workstation(self, customer_key: str, workstation: str, *, running: bool) -> None:
        """Start or end the program on a workstation."""
        ...


def handlers(sandbox: Eventful) -> dict[tuple[str, str], Handler]:
    """Return the handlers by method and path."""

    async def poll(command: Command) -> int:
        return await sandbox.poll_events(command.customer_key)

    async def patient(command: Command) -> int:
        key = command.customer_key or ""
        return await sandbox.select_patient(key, command.patient, workstation=command.workstation)

    async def workstation(command: Command) -> int:
        sandbox.set_workstation(command.customer_key or "", command.workstation, running=command.running)
        return 0

    acts = {"poll": poll, "patient": patient, "workstation": workstation}
    return {("POST", f"/sandbox/events/{name}"): _on_command(act) for name, act in acts.items()}


def _on_command(act: Callable[[Command], Awaitable[int]]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            result = await act(msgspec.json.decode(await request.read(), type=Command))
        except KeyError as error:
            return web.Response(status=404, text=str(error.args[0]))
        except (ValueError, RecursionError) as error:
            return web.Response(status=400, text=str(error))
        return web.Response(body=msgspec.json.encode(result), content_type="application/json")

    return handle
