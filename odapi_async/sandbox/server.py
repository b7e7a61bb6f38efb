"""The sandbox as an HTTP server on the loopback interface."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from odapi_async.sandbox import answers, control, transmit
from odapi_async.sandbox.answers import Answer
from odapi_async.sandbox.catalogue import load
from odapi_async.sandbox.faults import UNEXECUTED, Fault, FaultKind, Faults, Hit
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.practice import Ask, PracticeApi
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.store import Table
from odapi_async.sandbox.throttle import Gate, KeyStats, Pass, Throttle

BASE: Final = "/api/v1"
_WITH_LENGTH: Final = frozenset({"POST", "PUT"})
_KEPT_ARRIVALS: Final = 200_000
_SHUTDOWN: Final = 0.1
_LARGEST: Final = 4 * answers.MAX_BODY + 1024


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request as it reached the server.

    Attributes:
        customer_key: the key; empty where the Authorization header could not be read.
        method: the HTTP method.
        path: the path below the base URL, such as `/patients/12`.
        query: the query parameters, decoded.
        body: the body as sent.
        at: when the headers had arrived, in seconds of the monotonic clock.
    """

    customer_key: str
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    at: float


class _Key:
    """What the server keeps for one customer key."""

    def __init__(self, office: Office, manner: Throttle, queue_limit: int) -> None:
        self.api = PracticeApi(office)
        self.gate = Gate(office.pace, manner, queue_limit)
        self.turn = asyncio.Lock()


class _Throttled(Exception):  # noqa: N818 - an outcome, not a failure
    """The request came too early and may not wait."""


class Sandbox:
    """A server that behaves as the Open Dental REST API does, for tests and demonstrations.

    Args:
        offices: the practices that it serves, each with a customer key of its own.
        developer_key: the developer key that every request must carry.
        throttle: what becomes of requests that come too early.
        queue_limit: how many requests of one key may wait at the server at once.
        port: the port; 0 takes a free one.
        host: the interface.
        retry_after: what a 429 says in seconds; None says what is true, in whole seconds.
        seed: what decides on faults with a rate.
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
    ) -> None:
        self.developer_key = developer_key
        self.arrivals: deque[Arrival] = deque(maxlen=_KEPT_ARRIVALS)
        self._keys = {office.customer_key: _Key(office, throttle, queue_limit) for office in offices}
        self._faults = Faults(seed)
        self._retry_after = retry_after
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The base URL of the API, with the port that the server got."""
        return f"http://{self._host}:{self._port}{BASE}"

    @property
    def keys(self) -> list[str]:
        """The customer keys of the offices."""
        return list(self._keys)

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        load()
        app = web.Application(client_max_size=_LARGEST)
        control.add_routes(app, self)
        app.router.add_route("*", f"{BASE}/{{path:.*}}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        await site.start()
        self._runner = runner
        self._port = runner.addresses[0][1]

    def warm(self) -> None:
        """Make the first pages before anyone asks, because making one delays whoever asks at that moment."""
        for key in self._keys.values():
            key.api.warm()

    async def close(self) -> None:
        """Stop to listen and end what is going on; may be called twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def stats(self, customer_key: str) -> KeyStats:
        """Return a copy of what was counted for a key.

        Raises:
            KeyError: no office has this key.
        """
        stats = self._keys[customer_key].gate.stats
        return replace(stats, starts=list(stats.starts))

    def reset_stats(self) -> None:
        """Begin to count anew and forget the arrivals."""
        self.arrivals.clear()
        for key in self._keys.values():
            key.gate.reset()

    def add_fault(self, fault: Fault) -> None:
        """Add a fault behind those that are there; the first that matches a request hits it."""
        self._faults.add(fault)

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def rows(self, customer_key: str, resource: str) -> list[Row]:
        """Return a copy of all rows of a resource, as they are stored now.

        Args:
            customer_key: the key of the office.
            resource: the name in the path, such as `patients`.

        Raises:
            KeyError: no office has this key, or there is no such resource.
        """
        return list(self._table(customer_key, resource).all())

    def add_row(self, customer_key: str, resource: str, values: Row) -> int:
        """Add a row, as somebody at the office does, and return its key; what is not given is blank.

        Raises:
            KeyError: no office has this key, or there is no such resource.
        """
        return self._table(customer_key, resource).add(values)

    def change_row(self, customer_key: str, resource: str, key: int, values: Row) -> None:
        """Write values into a row, as somebody at the office does. Its stamps become this moment.

        Raises:
            KeyError: no office has this key, or there is no such resource or row.
        """
        table = self._table(customer_key, resource)
        _expect(table, key)
        table.change(key, values)

    def remove_row(self, customer_key: str, resource: str, key: int) -> None:
        """Remove a row, as somebody at the office does: it is in no list any more, and no stamp tells of it.

        Raises:
            KeyError: no office has this key, or there is no such resource or row.
        """
        table = self._table(customer_key, resource)
        _expect(table, key)
        table.remove(key)

    def _table(self, customer_key: str, resource: str) -> Table:
        return self._keys[customer_key].api.store.table(load()[resource])

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        developer, _, customer_key = _credentials(request)
        key = self._keys.get(customer_key) if developer == self.developer_key else None
        if key is None:
            await self._arrived(request, customer_key, at)
            return transmit.plain(answers.error(401, "The developer or customer key is invalid."))
        refusal = _malformed(request)
        if refusal is not None:
            await self._arrived(request, customer_key, at)
            return transmit.plain(refusal)
        key.gate.arrive(at)
        try:
            ask = await self._arrived(request, customer_key, at)
            hit = self._faults.hit(customer_key, ask.method, ask.path)
            answer = await self._answered(key, ask, hit, at)
        finally:
            key.gate.leave()
        return await transmit.damaged(request, answer, hit.kind)

    async def _arrived(self, request: web.Request, customer_key: str, at: float) -> Ask:
        body = await request.read() if request.can_read_body else b""
        path = request.path.removeprefix(BASE)
        query = dict(request.query)
        self.arrivals.append(Arrival(customer_key, request.method, path, query, body, at))
        return Ask(method=request.method, path=path, query=query, body=body)

    async def _answered(self, key: _Key, ask: Ask, hit: Hit, at: float) -> Answer:
        if hit.kind in UNEXECUTED:
            await asyncio.sleep(hit.seconds)
            return self._instead(key, hit)
        try:
            async with self._turn(key, at):
                answer = key.api.answer(ask)
                if hit.seconds:
                    await asyncio.sleep(hit.seconds)
        except _Throttled:
            return self._refusal(key)
        if hit.fault is not None and hit.kind is FaultKind.STATUS_AFTER:
            return answers.error(hit.fault.status, "The answer was lost.")
        return answer

    def _instead(self, key: _Key, hit: Hit) -> Answer:
        fault = hit.fault
        if fault is None or hit.kind is FaultKind.OFFLINE:
            return answers.error(400, answers.OFFLINE)
        if hit.kind is FaultKind.THROTTLE:
            key.gate.stats.refused += 1
            return answers.throttled(fault.retry_after)
        return answers.error(fault.status, "The request could not be carried out.")

    def _refusal(self, key: _Key) -> Answer:
        seconds = key.gate.retry_after(time.monotonic())
        return answers.throttled(seconds if self._retry_after is None else self._retry_after)

    @asynccontextmanager
    async def _turn(self, key: _Key, at: float) -> AsyncGenerator[None]:
        """Wait for the request's turn, if it may wait, and count what runs inside as its execution."""
        gate = key.gate
        verdict = gate.admit(at)
        if verdict is Pass.REFUSE:
            raise _Throttled
        if verdict is Pass.WAIT:
            at = await self._waited(key)
        elif gate.exclusive:
            await key.turn.acquire()
        gate.start(at)
        try:
            yield
        finally:
            gate.end()
            if gate.exclusive:
                key.turn.release()

    async def _waited(self, key: _Key) -> float:
        """Return the moment at which a held request may start; from then on it has the turn."""
        gate = key.gate
        try:
            await key.turn.acquire()
            try:
                return await _moment_after(gate)
            except asyncio.CancelledError:
                key.turn.release()
                raise
        finally:
            gate.stop_waiting()


async def _moment_after(gate: Gate) -> float:
    """Return the first moment that is not early; only the holder of the turn starts, so that it stays so."""
    now = time.monotonic()
    if now < gate.due():
        await asyncio.sleep(gate.due() - now)
        return await _moment_after(gate)
    return now


def _expect(table: Table, key: int) -> None:
    if key not in table:
        raise KeyError(key)


def _malformed(request: web.Request) -> Answer | None:
    """Return the refusal of a request that lacks a header that the API insists on, whatever it asks for."""
    if request.content_type != "application/json":
        return answers.error(400, "Content-Type must be application/json.")
    if request.method in _WITH_LENGTH and request.content_length is None:
        return answers.error(411, "Content-Length is required.")
    return None


def _credentials(request: web.Request) -> tuple[str, str, str]:
    scheme, _, keys = request.headers.get("Authorization", "").partition(" ")
    return keys.strip().partition("/") if scheme == "ODFHIR" else ("", "", "")
