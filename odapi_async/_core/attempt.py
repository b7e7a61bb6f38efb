"""One attempt of a call: its slot, its request, and the events that it emits."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from odapi_async._core.emitter import Emitter, event_of
from odapi_async._core.explanations import set_refused
from odapi_async._core.lookup import KnownFacts
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings, RequestOptions
from odapi_async._core.response_cache import ResponseCache
from odapi_async._core.responses import error_from_response, without_bom
from odapi_async._core.retry import RetryPolicy, RetryState
from odapi_async._core.secret import Secret
from odapi_async._core.transport import Request, Response, Transport
from odapi_async.errors import (
    APIError,
    ConnectFailed,
    OfficeOffline,
    OpenDentalError,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
)
from odapi_async.scheduler import Budget, Pace, Scheduler, SharedResult, Slot
from odapi_async.scheduler.circuit_breaker import FIRST_PROBE_DELAY
from odapi_async.telemetry import EventName

_OFFLINE_THRESHOLD: Final = 1
_UNREACHABLE_THRESHOLD: Final = 5  # failed connections in a row
_REFUSED_THRESHOLD: Final = 3  # reads answered 401 in a row: every valid customer key may read


@dataclass(frozen=True)
class ClientContext:
    """What all practices of one client share.

    Attributes:
        scheduler: grants slots.
        transport: sends requests.
        facts: versions and permissions at the practices, as far as known.
        policy: how often and how patiently a call is retried.
        emitter: passes events on.
        cache: responses that may be used once more.
    """

    scheduler: Scheduler
    transport: Transport
    facts: KnownFacts
    policy: RetryPolicy
    emitter: Emitter = field(default_factory=Emitter)
    cache: ResponseCache = field(default_factory=ResponseCache)


class Attempt:
    """One attempt of a call.

    Args:
        context: what all practices share.
        settings: the practice.
        options: how its requests are sent.
        operation: what is done.
        state: the attempts of the call before this one.
        pace: how fast the practice may be asked.
        budget: the time that the call may take; None for no limit.
    """

    __slots__ = ("_budget", "_context", "_operation", "_options", "_pace", "_settings", "_slot", "_state")

    def __init__(
        self,
        context: ClientContext,
        settings: PracticeSettings,
        options: RequestOptions,
        operation: Operation[Any],
        state: RetryState,
        pace: Pace,
        budget: Budget | None = None,
    ) -> None:
        self._context = context
        self._settings = settings
        self._options = options
        self._operation = operation
        self._state = state
        self._pace = pace
        self._budget = budget
        self._slot: Slot | None = None

    async def run(self, request: Request) -> Response | OpenDentalError:
        """Wait for a slot, send the request and read its response; a failure of the latter is returned."""
        self._state.sent_at = self._context.scheduler.clock  # a request that it shares is sent later
        slot = await self._acquire(request)
        if isinstance(slot, SharedResult):
            outcome = cast("Response | OpenDentalError", slot.outcome)
            if self._has_hook:
                self._emit(EventName.COALESCED, outcome)
            return outcome
        self._slot = slot
        return await self._run_in(slot, request)

    async def _acquire(self, request: Request) -> Slot | SharedResult:
        options, state = self._options, self._state
        # with the timeout: otherwise a patient caller gets the failure of an impatient one
        shared = Secret((request.url, request.timeout)) if request.method == "GET" else None
        try:
            return await self._context.scheduler.acquire(
                self._settings.lane,
                self._pace,
                priority=options.priority,
                flow=options.flow,
                max_wait=options.max_wait,
                budget=self._budget,
                retry=state.failed + state.throttled > 0,
                front=state.goes_first,
                coalesce_key=shared,
            )
        except (APIError, ConnectFailed) as error:  # the circuit is open
            set_refused(error, request.method, request.path)
            raise

    def emit_retried(self, error: OpenDentalError, delay: float) -> None:
        """Emit that the next attempt follows after so many seconds."""
        self._slot = None
        self._emit(EventName.RETRIED, error, pause=delay)

    @property
    def _has_hook(self) -> bool:
        return self._context.emitter.hook is not None

    async def _run_in(self, slot: Slot, request: Request) -> Response | OpenDentalError:
        outcome: Response | OpenDentalError | None = None
        try:
            with slot:
                outcome = await self._send(request, slot)
                slot.share(outcome)
                self._state.sent_at = slot.sent_at or slot.granted_at
                return outcome
        except BaseException:  # it was cancelled, or a transport of the user's own has failed
            self._state.interrupted = slot.sent_at is not None
            raise
        finally:
            if self._has_hook:
                self._emit_finished(slot, outcome or sys.exception())

    async def _send(self, request: Request, slot: Slot) -> Response | OpenDentalError:
        on_sent = self._on_sent if self._has_hook else slot.sent
        try:
            response = without_bom(await self._context.transport.send(request, on_sent))
        except TransportError as error:
            if not error.sent:
                self._record_failure(error, threshold=_UNREACHABLE_THRESHOLD, server=self._settings.server)
            return error
        for lane in self._context.scheduler.record_response(self._settings.server):
            self._emit(EventName.CLOSED, response, lane=lane)
        failure = error_from_response(response, request.method, request.path, request.authorization)
        self._judge(response, failure, request, slot)
        return failure or response

    def _judge(self, response: Response, error: APIError | None, request: Request, slot: Slot) -> None:
        """Let the lane know what the response says about the practice."""
        match error:
            case Throttled():
                self._record_throttled(error, slot)
            case OfficeOffline():
                self._record_failure(error, threshold=_OFFLINE_THRESHOLD)
            case Unauthorized() if request.method == "GET" and self._operation.permission:
                self._record_failure(error, threshold=_REFUSED_THRESHOLD)
                self._context.facts.invalidate(self._settings.lane)
            case ServerError():
                pass
            case _:
                if self._context.scheduler.record_success(self._settings.lane):
                    self._emit(EventName.CLOSED, response)

    def _on_sent(self) -> None:
        if self._slot:
            self._slot.sent()
        self._emit(EventName.STARTED)

    def _record_throttled(self, error: Throttled, slot: Slot) -> None:
        self._emit(EventName.THROTTLED, error, pause=error.retry_after)
        pause = slot.throttled(error.retry_after)
        if pause:
            self._emit(EventName.PAUSED, error, pause=pause)
        self._context.facts.invalidate(self._settings.lane)

    def _record_failure(self, error: OpenDentalError, *, threshold: int, server: str | None = None) -> None:
        lane = self._settings.lane
        if self._context.scheduler.record_failure(lane, error, threshold=threshold, server=server):
            self._emit(EventName.OPENED, error, pause=FIRST_PROBE_DELAY)

    def _emit_finished(self, slot: Slot, outcome: Response | BaseException | None) -> None:
        began = slot.granted_at if isinstance(outcome, ConnectFailed) else slot.sent_at
        if began is not None:  # a request that was cancelled before it was sent did nothing
            self._emit(EventName.FINISHED, outcome, duration=slot.ended_at - began)

    def _practice(self, lane: str) -> str | None:
        if lane == self._settings.lane:
            return self._settings.name
        return ", ".join(self._context.scheduler.practices(lane)) or None

    def _emit(
        self,
        name: EventName,
        outcome: Response | BaseException | None = None,
        *,
        duration: float | None = None,
        pause: float | None = None,
        lane: str | None = None,
    ) -> None:
        event = event_of(
            name,
            self._settings,
            self._operation,
            self._options.priority,
            self._pace,
            attempt=self._state.failed + self._state.throttled + 1,
            wait=self._slot.waited if self._slot else None,
            duration=duration,
            status=outcome.status if isinstance(outcome, Response | APIError) else None,
            error=type(outcome).__name__ if isinstance(outcome, BaseException) else None,
            pause=pause,
        )
        if lane is not None:
            event = replace(event, lane=lane, practice=self._practice(lane))
        self._context.emitter.emit(event)
