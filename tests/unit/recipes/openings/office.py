"""A small office of the sandbox whose schedule a test writes, and whose requests it can see and delay."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from odapi_async import Mode, OpenDental, Practice, Request, Response, RetryPolicy
from odapi_async.recipes.openings import Opening
from odapi_async.sandbox import PERMISSIONS, Office, Sandbox
from odapi_async.testing import SandboxTransport
from tests.unit.recipes.openings.rows import DAY, at

KEY: Final = "key-of-harbour"
NOW: Final = datetime(2026, 11, 30, 7)
CHAIR: Final = 1
PLACE: Final = Opening(at("09:00"), CHAIR, 1, 30)
_EMPTY: Final = dict.fromkeys(("appointments", "schedules", "operatories", "definitions"), 0)

Hook = Callable[[Request], Awaitable[object]]


class Watched(SandboxTransport):
    """A transport that tells a test of each request, before and after it is executed; and alters bodies."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.alter: Callable[[bytes], bytes] = lambda body: body

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        if self.before is not None:
            await self.before(request)
        response = await super().send(request, on_sent)
        if self.after is not None:
            await self.after(request)
        return response._replace(body=self.alter(response.body))


class SmallOffice:
    """One chair, three providers, five patients; the first provider works from 8 to 12.

    Args:
        practice: its API.
        sandbox: what has its rows.
        transport: what sends its requests.
    """

    def __init__(self, practice: Practice, sandbox: Sandbox, transport: Watched) -> None:
        self.practice = practice
        self.sandbox = sandbox
        self.transport = transport
        self.add("operatories", ProvDentist=1, ProvHygienist=2, OpName="One")
        self.works("08:00", "12:00")

    def add(self, resource: str, **values: Any) -> int:
        """Add a row, and return its id."""
        return self.sandbox.add_row(KEY, resource, values)

    def works(self, start: str, stop: str, *chairs: int, **values: Any) -> int:
        """Add a provider's hours, or another block of time."""
        block = {"SchedDate": f"{DAY}", "SchedType": "Provider", "ProvNum": 1, **values}
        hours = {"StartTime": f"{start}:00", "StopTime": f"{stop}:00"}
        return self.add("schedules", **hours, operatories=[*chairs], **block)

    def books(self, clock: str, pattern: str = "XXXXXX", **values: Any) -> int:
        """Add an appointment of somebody else."""
        place = {"Op": CHAIR, "ProvNum": 1, "PatNum": 5, "AptStatus": "Scheduled", "IsHygiene": "false"}
        return self.add("appointments", AptDateTime=f"{DAY} {clock}:00", Pattern=pattern, **place | values)

    def appointments(self) -> dict[int, str]:
        """Return the statuses of all appointments by their ids."""
        rows = self.sandbox.rows(KEY, "appointments")
        return {row["AptNum"]: row["AptStatus"] for row in rows}

    def requests(self) -> Counter[str]:
        """Return how often each list was read, and each write sent."""
        return Counter(f"{each.method} {each.path}" for each in self.sandbox.arrivals)


@asynccontextmanager
async def small_office(**options: Any) -> AsyncGenerator[SmallOffice]:
    """Open a small office, at seven in the morning."""
    rows = {**_EMPTY, "providers": 3, "patients": 5}
    office = Office(customer_key=KEY, mode="local", permissions=frozenset(PERMISSIONS), rows=rows, **options)
    sandbox = Sandbox([office], now=NOW)
    transport = Watched(sandbox)
    retries = RetryPolicy(max_attempts=2, base_delay=0.1)
    async with OpenDental(sandbox.developer_key, transport=transport, retries=retries) as client:
        yield SmallOffice(client.practice(KEY, mode=Mode.LOCAL, name="harbour"), sandbox, transport)
