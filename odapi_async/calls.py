"""One call: check and encode, ask the scheduler, send, read the answer, and perhaps again."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from types import NoneType
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import anyio

from odapi_async.errors import (
    NotFound,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
)
from odapi_async.limits import INTERVALS, SERVER_TIMEOUT, Tier
from odapi_async.operation import Operation
from odapi_async.prepared import Prepared, prepare
from odapi_async.replies import error_of
from odapi_async.retry import RetryPolicy, Tries, Verdict, count, decide
from odapi_async.scheduler import Pace, Priority, Scheduler, Shared, Slot
from odapi_async.tiers import PERMISSIONS_PATH, Tiers
from odapi_async.transport import Request, Transport
from odapi_async.wire import decoder

T = TypeVar("T")

_UNREACHABLE: Final = 5  # connections that fail in a row before a practice counts as unreachable
_REFUSED: Final = 3  # reads refused with 401 in a row before its key counts as refused: every key may read

_PERMISSIONS: Final = Prepared(
    Operation("GET", PERMISSIONS_PATH, object, since="22.2"), PERMISSIONS_PATH, {}, None
)

_chance: Final = random.Random().random  # noqa: S311 - jitter is no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a practice is asked.

    Attributes:
        priority: how urgent the requests are.
        flow: a label; inside a priority, flows take turns.
        max_wait: seconds that a request may wait for its turn; None for as long as it takes.
        timeout: seconds from a request's turn to its whole answer. The API itself gives up after 60.
        check: whether parameters are checked against the reference before they are sent.
    """

    priority: Priority = Priority.NORMAL
    flow: Hashable = None
    max_wait: float | None = None
    timeout: float = SERVER_TIMEOUT + 5.0
    check: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where one practice is and how it may be asked. Its repr shows no key.

    Attributes:
        base_url: where the API is.
        lane: the name of its lane.
        pace: how fast it may be asked; None where its tier has to be found out first.
        authorization: the header that carries the keys.
        version: the version of Open Dental that runs there; None if nobody said.
    """

    base_url: str
    lane: str
    pace: Pace | None
    authorization: str = field(repr=False)
    version: str | None = None

    @property
    def ahead(self) -> int:
        """Pages to fetch ahead: where the API throttles one hides our own work, else several hide latency."""
        return 1 if self.pace is None or self.pace.interval else self.pace.in_flight


@dataclass(frozen=True, slots=True)
class Core:
    """What all practices of one client share.

    Attributes:
        scheduler: says when.
        transport: sends.
        tiers: knows how fast.
        policy: how often.
    """

    scheduler: Scheduler
    transport: Transport
    tiers: Tiers
    policy: RetryPolicy


class Calls:
    """Calls to one practice in one manner.

    Args:
        core: what all practices share.
        office: where.
        manner: how.
    """

    __slots__ = ("_core", "manner", "office")

    def __init__(self, core: Core, office: Office, manner: Manner) -> None:
        self._core = core
        self.office = office
        self.manner = manner

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
                outcome = await self._try(request, retry=tries.failed + tries.throttled > 0)
            except OpenDentalError as error:  # there is no turn for another try
                if tries.maybe_done and operation.writes:
                    raise OutcomeUnknown(operation.method, prepared.path, tries.failed) from error
                raise
            if isinstance(outcome, bytes):
                return outcome
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
            if delay:
                await anyio.sleep(delay)

    async def _try(self, request: Request, *, retry: bool) -> bytes | OpenDentalError:
        """Send once, in the lane's turn. A failure that the policy may forgive is a value here."""
        core, manner, lane = self._core, self.manner, self.office.lane
        slot = await core.scheduler.acquire(
            lane,
            await self._pace(request),
            priority=manner.priority,
            flow=manner.flow,
            max_wait=manner.max_wait,
            retry=retry,
            join=request.url if request.method == "GET" else None,
        )
        if isinstance(slot, Shared):
            return _own(slot.outcome)
        with slot:
            outcome = await self._exchange(request, slot)
            slot.share(outcome)
        return outcome

    async def _exchange(self, request: Request, slot: Slot) -> bytes | OpenDentalError:
        core, lane = self._core, self.office.lane
        try:
            reply = await core.transport.send(request, slot.sent)
        except TransportError as error:
            if not error.sent:
                core.scheduler.failed(lane, error, enough=_UNREACHABLE)
            return error
        refusal = error_of(reply.status, reply.headers, reply.body, request.method, request.path)
        match refusal:
            case Throttled():
                slot.throttled(refusal.retry_after)
                core.tiers.doubt(lane)
            case OfficeOffline():
                core.scheduler.failed(lane, refusal, enough=1)
            case Unauthorized() if request.method == "GET":
                core.scheduler.failed(lane, refusal, enough=_REFUSED)
                core.tiers.doubt(lane)
            case ServerError():
                pass
            case _:
                core.scheduler.reached(lane)
        return refusal or reply.body

    async def _pace(self, request: Request) -> Pace:
        """Return the pace of the practice, which may have to be looked up at the practice itself."""
        if self.office.pace:
            return self.office.pace
        if request.path == PERMISSIONS_PATH:
            return Pace(INTERVALS[Tier.READ_ALL])
        tier = await self._core.tiers.find(self.office.lane, partial(self.send, _PERMISSIONS))
        return Pace(INTERVALS[tier])

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


def _own(outcome: object) -> bytes | OpenDentalError:
    """Make a shared outcome this call's own: an error that two calls raise would gather both tracebacks."""
    return copy(outcome) if isinstance(outcome, OpenDentalError) else cast("bytes", outcome)


def _done_before(operation: Operation[Any], error: OpenDentalError, tries: Tries) -> bool:
    """Whether a 404 only says that an earlier try of this DELETE was done after all."""
    return operation.method == "DELETE" and tries.maybe_done and isinstance(error, NotFound)
