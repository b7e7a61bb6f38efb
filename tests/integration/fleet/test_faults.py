"""Three workers, thirty practices, and what happens to machines: the throttle is kept, and all is read.

Workers are real processes, the database is a real PostgreSQL, and the office counts for itself.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
import pytest
import sqlalchemy as sa

from odapi_async import Mode, OpenDental, Tier
from odapi_async.fleet.install import install
from odapi_async.fleet.schema import PRACTICES
from odapi_async.fleet.status import FleetStatus, PracticeStatus, read_fleet_status
from odapi_async.fleet.timing import Timing
from odapi_async.limits import INTERVALS
from odapi_async.mirror import Store, StoreError
from odapi_async.sandbox import SandboxProcess
from tests.support.bench import remote
from tests.support.fleet_worker import Order
from tests.support.mirror import agree
from tests.support.postgres import PostgresServer

ROOT: Final = Path(__file__).parents[3]
INTERVAL: Final = 0.15
NAMES: Final = [f"practice-{at:02}" for at in range(30)]
TABLES: Final = ["patients", "recalls"]
TIMING: Final = Timing(slice=4, probe=0.5, lease=2, takeover=3, patience=3, tick=2, look=1)
PATIENCE: Final = 40.0  # seconds; a busy machine is not a fault


class Trial:
    """A fleet under test.

    Attributes:
        url: the database.
        store: the database, opened by the test.
        office: the server of all practices.
        workers: the processes of the workers, those that have ended among them.
    """

    def __init__(self, url: str, store: Store, office: SandboxProcess) -> None:
        self.url = url
        self.store = store
        self.office = office
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_worker(self) -> subprocess.Popen[bytes]:
        order = Order(self.url, self.office.developer_key, INTERVAL, timing=TIMING)
        program = [sys.executable, "-m", "tests.support.fleet_worker", msgspec.json.encode(order).decode()]
        worker = subprocess.Popen(program, cwd=ROOT)
        self.workers.append(worker)
        return worker

    async def status(self) -> FleetStatus:
        return await read_fleet_status(self.store)

    async def until(self, reached: Callable[[FleetStatus], object]) -> FleetStatus:
        """Wait until the fleet has come so far."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    status = await self.status()
                except StoreError:  # the database restarts
                    status = None
                if status is not None and reached(status):
                    return status
                await asyncio.sleep(0.2)

    async def check(self) -> None:
        """Make sure that no request came too early, or while another one of its key was executing."""
        stats = await self.office.stats()
        assert sum(each.requests for each in stats.values()) > 0
        assert {key: each.violations for key, each in stats.items() if each.violations} == {}
        assert {key: each.overlaps for key, each in stats.items() if each.overlaps} == {}
        await self.office.reset_stats()

    async def read_again(self) -> None:
        """Wait until each practice was read since now, however that began."""
        now = (await self.until(lambda _: True)).at
        await self.until(lambda status: all(was_read(each, status.at - now) for each in status.practices))


def was_read(practice: PracticeStatus, since: dt.timedelta) -> bool:
    return practice.lag is not None and practice.lag < since.total_seconds()


@asynccontextmanager
async def trial(server: PostgresServer) -> AsyncGenerator[Trial]:
    """A fleet of thirty practices without workers."""
    offices = [remote(name, interval=INTERVAL, rows={"patients": 230, "recalls": 40}) for name in NAMES]
    url = server.new_database()
    async with SandboxProcess(offices, retry_after=INTERVAL) as office, Store(url) as store:
        await install(store)
        rows = [
            {
                "practice": name,
                "key_ref": "name:",
                "mode": "remote",
                "base_url": office.url,
                "tier": "Standard",
                "tables": TABLES,
                "every": 0.5,
            }
            for name in NAMES
        ]
        async with store.engine.begin() as connection:
            await connection.execute(sa.insert(PRACTICES), rows)
        fleet = Trial(url, store, office)
        try:
            yield fleet
        finally:
            for each in fleet.workers:
                each.kill()
                each.wait()


async def killed(fleet: Trial, _: PostgresServer) -> None:
    fleet.workers[0].kill()


async def frozen(fleet: Trial, _: PostgresServer) -> None:
    """Freeze a worker for longer than anybody waits for it."""
    worker = fleet.workers[0]
    worker.send_signal(signal.SIGSTOP)
    await fleet.read_again()
    worker.send_signal(signal.SIGCONT)
    await fleet.until(lambda status: sum(each.silence < TIMING.lease for each in status.workers) == 3)


async def ended(fleet: Trial, _: PostgresServer) -> None:
    fleet.workers[0].terminate()
    assert await asyncio.to_thread(fleet.workers[0].wait, PATIENCE) == 0
    assert len((await fleet.status()).workers) == 2


async def without_database(_: Trial, server: PostgresServer) -> None:
    server.kill()
    await asyncio.sleep(1)
    server.restart()


async def without_queue(fleet: Trial, _: PostgresServer) -> None:
    async with fleet.store.engine.begin() as connection:
        await connection.execute(sa.text("TRUNCATE odapi_pgqueuer"))


def are_at_work(status: FleetStatus) -> bool:
    slices = [each.slices for each in status.workers]
    return len(slices) == 3 and sum(slices) >= 15


@pytest.mark.unmeasured
@pytest.mark.parametrize("fault", [killed, frozen, ended, without_database, without_queue])
@pytest.mark.timeout(150)
async def test_the_throttle_is_kept_and_everything_is_read(
    fault: Callable[[Trial, PostgresServer], Awaitable[None]],
) -> None:
    with PostgresServer() as server:
        async with trial(server) as fleet:
            for _ in range(3):
                fleet.start_worker()
            await fleet.until(are_at_work)
            await fault(fleet, server)
            await fleet.read_again()
            await fleet.check()
            for each in fleet.workers:
                each.terminate()
            await source_agrees(fleet)


async def source_agrees(fleet: Trial) -> None:
    """Make sure that the database holds what the office holds."""
    real = dict(INTERVALS)
    INTERVALS.update(dict.fromkeys(real, INTERVAL))
    try:
        async with OpenDental(fleet.office.developer_key) as client:
            await asyncio.gather(
                *(
                    agree(fleet.store, name, practice, table)
                    for name in NAMES
                    for practice in [
                        client.practice(name, tier=Tier.STANDARD, mode=Mode.REMOTE, base_url=fleet.office.url)
                    ]
                    for table in TABLES
                )
            )
    finally:
        INTERVALS.update(real)
