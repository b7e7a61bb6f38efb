"""One call: check and encode it, attempt it as often as the policy allows, and decode the response."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import NoneType
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import anyio

from odapi_async._core.attempt import Attempt, ClientContext
from odapi_async._core.fact_finder import FactFinder
from odapi_async._core.lookup import PERMISSIONS_PATH
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings, RequestOptions, pace_of
from odapi_async._core.requests import PreparedRequest, prepare
from odapi_async._core.retry import RetryState, Verdict, decide, record_failure
from odapi_async._core.transport import Request, Response
from odapi_async._wire import decoder
from odapi_async.errors import NotFound, OpenDentalError, OutcomeUnknown
from odapi_async.facts import AUTO, Facts
from odapi_async.limits import Tier
from odapi_async.scheduler import Pace

T = TypeVar("T")

_jitter: Final = random.Random().random  # noqa: S311 - jitter is no secret


class Calls:
    """Calls to one practice.

    Args:
        context: what all practices share.
        settings: the practice.
        options: how its requests are sent.
    """

    __slots__ = ("_context", "_facts", "options", "settings")

    def __init__(self, context: ClientContext, settings: PracticeSettings, options: RequestOptions) -> None:
        self._context = context
        self.settings = settings
        self.options = options
        self._facts = FactFinder(context.facts, settings, self._execute)

    @property
    def known_version(self) -> str | None:
        """The version of the office as given, or as found out if it was looked up."""
        return self._facts.version

    async def facts(self, *, refresh: bool = False) -> Facts:
        """Return the facts of the practice: what is known or can be read, and why the rest cannot."""
        return await self._facts.facts(refresh=refresh)

    def with_options(self, options: RequestOptions) -> Calls:
        """Return calls to the same practice with other options."""
        return Calls(self._context, self.settings, options)

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
        return prepare(
            operation, ids, query or {}, body, check=self.options.check, version=self.known_version
        )

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
        content = await self.execute(self.prepare(operation, ids, query, body))
        if operation.returns is NoneType:
            return cast("T", None)
        if not content and not operation.read_only:
            return operation.returns()  # an older server says nothing about what it wrote
        return decoder(operation.returns).row(content)

    async def fetch_list(
        self, operation: Operation[T], ids: tuple[int, ...] = (), body: Mapping[str, object] | None = None
    ) -> list[T]:
        """Call an operation that answers with a list without pages."""
        content = await self.execute(self.prepare(operation, ids, body=body))
        if content.lstrip()[:1] not in {b"[", b"{"}:
            return []  # a text that says that there is nothing to do
        return decoder(operation.returns).page(content)

    async def execute(self, prepared: PreparedRequest, paging: Mapping[str, str] | None = None) -> bytes:
        """Send a request as often as the policy allows, and return the body of its success.

        Raises:
            OpenDentalError: see `odapi_async.errors`.
        """
        if self.settings.version is AUTO and self.options.check:
            await self._facts.check_version(prepared)
        return await self._execute(prepared, paging)

    async def _execute(self, prepared: PreparedRequest, paging: Mapping[str, str] | None = None) -> bytes:
        operation, policy = prepared.operation, self._context.policy
        request = self._request(prepared, paging or {})
        state = RetryState()
        while True:
            try:
                attempt = Attempt(
                    self._context, self.settings, self.options, operation, state, await self._pace(request)
                )
                outcome = await attempt.run(request)
            except OpenDentalError as error:  # there is no slot for another attempt
                if state.maybe_executed and not operation.read_only:
                    raise OutcomeUnknown(operation.method, prepared.path, state.failed) from error
                raise self._facts.recall(operation, error) from error.__cause__
            if isinstance(outcome, Response):
                self._facts.succeeded()
                return outcome.body
            if _was_executed(operation, outcome, state):
                return b""
            record_failure(state, outcome)
            verdict, delay = decide(
                outcome,
                state,
                policy,
                idempotent=operation.idempotent,
                read_only=operation.read_only,
                jitter=_jitter(),
            )
            if verdict is Verdict.UNKNOWN:
                raise OutcomeUnknown(operation.method, prepared.path, state.failed) from outcome
            if verdict is Verdict.FAIL:
                raise await self._facts.explain(operation, outcome)
            attempt.emit_retried(outcome, delay)
            if delay:
                await anyio.sleep(delay)

    async def _pace(self, request: Request) -> Pace:
        """Return the pace of the practice, whose tier may have to be looked up there."""
        if self.settings.pace:
            return self.settings.pace
        if request.path == PERMISSIONS_PATH and not self._facts.has_permissions:
            return replace(pace_of(Tier.READ_ALL), tier=None)  # the slowest pace; the tier is not known yet
        return pace_of(await self._facts.tier())

    def _request(self, prepared: PreparedRequest, paging: Mapping[str, str]) -> Request:
        query = {**prepared.query, **paging}
        encoded = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return Request(
            prepared.operation.method,
            prepared.path,
            f"{self.settings.base_url}{prepared.path}{encoded}",
            self.settings.authorization,
            prepared.body,
            self.options.timeout,
        )


def _was_executed(operation: Operation[Any], error: OpenDentalError, state: RetryState) -> bool:
    """Return whether a 404 only means that an earlier attempt of this DELETE was executed after all."""
    return operation.method == "DELETE" and state.maybe_executed and isinstance(error, NotFound)
