"""Three workers, thirty practices, and everything that happens to machines.

Workers are processes, the database is a real PostgreSQL, and the sandbox is a process that counts for itself.
The interval of the API is scaled to 0.4 seconds; the times of the workers are the usual ones. Each fault hits
a new fleet in the middle of its first copies.

A practice that was being read when the fault came has recovered when a slice that began after it has read
everything. If the database is the fault, the seconds count from the moment it works again.

The full disk is a tablespace in a small file system in memory, if this process may mount one. Otherwise a
trigger refuses new rows with the error that PostgreSQL raises then.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Final, NamedTuple

import sqlalchemy as sa

from benchmarks.figures import Figure, Size, alone
from benchmarks.fleet_trial import (
    INTERVAL,
    NAMES,
    ROWS,
    WORKERS_AT_FIRST,
    Rows,
    Trial,
    offices,
    source_rows,
    trial,
)
from benchmarks.offices import DEVELOPER
from benchmarks.postgres_server import PostgresServer, is_there
from odapi_async.fleet.engine import QUEUE
from odapi_async.fleet.schema import FLEET_VERSION
from odapi_async.fleet.timing import DEFAULT_TIMING
from odapi_async.sandbox import SandboxProcess

_OUTAGE: Final = 20.0
_ENDS: Final = 60.0
_MINUTES: Final = 7.0
_SPACE: Final = "64m"
_BLOCK: Final = bytes(65_536)
_REFUSE: Final = (
    "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
    " $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$"
)
_REFUSING: Final = (
    "patients",
    "recalls",
    "mirror_state",
    "mirror_runs",
    "odapi_pgqueuer",
    "odapi_pgqueuer_log",
)


class Struck(NamedTuple):
    """What a fault did.

    Attributes:
        names: the practices that have to be read again.
        since: the time of the database after which their slices have to begin.
        began: the moment from which the recovery counts, as of `time.monotonic`.
        workers: how many workers there are after it.
        remaining: the practices of the fleet after it.
    """

    names: set[str]
    since: dt.datetime
    began: float
    workers: int = WORKERS_AT_FIRST
    remaining: Sequence[str] = NAMES


Fault = Callable[[Trial], AbstractAsyncContextManager[Struck]]
"""Strikes when it is entered. What has to follow when practices were read again is at its exit."""


async def _hit(fleet: Trial, process: int | None = None) -> Struck:
    names = await fleet.read_by(process)
    if not names:
        raise RuntimeError("nothing was read when the fault came")
    return Struck(names, await fleet.now(), time.monotonic())


@asynccontextmanager
async def killed(fleet: Trial) -> AsyncGenerator[Struck]:
    """Kill a worker."""
    struck = await _hit(fleet, fleet.workers[0].pid)
    fleet.workers[0].kill()
    yield struck._replace(workers=WORKERS_AT_FIRST - 1)


@asynccontextmanager
async def frozen(fleet: Trial) -> AsyncGenerator[Struck]:
    """Freeze a worker for longer than anybody waits for it, and let it continue."""
    worker = fleet.workers[0]
    struck = await _hit(fleet, worker.pid)
    worker.send_signal(signal.SIGSTOP)
    yield struck
    rest = DEFAULT_TIMING.takeover + DEFAULT_TIMING.patience - (time.monotonic() - struck.began)
    await asyncio.sleep(max(0.0, rest))
    worker.send_signal(signal.SIGCONT)


@asynccontextmanager
async def ended(fleet: Trial) -> AsyncGenerator[Struck]:
    """Tell a worker to end."""
    struck = await _hit(fleet, fleet.workers[0].pid)
    fleet.workers[0].terminate()
    if await asyncio.to_thread(fleet.workers[0].wait, _ENDS):
        raise RuntimeError("the worker did not end well")
    yield struck._replace(workers=WORKERS_AT_FIRST - 1)


@asynccontextmanager
async def database_restarted(fleet: Trial) -> AsyncGenerator[Struck]:
    """Restart the database as `pg_ctl restart -m immediate` does."""
    struck = await _hit(fleet)
    await asyncio.to_thread(fleet.server.stop_immediately)
    await asyncio.to_thread(fleet.server.start)
    yield struck._replace(began=time.monotonic())


@asynccontextmanager
async def database_read_only(fleet: Trial) -> AsyncGenerator[Struck]:
    """Let the database refuse every change for a while, as a standby does."""
    struck = await _hit(fleet)
    setting, reload = "default_transaction_read_only", "SELECT pg_reload_conf()"
    fleet.server.run(f"ALTER SYSTEM SET {setting} = on", reload)
    await asyncio.sleep(_OUTAGE)
    fleet.server.run("SET transaction_read_only = off", f"ALTER SYSTEM RESET {setting}", reload)
    yield struck._replace(began=time.monotonic())


@asynccontextmanager
async def disk_full(fleet: Trial) -> AsyncGenerator[Struck]:
    """Let the disk be full for a while."""
    struck = await _hit(fleet)
    space = fleet.server.run(
        "SELECT pg_tablespace_location(dattablespace) FROM pg_database WHERE datname = current_database()",
        database=fleet.database,
    )
    with _filled(Path(space)) if space else _refusing(fleet):
        await asyncio.sleep(_OUTAGE)
    yield struck._replace(began=time.monotonic())


@asynccontextmanager
async def queue_emptied(fleet: Trial) -> AsyncGenerator[Struck]:
    """Empty the table of the queue by hand."""
    struck = await _hit(fleet)
    fleet.server.run(f"TRUNCATE {QUEUE}", database=fleet.database)
    yield struck


@asynccontextmanager
async def practices_removed(fleet: Trial) -> AsyncGenerator[Struck]:
    """Disable a practice while it is read, and delete the row of another one; both must come to rest."""
    struck = await _hit(fleet)
    disabled, deleted = sorted(struck.names)[:2]
    remaining = [name for name in NAMES if name not in {disabled, deleted}]
    await fleet.load([*remaining, deleted])
    fleet.server.run(f"DELETE FROM fleet_practices WHERE practice = '{deleted}'", database=fleet.database)
    yield struck._replace(names=struck.names & {*remaining}, remaining=remaining)
    await fleet.until(lambda status: not any(each.reading for each in status.practices if not each.enabled))
    before = await fleet.office.stats()
    await asyncio.sleep(2 * DEFAULT_TIMING.tick)
    after = await fleet.office.stats()
    for name in (disabled, deleted):
        if before[name].requests != after[name].requests:
            raise RuntimeError(f"{name} is still read")


@asynccontextmanager
async def newer_version(fleet: Trial) -> AsyncGenerator[Struck]:
    """Start workers of a newer version, which has changed the tables: those of the older one must end."""
    struck = await _hit(fleet)
    fleet.server.run(f"UPDATE fleet_meta SET format = {FLEET_VERSION + 1}", database=fleet.database)
    old = [*fleet.workers]
    for _ in old:
        fleet.start_worker(version=FLEET_VERSION + 1)
    codes = [await asyncio.to_thread(each.wait, _ENDS) for each in old]
    if codes != [1] * len(old):
        raise RuntimeError(f"old workers ended with {codes}")
    yield struck


@asynccontextmanager
async def clocks_differ(fleet: Trial) -> AsyncGenerator[Struck]:
    """Kill a worker whose clock is minutes ahead, where that of another one is minutes behind."""
    async with killed(fleet) as struck:
        yield struck
    query = sa.text(
        "SELECT max(abs(extract(epoch FROM now() AT TIME ZONE 'UTC' - read_at))) FROM mirror_state"
    )
    async with fleet.store.engine.connect() as connection:
        off = float((await connection.execute(query)).scalar_one())
    if off > 30 * _MINUTES:
        raise RuntimeError(f"a time in the database is {off:.0f} seconds off")


FAULTS: Final[dict[str, Fault]] = {
    "kill -9": killed,
    "frozen and continued": frozen,
    "SIGTERM": ended,
    "database restarted": database_restarted,
    "database read-only": database_read_only,
    "disk full": disk_full,
    "queue emptied": queue_emptied,
    "practices removed": practices_removed,
    "newer workers": newer_version,
    "clocks differ": clocks_differ,
}


def run(size: Size) -> list[Figure]:
    """Let each fault hit a fleet."""
    if not is_there():
        return []
    return asyncio.run(_figures(size.of([*FAULTS][:2], [*FAULTS])))


async def _figures(names: Sequence[str]) -> list[Figure]:
    figures: list[Figure] = []
    source = await source_rows()
    box = SandboxProcess(offices(), developer_key=DEVELOPER, retry_after=INTERVAL)
    with PostgresServer() as server, _small_disk() as disk, TemporaryDirectory() as folder:
        async with box:
            for name in names:
                options = ""
                if disk and name == "disk full":
                    server.run(f"CREATE TABLESPACE small LOCATION '{disk}'")
                    options = "TABLESPACE small"
                url = server.new_database(options)
                async with trial(server, box, url, Path(folder) / name) as fleet:
                    figures += await _one(name, fleet, source)
    return figures


async def _one(name: str, fleet: Trial, source: Rows) -> list[Figure]:
    for number in range(WORKERS_AT_FIRST):
        minutes = _MINUTES * (1 - number) if name == "clocks differ" else 0.0
        fleet.start_worker(ahead=60 * minutes)
    await fleet.until_started()
    async with FAULTS[name](fleet) as struck:
        recovery = await fleet.seconds_until_read(struck.names, struck.since, struck.began)
    await fleet.seconds_until_read(struck.remaining, struck.since, struck.began)
    alive = await fleet.workers_alive(struck.workers)
    early, wrong = await fleet.early_requests(), await fleet.wrong_rows(struck.remaining, source)
    lines = fleet.unexpected_lines()
    for each in lines:
        print(f"{name}: a worker printed: {each}", flush=True)
    total = len(struck.remaining) * sum(ROWS.values())
    return [
        Figure(f"{name}: requests too early, or beside another", early, "", 0.0),
        Figure(f"{name}: rows of {total:,} missing, different or too many", wrong, "rows", 0.0),
        Figure(f"{name}: workers that do not come back", struck.workers - alive, "", 0.0),
        Figure(f"{name}: lines that workers should not print", len(lines), "", 0.0),
        Figure(f"{name}: recovery of {len(struck.names)} practices", recovery, "s", 30.0),
    ]


@contextmanager
def _small_disk() -> Generator[Path | None]:
    """Mount a small file system in memory for PostgreSQL, if this process may."""
    folder = Path(mkdtemp(prefix="disk-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SPACE}", "none", str(folder)]
    mounted = (
        os.geteuid() == 0 and not subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
    )
    try:
        if mounted:
            space = folder / "space"
            space.mkdir()
            shutil.chown(space, "pgserver")  # the wheel's server runs as this user if it is started by root
            yield space
        else:
            yield None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        folder.rmdir()


@contextmanager
def _filled(disk: Path) -> Generator[None]:
    """Fill a disk to its last block."""
    ballast = disk.parent / "ballast"
    try:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(_BLOCK):
                pass
        yield
    finally:
        ballast.unlink()


@contextmanager
def _refusing(fleet: Trial) -> Generator[None]:
    """Let a trigger refuse new rows as a full disk does."""
    run = fleet.server.run
    run(_REFUSE, database=fleet.database)
    for table in _REFUSING:
        create = f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"
        run(create, database=fleet.database)
    try:
        yield
    finally:
        run("DROP FUNCTION full_disk CASCADE", database=fleet.database)


if __name__ == "__main__":
    alone("fleet_faults", run)
