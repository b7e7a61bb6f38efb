"""One call: check and encode it, attempt it as often as the policy allows, and decode the response."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from operator import index
from types import NoneType
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

from odapi_async._core.attempt import Attempt, ClientContext
from odapi_async._core.cached_call import CachedCall
from odapi_async._core.fact_finder import FactFinder
from odapi_async._core.lookup import PERMISSIONS_PATH
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings, RequestOptions, Verify, pace_of
from odapi_async._core.plausible import check_empty, check_id, check_readable
from odapi_async._core.requests import PreparedRequest, prepare
from odapi_async._core.responses import header_text
from odapi_async._core.retry import RetryState, Verdict, decide, record_failure
from odapi_async._core.secret import without_trace
from odapi_async._core.transport import Request, Response
from odapi_async._wire import decoder_for
from odapi_async.errors import (
    DecodeError,
    NotFound,
    OpenDentalError,
    OutcomeUnknown,
    RequestTimeout,
    WaitTooLong,
)
from odapi_async.facts import AUTO, Facts
from odapi_async.limits import Tier
from odapi_async.scheduler import Budget, Pace, Priority

E = TypeVar("E", bound=OpenDentalError)
S = TypeVar("S")
T = TypeVar("T")

_random: Final = random.Random()  # noqa: S311 - jitter is no secret
jitter: Final = _random.random
if hasattr(os, "register_at_fork"):  # pragma: no branch - on Windows there is no fork
    os.register_at_fork(after_in_child=_random.seed)

_EXECUTED: Final = Response(HTTPStatus.OK, {}, b"")  # of a DELETE whose own response was lost


class Calls:
    """Calls to one practice.

    Args:
        context: what all practices share.
        settings: the practice.
        options: how its requests are sent.
        budget: the time of all these calls together; None if each has its own deadline, or none.
    """

    __slots__ = ("_budget", "_context", "_facts", "_settings", "options")

    def __init__(
        self,
        context: ClientContext,
        settings: PracticeSettings,
        options: RequestOptions,
        budget: Budget | None = None,
    ) -> None:
        self._budget = budget
        self._context = context
        self._settings = settings
        self.options = options
        self._facts = FactFinder(context.facts, settings, self._ask)

    @property
    def settings(self) -> PracticeSettings:
        """The practice."""
        return self._settings

    @property
    def known_version(self) -> str | None:
        """The version of the office as given, or as found out if it was looked up."""
        return self._facts.version

    async def facts(self, *, refresh: bool = False) -> Facts:
        """Return the facts of the practice: what is known or can be read, and why the rest cannot."""
        calls = self.start()
        found = await calls._facts.facts(calls._budget, refresh=refresh)  # noqa: SLF001 - of this very class
        for error in found.unknown.values():
            self.label(error)
        return found

    def label(self, error: E) -> E:
        """Give an error that leaves these calls the name of the practice and the way, and return it."""
        error.practice, error.way = self.settings.name, self.settings.way or None
        return error

    def reset_circuit(self) -> bool:
        """Close the circuit of the practice; return whether it was open."""
        return bool(self._context.scheduler.reset_circuits(self.settings.lane))

    def with_options(self, options: RequestOptions) -> Calls:
        """Return calls to the same practice with other options."""
        return self._copy(options, None)

    def _copy(self, options: RequestOptions, budget: Budget | None) -> Calls:
        return Calls(self._context, self.settings, options, budget)

    async def on_way(self, prepared: PreparedRequest | None = None) -> Calls:  # noqa: ARG002 - of those that choose
        """Return calls that all go the same way to the office: these ones, if there is only one way.

        Args:
            prepared: the request that is about to be sent, for errors.
        """
        return self

    def without_reuse(self) -> Calls:
        """Return the same calls, whose reads are never answered with an earlier response."""
        return (
            self if self.options.max_age is None else self.with_options(replace(self.options, max_age=None))
        )

    def prepare(
        self,
        operation: Operation[Any],
        ids: tuple[int, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> PreparedRequest:
        """Check and encode the arguments of an operation, before a request is spent on it.

        Raises:
            InvalidRequest: names the parameter and the rule that it breaks.
        """
        check = bool(self.options.check)
        version = None if self.settings.version is None else self.known_version
        try:
            return prepare(operation, ids, query or {}, body, check=check, version=version)
        except OpenDentalError as error:
            failure = without_trace(error)
        del query, body  # error reporters send local variables
        raise self.label(failure)

    async def fetch_row(
        self,
        operation: Operation[T],
        ids: tuple[int, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> T:
        """Call an operation that answers with one row, or with nothing.

        Raises:
            OpenDentalError: see `odapi_async.errors`.
        """
        prepared = self.prepare(operation, ids, query, body)
        del query, body  # error reporters send local variables
        rows = decoder_for(operation.returns, prepared.query)

        def read(response: Response) -> T:
            content = response.body
            if operation.returns is NoneType or operation.location:
                location = header_text(response, "Location") if operation.location else None
                (check_readable if location else check_empty)(content)
                return cast("T", location)
            if not content and not operation.read_only:
                return operation.returns()  # an older server says nothing about what it wrote
            row = rows.row(content)
            if operation.method == "GET" and ids:
                check_id(operation, index(ids[-1]), row, content)
            return row

        return await self.execute_and_read(prepared, read)

    async def fetch_list(
        self, operation: Operation[T], ids: tuple[int, ...] = (), body: Mapping[str, object] | None = None
    ) -> list[T]:
        """Call an operation that answers with a list without pages."""

        def read(response: Response) -> list[T]:
            content = response.body
            if content.lstrip()[:1] in {b"[", b"{"}:
                return decoder_for(operation.returns, {}).page(content)
            check_readable(content)
            return []  # a text that says that there is nothing to do

        prepared = self.prepare(operation, ids, body=body)
        del body  # error reporters send local variables
        return await self.execute_and_read(prepared, read)

    def execute_and_read(
        self, prepared: PreparedRequest, read: Callable[[Response], S]
    ) -> Coroutine[Any, Any, S]:
        """Send a request as `execute` does, and read the response; verify a write if the options say so.

        Raises:
            OutcomeUnknown: it is a write, and its response cannot be read.
            OpenDentalError: see `odapi_async.errors`.
        """
        if self.options.verify is Verify.OFF or prepared.operation.read_only:
            return self._execute_and_read(prepared, read)
        return self._execute_and_verify(prepared, read)

    async def _execute_and_verify(self, prepared: PreparedRequest, read: Callable[[Response], S]) -> S:
        from odapi_async._core.verify import WriteCheck, raise_or_emit  # noqa: PLC0415 - few programs need it

        calls = self.start()  # the read that verifies has the deadline of the same call
        check = WriteCheck(prepared, calls)
        written = await calls._execute_and_read(prepared, check.noting(read))  # noqa: SLF001 - of this very class
        outcome = await check.verdict(written)
        if isinstance(outcome, OpenDentalError):
            self.label(outcome)
        raise_or_emit(outcome, prepared.operation, self.settings, self.options, self._context.emitter)
        return written

    async def _execute_and_read(self, prepared: PreparedRequest, read: Callable[[Response], S]) -> S:
        operation, state = prepared.operation, RetryState()
        try:
            return self.decode(read, await self.execute(prepared, state=state))
        except DecodeError as error:
            if operation.read_only:
                raise
            scheduler, keys = self._context.scheduler, self.settings.authorization
            self._context.cache.unsettle(keys, scheduler.clock)
            raise self.label(OutcomeUnknown(operation.method, prepared.path, state.failed + 1)) from error

    def decode(self, read: Callable[[Response], S], response: Response) -> S:
        """Read a response.

        Raises:
            DecodeError: it is not what the operation answers with.
        """
        try:
            found = read(response)
        except DecodeError as error:
            failure = self._facts.with_url_hint(without_trace(error))
            self._context.cache.discard(response)
        else:
            if self.settings.url_hint and response.body[:1] in {b"[", b"{"}:
                self._facts.found_rows()
            return found
        del response  # error reporters send local variables
        raise self.label(failure)

    def start(self) -> Calls:
        """Return calls that share one deadline, which begins now; without a deadline, these calls."""
        if self.options.deadline is None or self._budget:
            return self
        return self._copy(self.options, Budget.start(self.options.deadline))

    def execute(
        self,
        prepared: PreparedRequest,
        paging: Mapping[str, str] | None = None,
        state: RetryState | None = None,
    ) -> Coroutine[Any, Any, Response]:
        """Send a request as often as the policy allows, and return the response of its success.

        Args:
            prepared: the request.
            paging: further parameters of the query.
            state: counts its attempts.

        Raises:
            OpenDentalError: see `odapi_async.errors`.
        """
        if self.options.deadline is None and self.settings.name is None and not self.settings.way:
            return self._run(prepared, paging or {}, state or RetryState())
        return self.start()._run_labeled(prepared, paging or {}, state or RetryState())  # noqa: SLF001 - of this very class

    async def _run_labeled(
        self, prepared: PreparedRequest, paging: Mapping[str, str], state: RetryState
    ) -> Response:
        try:
            if self._budget is None:
                return await self._run(prepared, paging, state)
            return await self._run_within(self._budget, prepared, paging, state)
        except OpenDentalError as error:
            self.label(error)
            raise

    async def _run_within(
        self, budget: Budget, prepared: PreparedRequest, paging: Mapping[str, str], state: RetryState
    ) -> Response:
        timeout = asyncio.timeout_at(budget.ends_at)
        try:
            async with timeout:
                return await self._run(prepared, paging, state)
        except TimeoutError as error:  # an OpenDentalError may be one, too
            if isinstance(error, OpenDentalError) or not timeout.expired():
                raise
        if state.error and state.is_over:  # only its explanation came too late
            raise self._facts.recall(prepared.operation, state.error)
        wait = self._context.scheduler.estimate(self.settings.lane, self.options.priority)
        raise _too_late(prepared, state, budget, wait) from state.error

    async def _run(self, prepared: PreparedRequest, paging: Mapping[str, str], state: RetryState) -> Response:
        if self.settings.version is AUTO and self.options.check:
            await self._facts.check_version(prepared)
        call = CachedCall(self._context, self.settings, self.options, prepared.operation, state)
        send = partial(self._execute, prepared, paging, state)
        if not prepared.operation.read_only:
            return await call.write(send)
        return await call.read(send, partial(self._url, prepared, {}), paging)

    async def _execute(
        self,
        prepared: PreparedRequest,
        paging: Mapping[str, str] | None = None,
        state: RetryState | None = None,
    ) -> Response:
        operation, policy = prepared.operation, self._context.policy
        request = self._request(prepared, paging or {})
        state = state or RetryState()
        while True:
            try:
                pace, budget = await self._pace(request), self._budget
                attempt = Attempt(self._context, self.settings, self.options, operation, state, pace, budget)
                outcome = await attempt.run(request)
            except OpenDentalError as error:  # no tier, no slot, or nothing can be sent at all
                if state.maybe_executed and not operation.read_only:
                    raise OutcomeUnknown(operation.method, prepared.path, state.failed) from error
                raise self._facts.recall(operation, error) from error.__cause__ or state.error
            if isinstance(outcome, Response):
                self._facts.succeeded()
                return outcome
            if _was_executed(operation, outcome, state):
                return _EXECUTED
            record_failure(state, outcome)
            verdict, delay = decide(
                outcome,
                state,
                policy,
                idempotent=operation.idempotent,
                read_only=operation.read_only,
                jitter=jitter(),
            )
            if verdict is Verdict.UNKNOWN:
                raise OutcomeUnknown(operation.method, prepared.path, state.failed) from outcome
            if verdict is Verdict.FAIL:
                state.is_over = True
                raise await self._facts.explain(operation, outcome)
            if budget:
                self._check_time(prepared, state, budget, delay)
            attempt.emit_retried(outcome, delay)
            if delay:
                await asyncio.sleep(delay)

    def _check_time(self, prepared: PreparedRequest, state: RetryState, budget: Budget, delay: float) -> None:
        """Fail a call whose next attempt would come too late."""
        wait = self._context.scheduler.estimate(self.settings.lane, self.options.priority, retry=True)
        wait = max(wait, delay)
        if wait > budget.left:
            raise _too_late(prepared, state, budget, wait) from state.error

    async def _ask(self, prepared: PreparedRequest) -> Response:
        """Send a read for a fact of the practice, before all calls that wait.

        Any of them may need the fact, whatever its priority, or may go to a server that must not get it.
        """
        calls = self._copy(replace(self.options, priority=Priority.INTERACTIVE), self._budget)
        state = RetryState(goes_first=True)
        return await calls._execute(prepared, state=state)  # noqa: SLF001 - of this very class

    async def _pace(self, request: Request) -> Pace:
        """Return the pace of the practice, whose tier may have to be looked up there."""
        if self.settings.pace:
            return self.settings.pace
        if request.path == PERMISSIONS_PATH:
            tier = self._facts.last_tier  # a slower pace would slow down all that waits in the lane
            return pace_of(tier) if tier else replace(pace_of(Tier.READ_ALL), tier=None)
        return pace_of(await self._facts.tier())

    def _request(self, prepared: PreparedRequest, paging: Mapping[str, str]) -> Request:
        return Request(
            prepared.operation.method,
            prepared.path,
            self._url(prepared, paging),
            self.settings.authorization.reveal(),
            prepared.body,
            self.options.timeout,
        )

    def _url(self, prepared: PreparedRequest, paging: Mapping[str, str]) -> str:
        query = {**prepared.query, **paging}
        encoded = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return f"{self.settings.base_url}{prepared.path}{encoded}"


def _too_late(prepared: PreparedRequest, state: RetryState, budget: Budget, wait: float) -> OpenDentalError:
    """Return the error of a call whose time is over, or is not enough for the next attempt.

    Args:
        prepared: the request.
        state: the attempts of the call.
        budget: its time.
        wait: estimated seconds until the next attempt.
    """
    operation = prepared.operation
    if not operation.read_only and (state.interrupted or state.maybe_executed):
        return OutcomeUnknown(operation.method, prepared.path, state.failed + state.interrupted)
    if state.interrupted:
        return RequestTimeout(operation.method, prepared.path, f"deadline of {budget.seconds:g} s")
    waited = budget.seconds - max(0.0, budget.left)
    failure = type(state.error).__name__ if state.error else None
    return WaitTooLong(wait, budget.seconds, waited=waited, deadline=budget.seconds, failure=failure)


def _was_executed(operation: Operation[Any], error: OpenDentalError, state: RetryState) -> bool:
    """Return whether a 404 only means that an earlier attempt of this DELETE was executed after all."""
    return operation.method == "DELETE" and state.maybe_executed and isinstance(error, NotFound)
