"""The two classes to start from: `OpenDental`, one per process, and `Practice`, one per customer key."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import cached_property
from ssl import SSLContext
from types import TracebackType
from typing import Any, Final, Literal, NoReturn, TypedDict, TypeVar, Unpack, cast, get_args, overload

from odapi_async._core.attempt import ClientContext
from odapi_async._core.calls import Calls
from odapi_async._core.credentials import (
    base_url_hint,
    check_base_url,
    check_key,
    check_name,
    key_fingerprint,
    keyed_digest,
    lane_name,
    server_of,
)
from odapi_async._core.emitter import Emitter
from odapi_async._core.lookup import VERSION, KnownFacts
from odapi_async._core.network import check_proxy, check_ssl
from odapi_async._core.operation import Method, Operation
from odapi_async._core.options import (
    PracticeSettings,
    RequestOptions,
    Verify,
    changed_options,
    check_count,
    check_kind,
    check_positive,
    pace_of,
)
from odapi_async._core.retry import RetryPolicy
from odapi_async._core.secret import Secret
from odapi_async._core.transport import MAX_RESPONSE, Transport
from odapi_async._core.ways import PROBE_INTERVAL, WayChoices, WayChoosingCalls, statuses
from odapi_async._paging.rows import Rows
from odapi_async._wire import check_rows_of, decoder, decoder_for
from odapi_async.errors import ConfigurationError, InvalidRequest
from odapi_async.facts import AUTO, Auto, Facts
from odapi_async.limits import BASE_URLS, Mode, Tier, page_limit
from odapi_async.resources._tree import ResourceTree
from odapi_async.scheduler import BucketFactory, Pace, Priority, Scheduler
from odapi_async.telemetry import Hook
from odapi_async.ways import Way, WayStatus, check_ways

T = TypeVar("T")
E = TypeVar("E", Mode, Tier)

_CONCURRENCY: Final = 4
_DEVELOPER_KEY: Final = "OPENDENTAL_DEVELOPER_KEY"
# a part of two dots would lead out of the API
_PATH: Final = re.compile(r"(/(?!\.+(/|$))[\w.~-]+)+", re.ASCII)


class RequestOverrides(TypedDict, total=False):
    """Options of `Practice.with_options`.

    Attributes:
        priority: how urgent the requests are.
        flow: a label; inside a priority, flows take turns.
        max_wait: seconds that a request may wait for its slot; None for no limit.
        deadline: seconds that a whole call may take: all waits, attempts, pauses and the look-up of the tier.
            None for no limit. `await` of a list is one call; if a list is streamed, the request of each page
            has the deadline for itself, because the caller works between the pages. The call fails when the
            deadline is over, or as soon as it is certain that the time is not enough: with `OutcomeUnknown`
            if a write was sent and may have been executed, with `RequestTimeout` if a read is in flight, and
            otherwise with `WaitTooLong`.
        timeout: seconds from the slot to the end of the response. The API itself gives up after 60.
        check: whether parameters are checked against the reference before a request is sent, and the rows of
            a list against filters that they must equal (`FilterIgnored`): True for the first and the last row
            of each page, "rows" for all rows, False for neither.
        max_age: a read may be answered with the response of an earlier one that this client requested at most
            so many seconds ago; 0 or None for never. Each page of a list is a response. `Rows.walk` always
            sends its requests. A write of this client at the same practice drops the cached ones.
        verify: what happens if the office answers a write with success and does not keep what was sent:
            nothing, a warning (in the log and to `on_event`) or `NotKept`. It compares the answer; if the
            answer lacks a field, it reads the row, which costs a request, within the same `deadline`.
    """

    priority: Priority
    flow: str | int | None
    max_wait: float | None
    deadline: float | None
    timeout: float
    check: bool | Literal["rows"]
    max_age: float | None
    verify: Verify


class OpenDental:
    """The API for one developer key: one scheduler and one connection pool for all practices.

    Make one per process and event loop. Use it inside `async with`, or call `aclose()` at the end.

    Args:
        developer_key: by default the environment variable OPENDENTAL_DEVELOPER_KEY.
        margin: seconds added to the API's interval between two requests of one practice; see `Scheduler`.
        max_queue: requests that may wait for one practice; None for no limit.
        buckets: where tokens come from: by default this process alone; with `RedisBuckets` many processes
            share the pace of their customer keys.
        max_rate: requests per second of all throttled practices together; None for no limit.
        max_in_flight: requests of all throttled practices that may be in flight at once; None for no limit.
        retries: how often and how patiently a failed request is retried.
        connect_timeout: seconds until a connection must be open.
        max_response: bytes of one response at most, decompressed; a larger one is `ResponseTooLarge`.
        ssl: the TLS context of https, for the CA of a company or a client certificate; by default the
            certificates that the system trusts. It has to check certificates and host names.
        proxy: the URL of the proxy for https, as "http://user:password@proxy.example.com:3128"; or
            "environment" for the one that the variable HTTPS_PROXY names, except for the hosts of NO_PROXY.
            By default there is none, whatever the environment says. Plain http never goes through a proxy.
        transport: what sends the requests: by default the network. It is closed with the client. A transport
            of your own reaches the network in its own way, so it excludes `ssl` and `proxy`.
        on_event: called with each `Event`, in the event loop and between two steps of a request: it must be
            quick and must not block. An exception that it raises breaks no call.

    Raises:
        ConfigurationError: the key is missing or malformed, `on_event` cannot be called, `max_response` is
            not a number of bytes, or `ssl` or `proxy` cannot be used.

    Attributes:
        scheduler: the scheduler of all practices; `scheduler.snapshot()` shows what waits.
    """

    def __init__(
        self,
        developer_key: str | None = None,
        *,
        margin: float = 0.005,
        max_queue: int | None = None,
        buckets: BucketFactory | None = None,
        max_rate: float | None = None,
        max_in_flight: int | None = None,
        retries: RetryPolicy | None = None,
        connect_timeout: float = 10.0,
        max_response: int = MAX_RESPONSE,
        ssl: SSLContext | None = None,
        proxy: str | None = None,
        transport: Transport | None = None,
        on_event: Hook | None = None,
    ) -> None:
        key = Secret(os.environ.get(_DEVELOPER_KEY, "") if developer_key is None else developer_key)
        is_missing = developer_key is None and not key.reveal()
        proxy_url = Secret(proxy)
        del developer_key, proxy  # error reporters send local variables
        if is_missing:
            raise ConfigurationError(f"no developer key: pass developer_key or set {_DEVELOPER_KEY}")
        self._developer_key = Secret(check_key("developer_key", key.reveal()))
        if transport is None:
            transport = network_transport(
                connect_timeout=connect_timeout,
                max_response=max_response,
                ssl=ssl,
                proxy=proxy_url.reveal(),
            )
        elif ssl is not None or proxy_url.reveal() is not None:
            raise ConfigurationError("transport reaches the network in its own way: pass no ssl and no proxy")
        check_kind("retries", retries, RetryPolicy, "RetryPolicy(max_attempts=2)")
        emitter = Emitter(on_event)
        self.scheduler = Scheduler(
            margin=check_positive("margin", margin, "seconds", zero=True),
            max_queue=None if max_queue is None else check_count("max_queue", max_queue, least=0),
            buckets=buckets,
            max_rate=None if max_rate is None else check_positive("max_rate", max_rate, "requests a second"),
            max_in_flight=None if max_in_flight is None else check_count("max_in_flight", max_in_flight),
        )
        self._context = ClientContext(
            scheduler=self.scheduler,
            transport=transport,
            facts=KnownFacts(),
            policy=RetryPolicy() if retries is None else retries,
            emitter=emitter,
        )
        self._choices = WayChoices()

    def practice(
        self,
        customer_key: str,
        *,
        tier: Tier | None = None,
        mode: Mode = Mode.REMOTE,
        base_url: str | None = None,
        concurrency: int = _CONCURRENCY,
        version: str | Auto | None = None,
        name: str | None = None,
        via: Sequence[Way] | None = None,
        probe_interval: float = PROBE_INTERVAL,
    ) -> Practice:
        """Return the practice of a customer key. Nothing is sent yet.

        Args:
            customer_key: the practice's key, without the developer key.
            tier: what the developer's permissions allow there; it sets the pace in remote mode. Without it,
                the first use looks it up with GET /securityperms, and again if it seems to have changed.
            mode: how the office is reached.
            base_url: the URL of the API, if it is not the usual one of the mode.
            concurrency: requests that may be in flight at once in local and service mode; in remote mode it
                is one.
            version: the version of Open Dental that the office runs, as "24.4" or "24.4.13". A newer
                operation or parameter then fails before it is sent; without a version nothing is refused.
                `AUTO` looks it up with GET /preferences, once, before the first request. If the office fails
                to tell it, nothing is refused, and the next look-up is 60 seconds later at the earliest.
            name: a name for people, of 1 to 64 printable characters. Logs, events, spans, snapshots, errors
                and reprs show it instead of the lane's name. It changes nothing else: practices with the same
                key share a lane, whatever their names are.
            via: several ways to the office in the order of preference, as
                `[Service("http://office-server:30223/api/v1"), Remote()]`. Each call takes the first one that
                works. `via` excludes `mode`, `base_url` and `concurrency`: each way has its own.
            probe_interval: seconds after which a way that did not work is probed again; with `via` only.

        Raises:
            ConfigurationError: an argument cannot be used, or the URL would expose the keys.
        """
        key, developer_key, shown = Secret(customer_key), self._developer_key, Secret(name)
        del customer_key, name  # error reporters send local variables, and some give a key as the name
        concurrency = check_count("concurrency", concurrency)
        mode, tier = _member(Mode, mode, "mode"), tier and _member(Tier, tier, "tier")
        if not _is_version(version):
            raise ConfigurationError("version has to look like 24.4 or 24.4.13, as text, or to be AUTO")
        url = check_base_url(BASE_URLS[mode] if base_url is None else base_url)
        check_key("customer_key", key.reveal())
        settings = PracticeSettings(
            base_url=url,
            server=server_of(url),
            url_hint=base_url_hint(url),
            lane=lane_name(key.reveal(), url, developer_key.reveal()),
            pace=_pace(mode, tier, concurrency),
            authorization=Secret(f"ODFHIR {developer_key.reveal()}/{key.reveal()}"),
            version=version,
            page_limit=page_limit(mode, tier),
            name=None if shown.reveal() is None else check_name(shown.reveal(), key, developer_key),
            mode=mode,
        )
        interval = check_positive("probe_interval", probe_interval, "seconds")
        if via is None:
            if interval != PROBE_INTERVAL:
                raise ConfigurationError("probe_interval needs via: there is no other way to probe")
            self._name_lane(settings)
            return Practice(Calls(self._context, settings, RequestOptions()))
        if (mode, base_url, concurrency) != (Mode.REMOTE, None, _CONCURRENCY):
            raise ConfigurationError("via excludes mode, base_url and concurrency: each way has its own")
        return self._practice_by_ways(key, settings, tier, check_ways(via), interval)

    def _practice_by_ways(
        self,
        key: Secret[str],
        settings: PracticeSettings,
        tier: Tier | None,
        ways: Sequence[Way],
        interval: float,
    ) -> Practice:
        """Return a practice with several ways.

        Args:
            key: its customer key.
            settings: what all ways have in common.
            tier: what the developer's permissions allow there.
            ways: the ways in the order of preference.
            interval: seconds after which a way that did not work is probed again.
        """
        each_way = [
            replace(
                settings,
                base_url=way.base_url,
                server=server_of(way.base_url),
                url_hint=base_url_hint(way.base_url),
                lane=lane_name(key.reveal(), way.base_url, self._developer_key.reveal()),
                pace=_pace(way.mode, tier, way.concurrency),
                page_limit=page_limit(way.mode, tier),
                mode=way.mode,
                way=str(way),
            )
            for way in ways
        ]
        for each in each_way:
            self._name_lane(each)
            self.scheduler.name_way(each.lane, each.way)
        choice = self._choices.of(each_way)
        return Practice(WayChoosingCalls(self._context, each_way, RequestOptions(), choice, interval))

    def _name_lane(self, settings: PracticeSettings) -> None:
        if settings.name is not None:
            self.scheduler.name_lane(settings.lane, settings.name)

    async def aclose(self) -> None:
        """Fail every waiting request and close all connections. A second call does no harm."""
        async with AsyncExitStack() as steps:  # in reverse order, and all of them even if one fails
            steps.push_async_callback(self._context.transport.close)
            steps.push_async_callback(self.scheduler.close)
            steps.callback(self._context.cache.close)
            steps.push_async_callback(self._choices.close)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: the keys would be in it."""
        raise TypeError("an OpenDental has keys and connections: make one in each process")

    async def __aenter__(self) -> OpenDental:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class Practice(ResourceTree):
    """One practice: its resources, each imported on first use. Made by `OpenDental.practice`."""

    def __repr__(self) -> str:
        """Show the URL and the name, or the name of the lane if it has none, and no key."""
        settings = self._calls.settings
        return f"<Practice {settings.name or settings.lane} at {settings.base_url}>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: the keys would be in it."""
        raise TypeError("a Practice has keys: send its name, and call od.practice() in the other process")

    @property
    def name(self) -> str | None:
        """The name that was given to `OpenDental.practice`; None if it has none."""
        return self._calls.settings.name

    @property
    def lane(self) -> str:
        """The name of its lane, as in `OpenDental.scheduler.snapshot()`. It is not the key.

        Each way to an office has a lane of its own: with `via` this is that of the chosen way, or of
        the first one if none is chosen. `ways` has all of them.
        """
        return self._calls.settings.lane

    @property
    def way(self) -> WayStatus | None:
        """The way of the next call, as far as is known now; None if none was chosen yet, or none works."""
        return next((each for each in self.ways if each.is_chosen), None)

    @property
    def ways(self) -> tuple[WayStatus, ...]:
        """All ways to the office in the order of preference, and what is known of them. Nothing is sent."""
        return statuses(self._calls)

    @property
    def key_fingerprint(self) -> str:
        """A hash that shows whether two keys are the same, whatever their URLs are. It reveals no key."""
        return key_fingerprint(self._calls.settings.authorization)

    def keyed_digest(self, content: bytes) -> str:
        """Return a hash that shows whether two contents are the same.

        It is keyed with the keys of the practice: nobody without them finds out the content by guessing.

        Args:
            content: anything, such as what was written.
        """
        return keyed_digest(self._calls.settings.authorization, content)

    def with_options(self, **options: Unpack[RequestOverrides]) -> Practice:
        """Return the same practice with other options for its requests. Options that are not given stay.

        Args:
            options: priority, flow, max_wait, deadline, timeout, check, max_age and verify; see
                `RequestOverrides`.

        Raises:
            ConfigurationError: a value cannot be used.
            TypeError: there is no such option.
        """
        return Practice(self._calls.with_options(changed_options(self._calls.options, options)))

    def reset_circuit(self) -> bool:
        """Close the circuit of this practice, so that the next request is sent and not refused.

        Call it if you know that the reason is gone: the network is back, or a key was corrected. A circuit
        closes by itself after the next probe; see `Scheduler.reset_circuits` for all practices.

        Returns:
            Whether it was open.
        """
        return self._calls.reset_circuit()

    def reset_ways(self) -> None:
        """Forget which way works and which one refuses the key, so that the next call chooses again.

        Call it if you have corrected a key or a URL: a way that has refused the key is not used before that.
        It counts for all practices of the client with the same key and the same ways, and closes the circuits
        of these ways.
        """
        if isinstance(self._calls, WayChoosingCalls):
            self._calls.reset_ways()

    async def facts(self, *, refresh: bool = False) -> Facts:
        """Return the office's version, and the developer's permissions there.

        This costs two requests, once: GET /securityperms (22.2) and GET /preferences (21.1). All callers of
        the client share the result.

        Args:
            refresh: whether to read them again.

        Returns:
            What is known. It does not raise if the office cannot be reached or refuses: then `unknown` has
            the error. Facts that failed in a way that may end are read again by the next call.
        """
        return await self._calls.facts(refresh=refresh)

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
        """Call an operation that has no method here yet, with the same pace, retries and errors.

        Args:
            method: the HTTP method. A PUT that may have been executed is not sent again: it may not be
                idempotent.
            path: below the base URL, as `/patients/48`.
            query: the query; dates, booleans and lists are written as the API writes them.
            body: the body, likewise; in it, objects, lists of anything and None are sent as JSON, too. A GET
                has none.
            into: the struct to decode into; without it the result is what the JSON says, or None if the body
                is empty.

        Raises:
            InvalidRequest: an argument cannot be used; nothing was sent.
            OpenDentalError: see `odapi_async.errors`.
        """
        try:
            operation = _unlisted(method, path)
            _check_mapping("query", query)
            _check_mapping("body", body)
            if method == "GET" and body is not None:
                raise InvalidRequest("body", "must not be given with GET; pass filters as query=")
            decoder(into or object)  # refuses what is no type
            prepared = self._unchecked.prepare(operation, (), query, body)
        finally:
            del query, body  # error reporters send local variables
        row = decoder_for(into or object, prepared.query)
        return await self._unchecked.execute_and_read(
            prepared, lambda response: row.row(response.body) if response.body or into else None
        )

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
            into: the struct of one row; without it the rows are dictionaries.

        Raises:
            InvalidRequest: an argument cannot be used; nothing was sent.
        """
        try:
            _check_mapping("query", query)
            if into is not None:
                check_rows_of(into)
            prepared = self._unchecked.prepare(_unlisted("GET", path), (), query)
        finally:
            del query  # as in `request`
        return Rows(self._unchecked, prepared, into or dict[str, Any])

    @cached_property
    def _unchecked(self) -> Calls:
        return self._calls.with_options(replace(self._calls.options, check=False))


def _is_version(version: object) -> bool:
    if isinstance(version, str):
        return VERSION.fullmatch(version) is not None
    return version is None or version is AUTO


def _member(kind: type[E], value: E, name: str) -> E:
    for member in kind:
        if str(value).casefold() == member.casefold():
            return member
    raise ConfigurationError(f"{name} has to be one of {', '.join(kind)}")


def _pace(mode: Mode, tier: Tier | None, concurrency: int) -> Pace | None:
    if mode is not Mode.REMOTE:
        return Pace(0.0, concurrency)
    return pace_of(tier) if tier else None


def _unlisted(method: Method, path: object) -> Operation[Any]:
    if method not in get_args(Method):
        raise InvalidRequest("method", f"must be one of {', '.join(get_args(Method))}")
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise InvalidRequest("path", "must look like /patients/48, without a query; pass that as query=")
    permission = "ReadAll" if method == "GET" else None  # nobody knows which one a write needs
    return Operation(method, path, object, since=None, permission=permission, idempotent=method != "PUT")


def _check_mapping(name: str, values: object) -> None:
    if values is None:
        return
    if not isinstance(values, Mapping):
        kind = type(values).__name__
        raise InvalidRequest(name, f'must be a mapping such as {{"LName": "Smith"}}, not a {kind}')
    if any(not isinstance(key, str) for key in cast("Mapping[object, object]", values)):
        raise InvalidRequest(name, "must have texts as its keys: the names of fields as the API spells them")


def network_transport(
    *,
    connect_timeout: float = 10.0,
    max_response: int = MAX_RESPONSE,
    ssl: SSLContext | None = None,
    proxy: str | None = None,
) -> Transport:
    """Return the transport that `OpenDental` uses by default, to wrap it in one of your own.

    Args:
        connect_timeout: as in `OpenDental`.
        max_response: as in `OpenDental`.
        ssl: as in `OpenDental`.
        proxy: as in `OpenDental`.

    Raises:
        ConfigurationError: a value cannot be used.
    """
    proxy_url = Secret(proxy)
    del proxy  # it may contain a password, and error reporters send local variables
    context, route = check_ssl(ssl), check_proxy(proxy_url.reveal())
    max_response = check_count("max_response, in bytes,", max_response)
    connect_timeout = check_positive("connect_timeout", connect_timeout, "seconds")
    from odapi_async._core.aiohttp_transport import AiohttpTransport  # noqa: PLC0415 - slow, not always needed

    return AiohttpTransport(
        connect_timeout=connect_timeout, max_response=max_response, ssl=context, proxy=route
    )
