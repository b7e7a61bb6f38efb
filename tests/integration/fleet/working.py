"""Workers in this process, at a sandbox without a throttle, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from odapi_async import Mode, OpenDental
from odapi_async.fleet import Fleet, FleetPractice, Timing, Worker
from odapi_async.fleet.slices import KeyFor
from odapi_async.mirror import Store
from odapi_async.sandbox import Sandbox
from odapi_async.testing import SandboxTransport
from tests.support.bench import QUICK, local

TIMING: Final = Timing(slice=4, probe=0.1, lease=2, takeover=3, patience=0.5, tick=1, look=0.5)
PATIENCE: Final = 20.0  # seconds; a busy machine is not a fault


async def key_is_name(practice: str, _: str) -> str:
    return practice


def sandbox(*names: str, patients: int = 40) -> Sandbox:
    """A server of practices whose keys are their names."""
    return Sandbox([local(name, rows={"patients": patients}) for name in names])


def practices(*names: str, every: float = 3_600.0) -> list[FleetPractice]:
    """Practices at a sandbox."""
    each = FleetPractice(
        name="",
        key_ref="name:",
        mode=Mode.LOCAL,
        tables=("patients",),
        every=every,
    )
    return [msgspec.structs.replace(each, name=name) for name in names]


class Running:
    """A worker that runs.

    Attributes:
        store: its store.
        worker: the worker.
        task: its task.
        lines: what it said.
    """

    def __init__(self, store: Store, box: Sandbox, key_for: KeyFor) -> None:
        self.store = store
        self.lines: list[str] = []
        self.worker: Worker = Fleet(store, key_for=key_for, timing=TIMING).worker(
            lambda transport: OpenDental(box.developer_key, transport=transport, retries=QUICK),
            transport=SandboxTransport(box),
            concurrency=4,
            on_change=self.lines.append,
        )
        self.task = asyncio.create_task(self.worker.run())

    async def end(self) -> None:
        """End it at its next pages."""
        self.worker.stop()
        await asyncio.wait([self.task], timeout=PATIENCE)


@asynccontextmanager
async def working(
    url: str, box: Sandbox, *, key_for: KeyFor = key_is_name, **options: Any
) -> AsyncGenerator[Running]:
    """A worker with a store of its own; the options are the store's."""
    async with Store(url, **options) as store:
        running = Running(store, box, key_for)
        try:
            yield running
        finally:
            await running.end()


async def until(reached: Callable[[], Awaitable[object]]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not await reached():  # noqa: ASYNC110 - the database cannot set an event
            await asyncio.sleep(0.02)


async def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    async with store.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(sa.text(query))]


async def are_read(store: Store) -> bool:
    """Whether all practices of the fleet that are enabled were read to the end."""
    return await rows(store, "SELECT bool_and(outcome = 'done') FROM fleet_practices WHERE enabled") == [
        (True,)
    ]
