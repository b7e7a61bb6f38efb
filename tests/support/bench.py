"""A sandbox and a client of it, wired together in this process or over loopback."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from odapi_async import Mode, OpenDental, Practice, RetryPolicy, Tier
from odapi_async.sandbox import PERMISSIONS, Arrival, Office, Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.clock import run_virtually

KEY: Final = "office-one"
ALL: Final = frozenset(PERMISSIONS) - {"Enterprise"}
QUICK: Final = RetryPolicy(base_delay=0.01, max_delay=0.02)


def local(customer_key: str = KEY, **options: Any) -> Office:
    """Return an office without a throttle, whose pages have 1000 rows."""
    return Office(customer_key=customer_key, permissions=ALL, mode="local", **options)


def remote(customer_key: str = KEY, *, interval: float = 0.0, **options: Any) -> Office:
    """Return an office whose pages have 100 rows, with a throttle of its own or none."""
    return Office(customer_key=customer_key, permissions=ALL, interval=interval, **options)


@dataclass(frozen=True, slots=True)
class Bench:
    """A sandbox and a client of it.

    Attributes:
        box: the sandbox.
        client: the client.
        transport: the client's transport, if it is in this process; None over loopback.
    """

    box: Sandbox
    client: OpenDental
    transport: SandboxTransport | None = None

    def practice(
        self,
        customer_key: str = KEY,
        *,
        mode: Mode = Mode.LOCAL,
        tier: Tier | None = Tier.READ_ALL,
        **options: Any,
    ) -> Practice:
        url = self.box.url if self.transport is None else None
        return self.client.practice(customer_key, mode=mode, tier=tier, base_url=url, **options)

    @property
    def arrivals(self) -> list[Arrival]:
        return list(self.box.arrivals)

    async def refuse_connections(self) -> None:
        """Let the server go away: no request can be sent to it."""
        if self.transport is None:
            await self.box.close()
        else:
            self.transport.refuse_connections = True

    async def accept_connections(self) -> None:
        """Let the server come back."""
        if self.transport is None:
            await self.box.start()
        else:
            self.transport.refuse_connections = False


@asynccontextmanager
async def serving(
    *offices: Office,
    retries: RetryPolicy = QUICK,
    margin: float = 0.005,
    max_queue: int | None = None,
    **options: Any,
) -> AsyncGenerator[Bench]:
    """Serve offices over loopback; the other options are the sandbox's."""
    async with (
        Sandbox(offices or (local(),), **options) as box,
        OpenDental(box.developer_key, retries=retries, margin=margin, max_queue=max_queue) as client,
    ):
        yield Bench(box, client)


@asynccontextmanager
async def in_process(
    *offices: Office,
    retries: RetryPolicy = QUICK,
    margin: float = 0.005,
    max_queue: int | None = None,
    **options: Any,
) -> AsyncGenerator[Bench]:
    """Serve offices in this process, without a socket; the other options are the sandbox's."""
    box = Sandbox(offices or (local(),), **options)
    transport = SandboxTransport(box)
    async with OpenDental(
        box.developer_key, retries=retries, margin=margin, max_queue=max_queue, transport=transport
    ) as client:
        yield Bench(box, client, transport)


def run_really(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in real time, in an event loop of its own and in asyncio's debug mode."""
    asyncio.run(coroutine, debug=True)


@dataclass(frozen=True, slots=True)
class Way:
    """A way from the client to the sandbox.

    Attributes:
        name: its name, for the ids of tests.
        serving: serves offices that way.
        run: runs a coroutine in the time that fits.
    """

    name: str
    serving: Callable[..., AbstractAsyncContextManager[Bench]]
    run: Callable[[Coroutine[Any, Any, None]], None]


IN_PROCESS: Final = Way("in-process", in_process, run_virtually)
LOOPBACK: Final = Way("loopback", serving, run_really)


def its_way(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test with the parameter `way` in virtual time in process, in real time over loopback."""

    @functools.wraps(test)
    def run(*args: Any, way: Way, **kwargs: Any) -> None:
        way.run(test(*args, way=way, **kwargs))

    return run
