"""One call: check and encode, ask the scheduler, send, read the answer, and perhaps again."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from types import NoneType
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import anyio

from odapi_async._core.operation import Operation
from odapi_async._core.options import Manner, Office
from odapi_async._core.requests import Prepared, prepare
from odapi_async._core.responses import error_of
from odapi_async._core.retry import RetryPolicy, Tries, Verdict, count, decide
from odapi_async._core.tiers import PERMISSIONS_PATH, Tiers
from odapi_async._core.transport import Reply, Request, Transport
from odapi_async._wire import decoder
from odapi_async.errors import (
    APIError,
    ConnectFailed,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
)
from odapi_async.limits import INTERVALS, Tier
from odapi_async.scheduler import Pace, Scheduler, Shared, Slot
from odapi_async.scheduler.circuit_breaker import FIRST_PROBE
from odapi_async.telemetry import Event, EventName, Telemetry, template, tier_of

T = TypeVar("T")

_UNREACHABLE: Final = 5  # connections that fail in a row before a practice counts as unreachable
_REFUSED: Final = 3  # reads refused with 401 in a row before its key counts as refused: every key may read

_PERMISSIONS: Final = Prepared(
    Operation("GET", PERMISSIONS_PATH, object, since="22.2"), PERMISSIONS_PATH, {}, None
)

_chance: Final = random.Random().random  # noqa: S311 - jitter is no secret


@dataclass(frozen=True)
class Core:
    """What all practices of one client share.

    Attributes:
        scheduler: says when.
        transport: sends.
        tiers: knows how fast.
        policy: how often.
        telemetry: tells who wants to know.
    """

    scheduler: Scheduler
    transport: Transport
    tiers: Tiers
    policy: RetryPolicy
    telemetry: Telemetry = field(default_factory=Telemetry)


_Turn = tuple[Operation[Any], Tries, Slot | None]
"""What is told of a try: what is done, what its call has been through, and its slot, if it has one."""


class Calls:
    """Calls to one practice in one manner.

    Args:
        core: what all practices share.
        office: where.
        manner: how.
    """

    __slots__ = ("_core", "_found", "manner", "office")

    def __init__(self, core: Core, office: Office, manner: Manner) -> None:
        self._core = core
        self.office = office
        self.manner = manner
        self._found: Pace | None = None

    def using(self, manner: Manner) -> Calls:
        """Return calls to the same practice in another manner."""
        return Calls(self._core, self.office, manner)

    def prepare(
        self,
        operation: Operation[Any],
        keys: tuple[int, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Prepared:
        """Check and encode what an operation is given, before a request is spent on it.

        Raises:
            InvalidRequest: names the parameter and the rule that it breaks.
        """
        return prepare(
            operation, keys, query or {}, body, check=self.manner.check, version=self.office.version
        )

    async def one(
        self,
        operation: Operation[T],
        keys: tuple[int, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> T:
        """Do an operation that answers with one row, or with nothing.

        Raises:
            OpenDentalError: see `odapi_async.errors`.
        """
        answer = await self.send(self.prepare(operation, keys, query, body))
        if operation.returns is NoneType:
            return cast("T", None)
        if not answer and operation.writes:
            return operation.returns()  # an older server says nothing about what it wrote
        return decoder(operation.returns).row(answer)

    async def page(
        self, operation: Operation[T], keys: tuple[int, ...] = (), body: Mapping[str, object] | None = None
    ) -> list[T]:
        """Do an operation that answers with a list that has no pages."""
        answer = await self.send(self.prepare(operation, keys, body=body))
        if answer.lstrip()[:1] not in {b"[", b"{"}:
            return []  # a text that says that there is nothing to do
        return decoder(operation.returns).page(answer)

    async def send(self, prepared: Prepared, paging: Mapping[str, str] | None = None) -> bytes:
        """Send a request as often as the policy allows, and return the body of its success.

        Raises:
            OpenDentalError: see `odapi_async.errors`.
        """
        operation = prepared.operation
        request = self._request(prepared, paging or {})
        tries = Tries()
        while True:
            try:
                outcome = await self._try(request, operation, tries)
            except OpenDentalError as error:  # there is no turn for another try
                if tries.maybe_done and operation.writes:
                    raise OutcomeUnknown(operation.method, prepared.path, tries.failed) from error
                raise
            if isinstance(outcome, Reply):
                return outcome.body
            if _done_before(operation, outcome, tries):
                return b""
            count(tries, outcome)
            verdict, delay = decide(
                outcome,
                tries,
                self._core.policy,
                repeatable=operation.repeatable,
                writes=operation.writes,
                chance=_chance(),
            )
            if verdict is Verdict.UNKNOWN:
                raise OutcomeUnknown(operation.method, prepared.path, tries.failed) from outcome
            if verdict is Verdict.FAIL:
                raise outcome
            self._tell(EventName.RETRIED, (operation, tries, None), outcome, pause=delay)
            if delay:
                await anyio.sleep(delay)

    async def _try(
        self, request: Request, operation: Operation[Any], tries: Tries
    ) -> Reply | OpenDentalError:
        """Send once, in the lane's turn. A failure that the policy may forgive is a value here."""
        core, manner, lane = self._core, self.manner, self.office.lane
        slot = await core.scheduler.acquire(
            lane,
            await self._pace(request),
            priority=manner.priority,
            flow=manner.flow,
            max_wait=manner.max_wait,
            retry=tries.failed + tries.throttled > 0,
            join=request.url if request.method == "GET" else None,
        )
        if isinstance(slot, Shared):
            outcome = _own(slot.outcome)
            if core.telemetry.hook is not None:
                self._tell(EventName.JOINED, (operation, tries, None), outcome)
            return outcome
        ending: Reply | OpenDentalError | None = None
        try:
            with slot:
                outcome = ending = await self._exchange(request, slot, (operation, tries, slot))
                slot.share(outcome)
        finally:
            if core.telemetry.hook is not None:
                self._tell_end(slot, (operation, tries, slot), ending or sys.exception())
        return outcome

    async def _exchange(self, request: Request, slot: Slot, turn: _Turn) -> Reply | OpenDentalError:
        core = self._core
        on_sent = slot.sent if core.telemetry.hook is None else partial(self._left, slot, turn)
        try:
            reply = await core.transport.send(request, on_sent)
        except TransportError as error:
            if not error.sent:
                self._failed(error, turn, enough=_UNREACHABLE)
            return error
        refusal = error_of(reply.status, reply.headers, reply.body, request.method, request.path)
        match refusal:
            case Throttled():
                self._throttled(refusal, slot, turn)
            case OfficeOffline():
                self._failed(refusal, turn, enough=1)
            case Unauthorized() if request.method == "GET":
                self._failed(refusal, turn, enough=_REFUSED)
                core.tiers.doubt(self.office.lane)
            case ServerError():
                pass
            case _:
                if core.scheduler.reached(self.office.lane):
                    self._tell(EventName.CLOSED, turn, reply)
        return refusal or reply

    def _left(self, slot: Slot, turn: _Turn) -> None:
        slot.sent()
        self._tell(EventName.STARTED, turn)

    def _throttled(self, refusal: Throttled, slot: Slot, turn: _Turn) -> None:
        self._tell(EventName.THROTTLED, turn, refusal, pause=refusal.retry_after)
        pause = slot.throttled(refusal.retry_after)
        if pause:
            self._tell(EventName.PAUSED, turn, refusal, pause=pause)
        self._core.tiers.doubt(self.office.lane)

    def _failed(self, error: OpenDentalError, turn: _Turn, *, enough: int) -> None:
        if self._core.scheduler.failed(self.office.lane, error, enough=enough):
            self._tell(EventName.OPENED, turn, error, pause=FIRST_PROBE)

    def _tell_end(self, slot: Slot, turn: _Turn, ending: Reply | BaseException | None) -> None:
        began = slot.granted if isinstance(ending, ConnectFailed) else slot.sent_at
        if began is not None:  # who was cancelled before it left has done nothing
            self._tell(EventName.FINISHED, turn, ending, duration=slot.ended_at - began)

    def _tell(
        self,
        name: EventName,
        turn: _Turn,
        outcome: Reply | BaseException | None = None,
        *,
        duration: float | None = None,
        pause: float | None = None,
    ) -> None:
        operation, tries, slot = turn
        pace = self.office.pace or self._found
        event = Event(
            name=name,
            lane=self.office.lane,
            base_url=self.office.base_url,
            operation=template(operation.method, operation.path),
            priority=self.manner.priority.name,
            tier=tier_of(pace.interval) if pace else None,
            attempt=tries.failed + tries.throttled + 1,
            wait=slot.waited if slot else None,
            duration=duration,
            status=outcome.status if isinstance(outcome, Reply | APIError) else None,
            error=type(outcome).__name__ if isinstance(outcome, BaseException) else None,
            pause=pause,
        )
        self._core.telemetry.tell(event)

    async def _pace(self, request: Request) -> Pace:
        """Return the pace of the practice, which may have to be looked up at the practice itself."""
        if self.office.pace:
            return self.office.pace
        if request.path == PERMISSIONS_PATH:
            return Pace(INTERVALS[Tier.READ_ALL])
        tier = await self._core.tiers.find(self.office.lane, partial(self.send, _PERMISSIONS))
        self._found = Pace(INTERVALS[tier])
        return self._found

    def _request(self, prepared: Prepared, paging: Mapping[str, str]) -> Request:
        query = {**prepared.query, **paging}
        encoded = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return Request(
            prepared.operation.method,
            prepared.path,
            f"{self.office.base_url}{prepared.path}{encoded}",
            self.office.authorization,
            prepared.body,
            self.manner.timeout,
        )


def _own(outcome: object) -> Reply | OpenDentalError:
    """Make a shared outcome this call's own: an error that two calls raise would gather both tracebacks."""
    return copy(outcome) if isinstance(outcome, OpenDentalError) else cast("Reply", outcome)


def _done_before(operation: Operation[Any], error: OpenDentalError, tries: Tries) -> bool:
    """Whether a 404 only says that an earlier try of this DELETE was done after all."""
    return operation.method == "DELETE" and tries.maybe_done and isinstance(error, NotFound)
