"""The server of one office: throttle, faults, and the API behind them. It knows no HTTP library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from odapi_async.sandbox import messages
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.faults import UNEXECUTED, FaultKind, Hit
from odapi_async.sandbox.messages import Damage, SandboxRequest, SandboxResponse
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.office_api import OfficeApi
from odapi_async.sandbox.throttle import Gate, Pass, Throttle

_DAMAGE: Final = {
    FaultKind.DROP: Damage.DROPPED,
    FaultKind.DROP_AFTER: Damage.DROPPED,
    FaultKind.TORN: Damage.TORN,
}


class _Throttled(Exception):  # noqa: N818 - an outcome, not a failure
    """The request came too early and may not wait."""


class _Reset(Exception):  # noqa: N818 - an outcome, not a failure
    """The sandbox was reset while the request waited; it must not execute on the new rows."""


class OfficeServer:
    """Responds to the requests with one customer key.

    Args:
        office: the office.
        clock: tells the office's time.
        throttle: what happens to requests that come too early.
        queue_limit: requests that may wait at the server at once.
        retry_after: seconds that a 429 tells; None tells the true number, rounded up to whole seconds.
    """

    def __init__(
        self,
        office: Office,
        clock: OfficeClock,
        *,
        throttle: Throttle,
        queue_limit: int,
        retry_after: float | None,
    ) -> None:
        self._office = office
        self._throttle = throttle
        self._queue_limit = queue_limit
        self._retry_after = retry_after
        self.api = OfficeApi(office, clock)
        self.reset_throttle()

    def reset_throttle(self) -> None:
        """Return the throttle to its start; requests in flight no longer count."""
        self.gate = Gate(self._office.pace, self._throttle, self._queue_limit)
        self._turn = asyncio.Lock()

    async def respond(self, request: SandboxRequest, hit: Hit, arrived_at: float) -> SandboxResponse:
        """Return the response to a request, with the faults that hit it.

        Args:
            request: the request.
            hit: the faults.
            arrived_at: when it arrived, in seconds of the event loop's time.
        """
        response = await self._executed(request, hit, arrived_at)
        if hit.kind is FaultKind.GARBAGE:
            return messages.garbage()
        damage = _DAMAGE.get(hit.kind) if hit.kind else None
        return replace(response, damage=damage) if damage else response

    async def _executed(self, request: SandboxRequest, hit: Hit, arrived_at: float) -> SandboxResponse:
        if hit.kind in UNEXECUTED:
            await asyncio.sleep(hit.seconds)
            return self._instead(hit)
        try:
            async with self._execution(arrived_at):
                response = self.api.respond(request, ignored=hit.ignored)
                if hit.seconds:
                    await asyncio.sleep(hit.seconds)
        except _Throttled:
            return self._refused()
        except _Reset:
            return replace(messages.error(500, "The sandbox was reset."), damage=Damage.DROPPED)
        if hit.fault is not None and hit.kind is FaultKind.STATUS_AFTER:
            return messages.error(hit.fault.status, "The answer was lost.")
        return response

    def _instead(self, hit: Hit) -> SandboxResponse:
        fault = hit.fault
        if fault is None or hit.kind is FaultKind.OFFLINE:
            return messages.error(400, messages.OFFLINE)
        if hit.kind is FaultKind.THROTTLE:
            self.gate.stats.refused += 1
            return messages.throttled(fault.retry_after)
        return messages.error(fault.status, "The request could not be carried out.")

    def _refused(self) -> SandboxResponse:
        seconds = self.gate.retry_after(asyncio.get_running_loop().time())
        return messages.throttled(seconds if self._retry_after is None else self._retry_after)

    @asynccontextmanager
    async def _execution(self, arrived_at: float) -> AsyncGenerator[None]:
        """Wait until the request may start, if it may wait; the block counts as its execution."""
        gate, turn = self.gate, self._turn
        verdict = gate.admit(arrived_at)
        if verdict is Pass.REFUSE:
            raise _Throttled
        start = arrived_at
        if verdict is Pass.WAIT:
            start = await _wait(gate, turn)
        elif gate.exclusive:
            await turn.acquire()
        gate.start(start)
        try:
            if gate is not self.gate:
                raise _Reset
            yield
        finally:
            gate.end()
            if gate.exclusive:
                turn.release()


async def _wait(gate: Gate, turn: asyncio.Lock) -> float:
    """Acquire the turn, wait until the next start is not early, and return the moment of the start."""
    try:
        await turn.acquire()
        try:
            return await _next_start(gate)
        except asyncio.CancelledError:
            turn.release()
            raise
    finally:
        gate.stop_waiting()


async def _next_start(gate: Gate) -> float:
    """Return the first moment that is not early. Nothing else can start meanwhile: the turn is taken."""
    now = asyncio.get_running_loop().time()
    if now < gate.due():
        await asyncio.sleep(gate.due() - now)
        return await _next_start(gate)
    return now
