"""Servers that lead to one office, each of which can be switched off in the ways in which real ones are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import Any, Final
from urllib.parse import urlsplit

from odapi_async import (
    ConnectFailed,
    Event,
    Local,
    OpenDental,
    Practice,
    Remote,
    Request,
    RequestTimeout,
    Response,
    RetryPolicy,
    Service,
    Tier,
)
from odapi_async.sandbox import Office, OfficeMode, Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.bench import ALL, KEY, QUICK

SERVICE: Final = Service("http://office-server:30223/api/v1")
LOCAL: Final = Local()
REMOTE: Final = Remote()
ALL_WAYS: Final = (SERVICE, LOCAL, REMOTE)
DEVELOPER: Final = "developer"

OFFLINE: Final = Response(400, {}, b'"The office\'s eConnector is not running. Please contact the office."')
REFUSED: Final = Response(401, {}, b'"No."')


class Net(Enum):
    """What the network does with a connection."""

    OPENS = auto()
    REFUSES = auto()
    DROPS = auto()
    """Packets vanish: nobody answers, and a connection is never open."""
    HANGS = auto()
    """The connection is open, and no response comes."""


class Server:
    """One server of an office, and the requests that reached it.

    Attributes:
        net: what the network does on the way to it.
        instead: a response that it gives to each request instead of its own.
        heard: the requests that were sent to it, as "GET /patients/1 Limit=1".
        knocks: connections that somebody tried to open.
        seconds: how long a response takes.
    """

    def __init__(self, *offices: Office) -> None:
        self.net = Net.OPENS
        self.instead: Response | Callable[[Request], Response | None] | None = None
        self.heard: list[str] = []
        self.keys: list[str] = []
        self.knocks = 0
        self.seconds = 0.01
        self.sandbox = Sandbox(offices, developer_key=DEVELOPER)
        self._transport = SandboxTransport(self.sandbox)

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        self.knocks += 1
        await asyncio.sleep(0)
        if self.net is Net.REFUSES:
            raise ConnectFailed(request.method, request.path, "connection refused")
        if self.net is Net.DROPS:
            await asyncio.sleep(min(10.0, request.timeout))
            raise ConnectFailed(request.method, request.path, "no connection in time")
        self.heard.append(f"{request.method} {request.path}")
        self.keys.append(request.authorization.rpartition("/")[2])
        if self.net is Net.HANGS:
            on_sent()
            await asyncio.sleep(request.timeout)
            raise RequestTimeout(request.method, request.path, "no response")
        await asyncio.sleep(self.seconds)
        instead = self.instead(request) if callable(self.instead) else self.instead
        if instead is not None:
            on_sent()
            return instead
        return await self._transport.send(request, on_sent)

    async def close(self) -> None:
        await self._transport.close()


class Town:
    """The transport of a client: it finds each server by the host and the port of the URL."""

    def __init__(self, **servers: Server) -> None:
        self.service, self.local, self.remote = servers["service"], servers["local"], servers["remote"]
        self._by_port = {30223: self.service, 30222: self.local, None: self.remote}

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        return await self._by_port[urlsplit(request.url).port].send(request, on_sent)

    async def close(self) -> None:
        for each in self._by_port.values():
            await each.close()

    @property
    def heard(self) -> dict[str, int]:
        """How many requests each server got."""
        names = {"service": self.service, "local": self.local, "remote": self.remote}
        return {name: len(server.heard) for name, server in names.items() if server.heard}


class Trip:
    """A client in a town, its practice, and what it told.

    Attributes:
        town: the servers.
        od: the client.
        events: what it told.
        practice: a practice with three ways.
    """

    def __init__(self, town: Town, od: OpenDental, events: list[Event], practice: Practice) -> None:
        self.town, self.od, self.events, self.practice = town, od, events, practice

    @property
    def way(self) -> str | None:
        """The mode of the way that is kept."""
        kept = self.practice.way
        return None if kept is None else kept.way.mode.value


def office(mode: OfficeMode, **options: Any) -> Office:
    """Return the office as it is reached in a mode. Its rows are the same in each."""
    return Office(customer_key=KEY, permissions=ALL, mode=mode, seed=7, interval=0.0, **options)


@asynccontextmanager
async def travel(
    *ways: Any,
    retries: RetryPolicy = QUICK,
    rows: int = 12,
    probe_interval: float = 60.0,
    tier: Tier | None = Tier.STANDARD,
    max_queue: int | None = None,
    **options: Any,
) -> AsyncGenerator[Trip]:
    """Open a client for one practice whose ways all work.

    Args:
        ways: its ways; by default the three.
        retries: those of the client.
        rows: how many patients there are.
        probe_interval: that of the practice.
        tier: that of the practice.
        max_queue: that of the client.
        options: further options of the practice.
    """
    modes: tuple[OfficeMode, ...] = ("service", "local", "remote")
    town = Town(**{mode: Server(office(mode, rows={"patients": rows})) for mode in modes})
    events: list[Event] = []
    async with OpenDental(
        DEVELOPER, transport=town, retries=retries, on_event=events.append, max_queue=max_queue
    ) as od:
        via = ways or ALL_WAYS
        practice = od.practice(KEY, via=via, probe_interval=probe_interval, tier=tier, **options)
        yield Trip(town, od, events, practice)
