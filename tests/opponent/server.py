"""A second server of the Open Dental API, written from the reference alone.

It shares no code and no data with the client or its sandbox, and it is strict: what the reference
forbids is refused, recorded and counted.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from aiohttp import web

from tests.opponent.checks import (
    PREFIX,
    Route,
    check_choices,
    check_headers,
    check_key,
    check_permission,
    check_version,
    decode,
    find_route,
    read_body,
    read_query,
    routes,
)
from tests.opponent.reference import Mode, Row, permissions
from tests.opponent.refusal import Refusal, Refused
from tests.opponent.responses import PATIENTS, Call, Response, respond, row_limit
from tests.opponent.rows import Office
from tests.opponent.throttle import Throttle, interval_of

DEVELOPER_KEY: Final = "opponentDeveloper"
CUSTOMER_KEY: Final = "opponentCustomer"
PORTAL_KEY: Final = "opponentPortal"
EVERYTHING: Final = frozenset(permissions().permissions)


@dataclass
class Opponent:
    """A server on the loopback interface, to be used as an async context manager.

    Attributes:
        mode: Remote mode is throttled; local and service mode have larger pages.
        keys: Permissions of each customer key.
        version: Version of the office.
        execution: Seconds that each request takes.
        refused: The refused requests, in their order.
        too_early: Number of requests that the throttle refused.
        succeeded: Number of requests that succeeded, by operation.
        sent: Rows that the last response shows.
        arrivals: When the requests of each customer key arrived, in seconds of `time.monotonic`.
    """

    mode: Mode = "local"
    keys: Mapping[str, Collection[str]] = field(default_factory=lambda: {CUSTOMER_KEY: EVERYTHING})
    version: str = "26.3.1"
    execution: float = 0.0
    office: Office = field(default_factory=Office)
    refused: list[Refused] = field(default_factory=list[Refused])
    too_early: int = 0
    succeeded: Counter[str] = field(default_factory=Counter[str])
    sent: list[Row] = field(default_factory=list[Row])
    arrivals: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    throttle: Throttle = field(default_factory=Throttle)
    base_url: str = ""

    async def __aenter__(self) -> Self:
        # otherwise the first request would stall the loop, and others would be measured late
        routes()
        self.office.table(PATIENTS)
        # an application would refuse long bodies, unknown paths and methods by rules of its own
        self._runner = web.ServerRunner(web.Server(self.handle))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}{PREFIX}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Respond to a request, or record why it is refused."""
        arrival = time.monotonic()
        key = ""
        try:
            held, key = self.admit(request, arrival)
            route = find_route(request.method, request.raw_path.partition("?")[0])
            if self.execution:
                await asyncio.sleep(self.execution)
            text = decode(await request.content.read())
            return to_web(self.execute(request, route, text, held))
        except Refusal as refusal:
            if refusal.status == 429:
                self.too_early += 1
            return to_web(self.refuse(request, refusal))
        finally:
            self.throttle.finish(key)

    def admit(self, request: web.BaseRequest, arrival: float) -> tuple[Collection[str | None], str]:
        """Check the key and the throttle; return what the key may do, and the key if its request runs."""
        header = request.headers.get("Authorization")
        key = check_key(header, DEVELOPER_KEY, {*self.keys, PORTAL_KEY})
        self.arrivals.setdefault(key, []).append(arrival)
        # a portal key opens the operations that stand under no permission, and no others
        held: Collection[str | None] = (None,) if key == PORTAL_KEY else self.keys[key]
        if self.mode == "remote":
            interval = interval_of(self.keys.get(key, ()))
            wait = self.throttle.arrive(key, arrival, interval)
            if wait is not None:
                raise Refusal(429, "Too many requests", retry_after=wait)
        return held, key

    def execute(
        self, request: web.BaseRequest, route: Route, text: str, held: Collection[str | None]
    ) -> Response:
        """Make the remaining checks, and respond."""
        operation = route.operation
        check_headers(request.method, request.headers)
        check_version(operation, self.version)
        check_permission(operation, held)
        names = {name for name in held if name is not None}
        most = row_limit(self.mode, names)
        query = read_query(route, request.raw_path.partition("?")[2], most)
        body = read_body(route, text)
        check_choices(operation, {**query.given, **body})
        found = respond(self.office, self.version, Call(route, query, body, names, most))
        self.sent = found.rows
        self.succeeded[f"{route.resource.resource} {operation.name}"] += 1
        return found

    def refuse(self, request: web.BaseRequest, refusal: Refusal) -> Response:
        path = request.raw_path.partition("?")[0]
        try:
            template = find_route(request.method, path).operation.path
        except Refusal:
            template = "unknown"
        self.refused.append(Refused(request.method, template, refusal.status, refusal.reason))
        return Response(refusal.status, refusal.message, refusal.headers)


def to_web(found: Response) -> web.Response:
    if found.body is None:
        return web.Response(status=found.status, headers=found.headers)
    return web.json_response(found.body, status=found.status, headers=found.headers)
