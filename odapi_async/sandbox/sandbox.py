"""The sandbox: offices that respond to requests, in this process or over HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from odapi_async.sandbox import messages, row_values
from odapi_async.sandbox.catalogue import load
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.events.office_events import OfficeEvents, SentEvent
from odapi_async.sandbox.events.sender import EventSender
from odapi_async.sandbox.events.subscribed import MACHINES, SUBSCRIPTIONS
from odapi_async.sandbox.faults import Fault, Faults
from odapi_async.sandbox.messages import Arrival, BodyReader, Refusal, SandboxRequest, SandboxResponse
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.office_server import OfficeServer
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.spelling import resource_name
from odapi_async.sandbox.tables import Table
from odapi_async.sandbox.throttle import KeyStats, Throttle

if TYPE_CHECKING:
    from odapi_async.sandbox.http_server import HttpServer

BASE_PATH: Final = "/api/v1"
_WITH_LENGTH: Final = frozenset({"POST", "PUT"})
_KEPT_ARRIVALS: Final = 200_000


class Sandbox:
    """Behaves as the Open Dental REST API does, for tests and demonstrations.

    `respond` handles one request in this process, without a socket. `async with Sandbox(...)` also serves it
    over HTTP, on the loopback interface, and posts the events of the offices to the URLs of their
    subscriptions, as far as these are on this machine. Without it, `poll_events` does so.

    Args:
        offices: the offices, each with a customer key of its own.
        developer_key: the developer key that every request must carry.
        throttle: what happens to requests that come too early.
        queue_limit: how many requests of one key may wait at the server at once.
        port: the port; 0 takes a free one.
        host: the interface.
        retry_after: seconds that a 429 tells; None tells the true number, rounded up to whole seconds.
        seed: decides on faults with a rate.
        control_token: what `SandboxProcess` must send to reset a sandbox or to change its rows over HTTP, as
            `Authorization: Bearer TOKEN`; None lets every program on this machine do so.
        now: the office time at the start, without a time zone; None is the real time. The dates of rows lie
            around it, so that the same `now` gives the same rows on any day.
        event_polling: seconds between two polls of each subscription, for tests that cannot wait as long as
            its PollingSeconds says; None keeps to these.
        event_timeout: seconds until the receiver of an event must have responded.

    Raises:
        ValueError: two offices have the same customer key, there is no such throttle, or a number of seconds
            is not above 0.

    Attributes:
        developer_key: the developer key.
        arrivals: the latest 200,000 requests, oldest first.
    """

    def __init__(
        self,
        offices: Iterable[Office],
        *,
        developer_key: str = "sandbox-developer",
        throttle: Throttle = Throttle.HOLD,
        queue_limit: int = 10,
        port: int = 0,
        host: str = "127.0.0.1",
        retry_after: float | None = None,
        seed: int = 1,
        control_token: str | None = None,
        now: dt.datetime | None = None,
        event_polling: float | None = None,
        event_timeout: float = 60.0,
    ) -> None:
        self.developer_key = developer_key
        self.arrivals: deque[Arrival] = deque(maxlen=_KEPT_ARRIVALS)
        self._clock = OfficeClock(now)
        self._faults = Faults(seed)
        self._events = EventSender()
        self._servers: dict[str, OfficeServer] = {}
        if event_timeout <= 0 or (event_polling is not None and event_polling <= 0):
            raise ValueError("event_polling and event_timeout must be above 0 seconds")
        for office in offices:
            if office.customer_key in self._servers:
                raise ValueError("two offices have the same customer_key; give each one of its own")
            self._servers[office.customer_key] = OfficeServer(
                office,
                self._clock,
                throttle=Throttle(throttle),
                queue_limit=queue_limit,
                retry_after=retry_after,
            )
            self._add_events(office, event_polling, event_timeout)
        self._host = host
        self._port = port
        self._control_token = control_token
        self._http: HttpServer | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The base URL of the API over HTTP; it has the real port once the sandbox has been started."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}{BASE_PATH}"

    @property
    def keys(self) -> list[str]:
        """The customer keys of the offices."""
        return list(self._servers)

    @property
    def sent_events(self) -> list[SentEvent]:
        """The latest 10,000 events that were posted, oldest first."""
        return list(self._events.sent)

    async def start(self) -> None:
        """Start to listen for HTTP requests, and to post events.

        Raises:
            OSError: the port is taken.
        """
        from odapi_async.sandbox.http_server import HttpServer  # noqa: PLC0415 - in process, no HTTP is needed

        load()
        http = HttpServer(self, BASE_PATH, self._control_token)
        self._port = await http.start(self._host, self._port)
        self._http = http
        self._events.start()

    async def close(self) -> None:
        """Stop to listen and to post, and cancel the requests in flight. A second call does no harm."""
        http, self._http = self._http, None
        try:
            await self._events.close()
        finally:
            if http is not None:
                await http.close()

    def warm(self) -> None:
        """Make the first pages in advance, because making one delays the request that needs it."""
        for server in self._servers.values():
            server.api.warm()

    async def respond(self, request: SandboxRequest, read_body: BodyReader | None = None) -> SandboxResponse:
        """Return the response to one request. Waits and latencies pass in the event loop's time.

        Args:
            request: the request.
            read_body: reads the body after the keys were checked and the arrival was counted, instead of
                `request.body`: for a server that has only the headers at that moment.
        """
        arrived_at = asyncio.get_running_loop().time()
        headers = {name.lower(): value for name, value in request.headers.items()}
        developer, _, customer_key = _credentials(headers)
        server = self._servers.get(customer_key) if developer == self.developer_key else None
        if server is None:
            self._record(request, customer_key, arrived_at, b"")
            return messages.error(401, "The developer or customer key is invalid.")
        gate = server.gate
        gate.arrive(arrived_at)
        try:
            refusal = _malformed(request.method, headers)
            if refusal is not None:
                self._record(request, customer_key, arrived_at, b"")
                return await server.refuse(refusal, arrived_at)
            request = await self._with_body(request, read_body, customer_key, arrived_at)
            hit = self._faults.hit(customer_key, request.method, request.path)
            return await server.respond(request, hit, arrived_at)
        except Refusal as too_long:
            return await server.refuse(too_long.response, arrived_at)
        finally:
            gate.leave()

    def stats(self, customer_key: str) -> KeyStats:
        """Return a copy of what was counted for a key.

        Raises:
            KeyError: no office has this key.
        """
        stats = self._servers[customer_key].gate.stats
        return replace(stats, starts=list(stats.starts))

    def reset_stats(self) -> None:
        """Set the counts to zero and forget the arrivals; rows, faults and the throttle stay."""
        self.arrivals.clear()
        for server in self._servers.values():
            server.gate.reset_stats()

    def reset(self) -> None:
        """Return to the start: rows, counts, arrivals, faults, throttle and clock. It costs next to nothing.

        The connection of a request that still waits is closed. One that executes ends, and no longer counts.
        Events that are being posted are broken off.
        """
        self.arrivals.clear()
        self._events.reset()
        self._clock.reset()
        self._faults.reset()
        for server in self._servers.values():
            server.reset_throttle()
            server.api.tables.reset()

    def add_fault(self, fault: Fault) -> None:
        """Add a fault after the existing ones; the first that matches a request hits it."""
        self._faults.add(fault)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def rows(self, customer_key: str, resource: str) -> list[Row]:
        """Return a copy of all rows of a resource, as they are stored now.

        Args:
            customer_key: the key of the office.
            resource: the name in the path, such as `patients` or `procedurelogs`, also as `procedure_logs`.

        Raises:
            KeyError: no office has this key, or there is no such resource.
        """
        return list(self._table(customer_key, resource).all())

    def add_row(self, customer_key: str, resource: str, values: Row) -> int:
        """Add a row, as someone at the office does, and return its id. Other fields are empty.

        Raises:
            KeyError: no office has this key, or there is no such resource, or it has no rows of its own.
            ValueError: a field is unknown, a value has the wrong type, or the values include the id.
        """
        table = self._table(customer_key, resource)
        if table.maker.primary_key in values:
            raise ValueError(f"{table.maker.primary_key} is the id, which the office assigns")
        row_values.check(table.maker.fields, values)
        return table.add(values)

    def change_row(
        self, customer_key: str, resource: str, row_id: int, values: Row, *, checked: bool = True
    ) -> None:
        """Write values into a row, as someone at the office does. If it changes, its stamps become now.

        Args:
            customer_key: the key of the office.
            resource: the name in the path.
            row_id: the id of the row.
            values: the values by field.
            checked: False also writes values that no office has, to test how they are read.

        Raises:
            KeyError: no office has this key, or there is no such resource or row, or the resource has no rows
                of its own.
            ValueError: a field is unknown, a value has the wrong type, or the values change the id.
        """
        table = self._table(customer_key, resource)
        _require(table, row_id)
        if checked:
            row_values.check(table.maker.fields, values)
            _keep_id(table, row_id, values)
        table.change(row_id, values)

    def remove_row(self, customer_key: str, resource: str, row_id: int) -> None:
        """Remove a row, as someone at the office does: it is in no list any more, and no stamp shows it.

        Raises:
            KeyError: no office has this key, or there is no such resource or row.
        """
        table = self._table(customer_key, resource)
        _require(table, row_id)
        table.remove(row_id)

    async def select_patient(self, customer_key: str, row_id: int, *, workstation: str = MACHINES[1]) -> int:
        """Select a patient, as someone at a workstation does, and return how many events were accepted.

        Nothing happens if this patient is selected there already.

        Args:
            customer_key: the key of the office.
            row_id: the id of the patient.
            workstation: the workstation.

        Raises:
            KeyError: no office has this key, or there is no such patient.
        """
        return await self._events[customer_key].select_patient(row_id, workstation)

    async def poll_events(self, customer_key: str | None = None) -> int:
        """Poll all subscriptions now, also those that are not due, and return how many events were accepted.

        Args:
            customer_key: the key of the office; None polls those of all offices.

        Raises:
            KeyError: no office has this key.
        """
        return await self._events.poll(customer_key)

    def set_workstation(self, customer_key: str, workstation: str, *, running: bool) -> None:
        """Start or end the program on a workstation. Where it does not run, nothing is polled and posted.

        At the start it runs everywhere. A subscription without a workstation, or for all, is polled by two
        of them, `SERVER` and `FRONTDESK`.

        Raises:
            KeyError: no office has this key.
        """
        self._events[customer_key].set_workstation(workstation, running=running)
        self._events.wake(customer_key)

    def _add_events(self, office: Office, polling: float | None, limit: float) -> None:
        key, tables = office.customer_key, self._servers[office.customer_key].api.tables
        record = self._events.sent.append
        events = OfficeEvents(office, tables, self._faults, record, polling=polling, limit=limit)
        self._events.add(key, events)
        tables.on_written(SUBSCRIPTIONS, partial(self._events.wake, key))

    def _table(self, customer_key: str, resource: str) -> Table:
        try:
            name = resource_name(resource)
        except ValueError as error:
            raise KeyError(str(error)) from None
        found = load()[name]
        if found.primary_key is None:
            raise KeyError(f"the resource {name!r} has no rows of its own")
        return self._servers[customer_key].api.tables.table(found)

    async def _with_body(
        self,
        request: SandboxRequest,
        read_body: BodyReader | None,
        customer_key: str,
        arrived_at: float,
    ) -> SandboxRequest:
        """Read the body, add the arrival to the list, and return the request with its body."""
        body = request.body
        try:
            if read_body is not None:
                body = await read_body()
                request = replace(request, body=body)
        finally:
            self._record(request, customer_key, arrived_at, body)
        return request

    def _record(self, request: SandboxRequest, customer_key: str, arrived_at: float, body: bytes) -> None:
        arrival = Arrival(customer_key, request.method, request.path, dict(request.query), body, arrived_at)
        self.arrivals.append(arrival)


def _require(table: Table, row_id: int) -> None:
    if row_id not in table:
        raise KeyError(row_id)


def _keep_id(table: Table, row_id: int, values: Row) -> None:
    name = table.maker.primary_key
    if name in values and values[name] != table.value(row_id, name):
        raise ValueError(f"{name} is the id of the row, which does not change")


def _malformed(method: str, headers: Mapping[str, str]) -> SandboxResponse | None:
    """Return the refusal of a request that lacks a header that the API requires of every request."""
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != messages.JSON:
        return messages.error(400, "Content-Type must be application/json.")
    if method in _WITH_LENGTH and "content-length" not in headers:
        return messages.error(411, "Content-Length is required.")
    return None


def _credentials(headers: Mapping[str, str]) -> tuple[str, str, str]:
    scheme, _, keys = headers.get("authorization", "").partition(" ")
    return keys.strip().partition("/") if scheme == "ODFHIR" else ("", "", "")
