"""The server of one office: throttle, faults, and the API behind them. It knows no HTTP library."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from odapi_async.sandbox import messages
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.faults import UNEXECUTED, FaultKind, Hit
from odapi_async.sandbox.messages import Damage, SandboxRequest, SandboxResponse
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.office_api import OfficeApi
from odapi_async.sandbox.throttle import Gate, Pass, Throttle

_LONGEST: Final = 60.0  # seconds until the API gives up a remote request; the office executes it all the same
_TOO_LONG: Final = "The office did not respond within 60 seconds."
_DAMAGE: Final = {
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
        self._longest = _LONGEST if office.mode == "remote" else math.inf
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
        is_executed = hit.kind not in UNEXECUTED
        answer = partial(self._damaged if is_executed else self._instead, request, hit)
        return await self._in_turn(answer, arrived_at, hit.seconds, is_executed=is_executed)

    async def refuse(self, response: SandboxResponse, arrived_at: float) -> SandboxResponse:
        """Return the refusal of a request that cannot be executed; the throttle counts it like any other.

        Args:
            response: the refusal.
            arrived_at: when the request arrived, in seconds of the event loop's time.
        """
        return await self._in_turn(lambda: response, arrived_at, is_executed=False)

    async def _in_turn(
        self,
        answer: Callable[[], SandboxResponse],
        arrived_at: float,
        latency: float = 0.0,
        *,
        is_executed: bool,
    ) -> SandboxResponse:
        try:
            async with self._execution(arrived_at, is_executed=is_executed):
                response = answer()
                if latency:
                    await asyncio.sleep(min(latency, self._longest))
        except _Throttled:
            return self._refused()
        except _Reset:
            return replace(messages.error(500, "The sandbox was reset."), damage=Damage.DROPPED)
        return response if latency <= self._longest else messages.error(504, _TOO_LONG)

    def _damaged(self, request: SandboxRequest, hit: Hit) -> SandboxResponse:
        """Execute a request, and return what a fault leaves of the response."""
        response = self.api.respond(request, ignored=hit.ignored)
        if hit.kind is FaultKind.GARBAGE:
            return messages.garbage()
        if hit.fault is not None and hit.kind is FaultKind.STATUS_AFTER:
            return messages.error(hit.fault.status, "The answer was lost.")
        damage = _DAMAGE.get(hit.kind) if hit.kind else None
        return replace(response, damage=damage) if damage else response

    def _instead(self, _: SandboxRequest, hit: Hit) -> SandboxResponse:
        """Return the response to a request that a fault keeps from being executed."""
        fault = hit.fault
        if fault is None or hit.kind is FaultKind.OFFLINE:
            return messages.error(400, messages.OFFLINE)
        if hit.kind is FaultKind.THROTTLE:
            self.gate.stats.refused += 1
            return messages.throttled(fault.retry_after)
        response = messages.error(fault.status, "The request could not be carried out.")
        return replace(response, damage=Damage.DROPPED) if hit.kind is FaultKind.DROP else response

    def _refused(self) -> SandboxResponse:
        seconds = self.gate.retry_after(asyncio.get_running_loop().time())
        return messages.throttled(seconds if self._retry_after is None else self._retry_after)

    @asynccontextmanager
    async def _execution(self, arrived_at: float, *, is_executed: bool) -> AsyncGenerator[None]:
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
        gate.start(start, is_executed=is_executed)
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
