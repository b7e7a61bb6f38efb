"""Three workers, and what happens to machines: the throttle is kept, and all is read.

Workers are real processes, the database is a real PostgreSQL, and the office counts for itself. One fleet
meets one fault after the other. Each fault comes while a worker is in the middle of something, and while new
practices get their first copy. `benchmarks/fleet_faults.py` does the same with thirty practices and the usual
times, and says how long a recovery takes.
"""

from __future__ import annotations

import asyncio
import itertools
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
from odapi_async.fleet.engine import QUEUE
from odapi_async.fleet.install import install
from odapi_async.fleet.schema import FLEET_VERSION, PRACTICES, WORKERS
from odapi_async.fleet.status import FleetStatus, read_fleet_status
from odapi_async.fleet.timing import Timing
from odapi_async.limits import INTERVALS
from odapi_async.mirror import Store, StoreError
from odapi_async.sandbox import SandboxProcess
from tests.support.bench import remote
from tests.support.fleet_worker import Order
from tests.support.mirror import agree
from tests.support.postgres import PostgresServer, is_there

ROOT: Final = Path(__file__).parents[3]
WORKERS_AT_ONCE: Final = 3
INTERVAL: Final = 0.1
SPACING: Final = (
    0.25  # of the workers' requests: a busy machine may see one late, and two workers always show
)
TABLES: Final = ["patients", "recalls"]
TIMING: Final = Timing(slice=4, probe=0.5, lease=2, takeover=3, patience=3, tick=1, look=1)
PATIENCE: Final = 90.0  # seconds; a busy machine is not a fault
LOOK: Final = 0.25
AT_FIRST: Final = 4
NEW: Final = 2  # practices, before each fault


class Trial:
    """A fleet under test.

    Attributes:
        server: the server of its database.
        url: the database.
        store: the database, opened by the test.
        office: the server of all practices.
        names: the practices of the fleet.
        workers: the processes of the workers that run.
    """

    def __init__(self, server: PostgresServer, url: str, store: Store, office: SandboxProcess) -> None:
        self.server = server
        self.url = url
        self.store = store
        self.office = office
        self.names: list[str] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def database(self) -> str:
        return self.url.partition("?")[0].rpartition("/")[2]

    def start_workers(self) -> None:
        """Start as many workers as are missing."""
        order = Order(self.url, self.office.developer_key, SPACING, timing=TIMING, concurrency=8)
        program = [sys.executable, "-m", "tests.support.fleet_worker", msgspec.json.encode(order).decode()]
        while len(self.workers) < WORKERS_AT_ONCE:
            self.workers.append(subprocess.Popen(program, cwd=ROOT))

    async def add(self, count: int) -> None:
        """Add practices to the fleet."""
        new = [f"practice-{len(self.names) + at:02}" for at in range(count)]
        self.names += new
        common = {"key_ref": "name:", "mode": "remote", "base_url": self.office.url, "tier": "Standard"}
        rows = [{"practice": name, "tables": TABLES, "every": 1.0, **common} for name in new]
        async with self.store.engine.begin() as connection:
            await connection.execute(sa.insert(PRACTICES), rows)

    async def until(self, reached: Callable[[FleetStatus], object]) -> FleetStatus:
        """Wait until the fleet has come so far."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    status = await read_fleet_status(self.store)
                except StoreError:  # the database restarts
                    status = None
                if status is not None and reached(status):
                    return status
                await asyncio.sleep(LOOK)

    async def busy_worker(self) -> subprocess.Popen[bytes]:
        """Wait until a worker reads a practice, and return it."""
        query = sa.select(WORKERS.c.process).join(PRACTICES, PRACTICES.c.worker == WORKERS.c.worker).limit(1)
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.store.engine.connect() as connection:
                    process = (await connection.execute(query)).scalar()
                for each in self.workers:
                    if each.pid == process:
                        return each
                await asyncio.sleep(LOOK / 10)

    async def until_alive(self) -> None:
        """Wait until all workers give signs."""

        def are_alive(status: FleetStatus) -> bool:
            return sum(each.silence < TIMING.lease for each in status.workers) == WORKERS_AT_ONCE

        await self.until(are_alive)

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

        def are_read(status: FleetStatus) -> bool:
            since = (status.at - now).total_seconds()
            return all(each.lag is not None and each.lag < since for each in status.practices)

        await self.until(are_read)


Fault = Callable[[Trial], Awaitable[None]]


@asynccontextmanager
async def trial(server: PostgresServer) -> AsyncGenerator[Trial]:
    """A fleet without workers."""
    count = AT_FIRST + NEW * len(FAULTS)
    offices = [
        remote(f"practice-{at:02}", interval=INTERVAL, rows={"patients": 230, "recalls": 40}, seed=1)
        for at in range(count)
    ]
    url = server.new_database()
    async with SandboxProcess(offices, retry_after=INTERVAL) as office, Store(url) as store:
        await install(store)
        fleet = Trial(server, url, store, office)
        try:
            yield fleet
        finally:
            for each in fleet.workers:
                each.kill()
                each.wait()


async def killed(fleet: Trial) -> None:
    worker = await fleet.busy_worker()
    worker.kill()
    worker.wait()
    fleet.workers.remove(worker)


async def frozen(fleet: Trial) -> None:
    """Freeze a worker for longer than anybody waits for it."""
    worker = await fleet.busy_worker()
    worker.send_signal(signal.SIGSTOP)
    await fleet.until(lambda status: any(each.silence > TIMING.takeover for each in status.workers))
    await fleet.read_again()
    worker.send_signal(signal.SIGCONT)
    await fleet.until_alive()


async def ended(fleet: Trial) -> None:
    worker = await fleet.busy_worker()
    worker.terminate()
    assert await asyncio.to_thread(worker.wait, PATIENCE) == 0
    fleet.workers.remove(worker)
    found = await fleet.until(lambda _: True)
    assert worker.pid not in {each.process for each in found.workers}


async def database_restarted(fleet: Trial) -> None:
    await fleet.busy_worker()
    fleet.server.kill()
    fleet.server.restart()
    await fleet.until_alive()


async def database_read_only(fleet: Trial) -> None:
    """Refuse every change until no worker gives a sign any more."""
    await fleet.busy_worker()
    change = "ALTER SYSTEM {} default_transaction_read_only{}"
    fleet.server.run(change.format("SET", " = on"))
    fleet.server.run("SELECT pg_reload_conf()")
    await fleet.until(lambda status: all(each.silence > TIMING.lease for each in status.workers))
    fleet.server.run(change.format("RESET", ""))
    fleet.server.run("SELECT pg_reload_conf()")
    await fleet.until_alive()


async def disk_full(fleet: Trial) -> None:
    """Refuse new rows until a slice has failed: workers stay alive, as their signs need no space."""
    name, new = fleet.names[-1], "patients"
    fleet.server.run(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$;"
        f" CREATE TRIGGER full_disk BEFORE INSERT ON {new} EXECUTE FUNCTION full_disk();"
        f" DELETE FROM mirror_state WHERE practice = '{name}'",
        fleet.database,
    )
    found = await fleet.until(lambda status: any("no space left" in each.error for each in status.practices))
    assert all(each.due_in < 15 for each in found.practices if each.error), (
        "the practices are read again soon"
    )
    fleet.server.run("DROP FUNCTION full_disk CASCADE", fleet.database)


async def queue_emptied(fleet: Trial) -> None:
    await fleet.busy_worker()
    fleet.server.run(f"TRUNCATE {QUEUE}", fleet.database)


FAULTS: Final[list[Fault]] = [
    killed,
    frozen,
    ended,
    database_restarted,
    database_read_only,
    disk_full,
    queue_emptied,
]


@pytest.mark.long
@pytest.mark.unmeasured
@pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine")
@pytest.mark.timeout(len(FAULTS) * PATIENCE)
async def test_the_throttle_is_kept_and_everything_is_read() -> None:
    with PostgresServer() as server:
        async with trial(server) as fleet:
            await fleet.add(AT_FIRST)
            for fault in FAULTS:
                fleet.start_workers()
                await fleet.until_alive()
                await fleet.add(NEW)
                await fault(fleet)
                await fleet.read_again()
                await fleet.check()
            await old_workers_end(fleet)
            await source_agrees(fleet)


async def old_workers_end(fleet: Trial) -> None:
    """Let a newer version change the tables: workers must not touch them any more."""
    fleet.start_workers()
    await fleet.until_alive()
    fleet.server.run(f"UPDATE fleet_meta SET format = {FLEET_VERSION + 1}", fleet.database)
    codes = [await asyncio.to_thread(each.wait, PATIENCE) for each in fleet.workers]
    assert codes == [1] * WORKERS_AT_ONCE


async def source_agrees(fleet: Trial) -> None:
    """Make sure that the database holds what the office holds."""
    real = dict(INTERVALS)
    INTERVALS.update(dict.fromkeys(real, INTERVAL))
    try:
        async with OpenDental(fleet.office.developer_key) as client:
            practices = {
                name: client.practice(name, tier=Tier.STANDARD, mode=Mode.REMOTE, base_url=fleet.office.url)
                for name in fleet.names
            }
            pairs = itertools.product(practices.items(), TABLES)
            await asyncio.gather(
                *(agree(fleet.store, name, practice, table) for (name, practice), table in pairs)
            )
    finally:
        INTERVALS.update(real)
