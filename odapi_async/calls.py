"""One call: check and encode, ask the scheduler, send, read the answer, and perhaps again."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping
from copy import copy
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import anyio

from odapi_async.errors import (
    NotFound,
    OpenDentalError,
    OutcomeUnknown,
    Throttled,
    TransportError,
)
from odapi_async.limits import SERVER_TIMEOUT
from odapi_async.operation import Operation
from odapi_async.prepared import Prepared, prepare
from odapi_async.replies import error_of
from odapi_async.retry import RetryPolicy, Tries, Verdict, count, decide
from odapi_async.scheduler import Pace, Priority, Scheduler, Shared
from odapi_async.transport import Request, Transport
from odapi_async.wire import decoder

T = TypeVar("T")

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


@dataclass(frozen=True, slots=True)
class Office:
    """Where one practice is and how it may be asked. Its repr shows no key."""

    base_url: str
    lane: str
    pace: Pace
    authorization: str = field(repr=False)
    version: str | None = None


class Calls:
    """Calls to one practice in one manner.

    Args:
        scheduler: says when.
        transport: sends.
        policy: how often.
        office: where.
        manner: how.
    """

    __slots__ = ("_policy", "_scheduler", "_transport", "manner", "office")

    def __init__(
        self, scheduler: Scheduler, transport: Transport, policy: RetryPolicy, office: Office, manner: Manner
    ) -> None:
        self._scheduler = scheduler
        self._transport = transport
        self._policy = policy
        self.office = office
        self.manner = manner

    def using(self, manner: Manner) -> Calls:
        """Return calls to the same practice in another manner."""
        return Calls(self._scheduler, self._transport, self._policy, self.office, manner)

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
            outcome = await self._try(request, retry=tries.failed + tries.throttled > 0)
            if isinstance(outcome, bytes):
                return outcome
            if _done_before(operation, outcome, tries):
                return b""
            count(tries, outcome)
            verdict, delay = decide(
                outcome,
                tries,
                self._policy,
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
        manner, office = self.manner, self.office
        slot = await self._scheduler.acquire(
            office.lane,
            office.pace,
            priority=manner.priority,
            flow=manner.flow,
            max_wait=manner.max_wait,
            retry=retry,
            join=request.url if request.method == "GET" else None,
        )
        if isinstance(slot, Shared):
            return _own(slot.outcome)
        with slot:
            try:
                reply = await self._transport.send(request, slot.sent)
            except TransportError as error:
                slot.share(error)
                return error
            refusal = error_of(reply.status, reply.headers, reply.body, request.method, request.path)
            if isinstance(refusal, Throttled):
                slot.throttled(refusal.retry_after)
            slot.share(refusal or reply.body)
        return refusal or reply.body

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
