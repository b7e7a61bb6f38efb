"""The two nouns of this package: `OpenDental`, one per process, and `Practice`, one customer key on it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import Any, Final, TypedDict, TypeVar, Unpack, get_args, overload

from odapi_async._core.calls import Calls, Core
from odapi_async._core.credentials import check_base_url, check_key, lane_of
from odapi_async._core.operation import Method, Operation
from odapi_async._core.options import Manner, Office
from odapi_async._core.retry import RetryPolicy
from odapi_async._core.tiers import Tiers
from odapi_async._core.transport import Transport
from odapi_async._paging.rows import Rows
from odapi_async._wire import decoder
from odapi_async.errors import ConfigurationError, InvalidRequest
from odapi_async.limits import BASE_URLS, Mode, Tier, interval
from odapi_async.resources._tree import ResourceTree
from odapi_async.scheduler import Buckets, Pace, Priority, Scheduler
from odapi_async.telemetry import Hook, Telemetry

T = TypeVar("T")
E = TypeVar("E", Mode, Tier)

_DEVELOPER_KEY: Final = "OPENDENTAL_DEVELOPER_KEY"


class MannerOptions(TypedDict, total=False):
    """Options of `Practice.using`; what each means stands in `Manner`."""

    priority: Priority
    flow: str | int | None
    max_wait: float | None
    timeout: float
    check: bool


class OpenDental:
    """The API for one developer key: one scheduler and one pool of connections for all practices.

    Make one per process and event loop, and use it inside `async with`, or call `aclose()` at the end.

    Args:
        developer_key: by default the environment variable OPENDENTAL_DEVELOPER_KEY.
        margin: seconds added to the API's interval between two requests of one practice; see `Scheduler`.
        max_queue: requests that may wait for one practice; None for no bound.
        buckets: where the right to send comes from: by default this process alone; `RedisBuckets` lets many
            processes share the pace of their customer keys.
        max_rate: requests per second of all throttled practices together; None for no cap.
        max_in_flight: requests of all throttled practices that may be under way at once; None for no cap.
        retries: how often and how patiently a request that failed is tried again.
        connect_timeout: seconds until a connection must be open.
        on_event: called with each `Event`, in the event loop and between two steps of a request: it must be
        quick
            and may not block. What it raises breaks no call.

    Raises:
        ConfigurationError: the key is missing or cannot be one, or `on_event` cannot be called.
    """

    def __init__(
        self,
        developer_key: str | None = None,
        *,
        margin: float = 0.005,
        max_queue: int | None = None,
        buckets: Buckets | None = None,
        max_rate: float | None = None,
        max_in_flight: int | None = None,
        retries: RetryPolicy | None = None,
        connect_timeout: float = 10.0,
        on_event: Hook | None = None,
    ) -> None:
        key = os.environ.get(_DEVELOPER_KEY, "") if developer_key is None else developer_key
        if not key and developer_key is None:
            raise ConfigurationError(f"no developer key: pass developer_key or set {_DEVELOPER_KEY}")
        self._developer_key = check_key("developer_key", key)
        telemetry = Telemetry(on_event)
        self.scheduler = Scheduler(
            margin=margin,
            max_queue=max_queue,
            buckets=buckets,
            max_rate=max_rate,
            max_in_flight=max_in_flight,
        )
        """Who waits for what: `scheduler.snapshot()`."""
        transport = Transport(connect_timeout=connect_timeout)
        self._core = Core(self.scheduler, transport, Tiers(), retries or RetryPolicy(), telemetry)

    def practice(
        self,
        customer_key: str,
        *,
        tier: Tier | None = None,
        mode: Mode = Mode.REMOTE,
        base_url: str | None = None,
        concurrency: int = 4,
        version: str | None = None,
    ) -> Practice:
        """Return the practice of a customer key. Nothing is sent yet.

        Args:
            customer_key: the office's key, without the developer key.
            tier: what the developer's permissions allow there; it sets the pace in remote mode. Left out, it
            is
                found through GET /securityperms at the first use, and again when it seems to have changed.
            mode: how the office is reached.
            base_url: where, if not at the mode's usual address.
            concurrency: requests that may be under way at once in local and service mode; in remote mode it
            is one.
            version: the Open Dental version that the office runs, as "24.4" or "24.4.13". An operation or a
                parameter that is newer then fails before it is sent; without a version nothing is refused.

        Raises:
            ConfigurationError: the key cannot be one, or the URL would give the keys away.
        """
        if concurrency < 1:
            raise ConfigurationError("concurrency has to be 1 or more")
        mode, tier = _known(Mode, mode, "mode"), tier and _known(Tier, tier, "tier")
        if version is not None and not re.fullmatch(r"\d+(\.\d+)+", version):
            raise ConfigurationError("version has to look like 24.4 or 24.4.13")
        url = check_base_url(base_url or BASE_URLS[mode])
        key = check_key("customer_key", customer_key)
        office = Office(
            base_url=url,
            lane=lane_of(key, url),
            pace=_pace(mode, tier, concurrency),
            authorization=f"ODFHIR {self._developer_key}/{key}",
            version=version,
        )
        return Practice(Calls(self._core, office, Manner()))

    async def aclose(self) -> None:
        """Fail everyone who waits, and close all connections. Doing it twice does no harm."""
        await self.scheduler.close()
        await self._core.transport.close()

    async def __aenter__(self) -> OpenDental:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class Practice(ResourceTree):
    """One practice in one manner: its resources, each loaded on first use. Made by `OpenDental.practice`."""

    def __repr__(self) -> str:
        """Show where the practice is and the name of its lane, and no key."""
        return f"<Practice {self.lane} at {self.calls.office.base_url}>"

    @property
    def lane(self) -> str:
        """The name of its lane, as `OpenDental.scheduler.snapshot()` shows it. It is not the key."""
        return self.calls.office.lane

    def using(self, **options: Unpack[MannerOptions]) -> Practice:
        """Return the same practice, asked in another manner. What is not given stays as it is here.

        Args:
            options: priority, flow, max_wait, timeout and check; see `odapi_async._core.options.Manner`.
        """
        return Practice(self.calls.using(replace(self.calls.manner, **options)))

    @overload
    async def request(
        self,
        method: Method,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Any: ...

    @overload
    async def request(
        self,
        method: Method,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        into: type[T],
    ) -> T: ...

    async def request(
        self,
        method: Method,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        into: type[Any] | None = None,
    ) -> Any:
        """Do an operation that has no method here yet, with the same pace, retries and errors.

        Args:
            method: the HTTP method. A PUT is not sent again after it may have arrived: it might add up.
            path: below the base URL, as `/patients/48`.
            query: the query; dates, booleans and lists are written as the API writes them.
            body: the body, likewise.
            into: the struct to decode into; without it the answer is what its JSON says, or None if it is
            empty.
        """
        operation = _unlisted(method, path)
        answer = await self._unchecked.send(self._unchecked.prepare(operation, (), query, body))
        if into is not None:
            return decoder(into).row(answer)
        return decoder(object).row(answer) if answer else None

    @overload
    def rows(self, path: str, *, query: Mapping[str, object] | None = None) -> Rows[dict[str, Any]]: ...

    @overload
    def rows(self, path: str, *, query: Mapping[str, object] | None = None, into: type[T]) -> Rows[T]: ...

    def rows(
        self, path: str, *, query: Mapping[str, object] | None = None, into: type[Any] | None = None
    ) -> Rows[Any]:
        """Read a list that has no method here yet.

        Args:
            path: below the base URL, as `/patients`.
            query: the query; dates, booleans and lists are written as the API writes them.
            into: the struct of one row; without it rows are dictionaries.
        """
        prepared = self._unchecked.prepare(_unlisted("GET", path), (), query)
        return Rows(self._unchecked, prepared, into or dict[str, Any])

    @cached_property
    def _unchecked(self) -> Calls:
        return self.calls.using(replace(self.calls.manner, check=False))


def _known(kind: type[E], value: E, name: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise ConfigurationError(f"{name} has to be one of {', '.join(kind)}") from None


def _pace(mode: Mode, tier: Tier | None, concurrency: int) -> Pace | None:
    if mode is not Mode.REMOTE:
        return Pace(0.0, concurrency)
    return Pace(interval(mode, tier)) if tier else None


def _unlisted(method: Method, path: str) -> Operation[Any]:
    if method not in get_args(Method):
        raise InvalidRequest("method", f"is one of {', '.join(get_args(Method))}")
    if not re.fullmatch(r"(/[\w.~-]+)+", path, re.ASCII):
        raise InvalidRequest("path", "looks like /patients/48, without a query; give that as query=")
    return Operation(method, path, object, since=None, adds_up=method == "PUT")
