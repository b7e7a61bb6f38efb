"""Events of offices: how many a second are stored and answered, and what 100 kills leave behind.

An office that is written from the documentation posts to a receiver in a process of its own; with kills, a
handler in another process applies the events to a mirror. Kills come at random moments: SIGKILL to the
receiver and to the handler in turn, while POSTs come, some of them twice and most of them out of order. The
handler counts each state of each row in the transaction in which it applies it.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.event_delay import POLLING, delays
from benchmarks.event_office import PRACTICE, Made, Post, Sender, appointment, make
from benchmarks.event_programs import LEDGER
from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.processes import ROOT, environment
from odapi_async.mirror import Store

_CONNECTIONS: Final = 16
_PACED: Final = 100.0  # POSTs per second
_UP_TO: Final = 0.5  # seconds that a program lives before it is killed
_PATIENCE: Final = 120.0


def run(size: Size) -> list[Figure]:
    """Measure with SQLite and, where a wheel brings a server, with PostgreSQL."""
    return asyncio.run(_run(size))


async def _run(size: Size) -> list[Figure]:
    figures: list[Figure] = []
    made = make(size.of(2_000, 20_000), size.of(300, 2_000), seed=1)
    async with postgres() as server:
        for name in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            with TemporaryDirectory() as folder:
                figures += await _throughput(name, await _url(folder, server, name), size.of(1_000, 10_000))
                figures += await _latency(name, await _url(folder, server, name), size.of(200, 3_000))
                figures += await _delay(name, await _url(folder, server, name), size.of(5, 40))
                figures += await _kills(name, await _url(folder, server, name), made, size.of(6, 50))
    return figures


async def _url(folder: str, server: str, name: str) -> str:
    """Return the URL of a new database."""
    if name == "PostgreSQL":
        return await new_database(server)
    return f"sqlite:///{folder}/{uuid4()}.db"


async def _throughput(name: str, url: str, count: int) -> list[Figure]:
    async with _program("receive", url, "0") as (process, port):
        warm = Sender(port, _single(200, 1), connections=_CONNECTIONS)
        await warm.run()
        before = _memory(process)
        began = asyncio.get_running_loop().time()
        sender = Sender(port, _single(count, 201), connections=_CONNECTIONS)
        await sender.run()
        seconds = asyncio.get_running_loop().time() - began
        grown = _memory(process) - before
    return [
        Figure(f"{name}: events stored and answered", count / seconds, "events/s", 500.0, ">="),
        Figure(f"{name}: memory that {count:,} events leave behind", grown, "MiB", 10.0),
    ]


async def _latency(name: str, url: str, count: int) -> list[Figure]:
    async with _program("receive", url, "0") as (_, port):
        await Sender(port, _single(100, 1)).run()
        sender = Sender(port, _single(count, 101), connections=_CONNECTIONS, rate=_PACED)
        await sender.run()
    slowest = statistics.quantiles(sender.latencies, n=100)[98] * 1000
    return [Figure(f"{name}: p99 of a response at {_PACED:g} events/s", slowest, "ms", 100.0)]


async def _delay(name: str, url: str, changes: int) -> list[Figure]:
    found = await delays(url, changes)
    return [
        Figure(
            f"{name}: a change is in the mirror, at most, with {POLLING} s of polling",
            max(found),
            "s",
            POLLING + 1.0,
        ),
        Figure(f"for comparison: {name}: the same, on the average", statistics.mean(found), "s"),
    ]


async def _kills(name: str, url: str, made: Made, kills: int) -> list[Figure]:
    await _prepare(url)
    chance = random.Random(kills)
    async with AsyncExitStack() as stack:
        programs = _Programs(url)
        stack.push_async_callback(programs.end)
        port = await programs.start("receive", "0")
        await programs.start("handle")
        # slow enough that there is work until the last kill
        sender = Sender(port, made.posts, rate=len(made.posts) / (2 * kills))
        sending = asyncio.create_task(sender.run())
        for at in range(2 * kills):
            await asyncio.sleep(chance.uniform(0, _UP_TO))
            await programs.kill_and_start(*(("receive", str(port)) if at % 2 else ("handle",)))
        await asyncio.wait_for(sending, _PATIENCE)
        counts = await _counted(url, made)
        return [
            Figure(
                f"{name}: {2 * kills} kills, rows of {len(made.states):,} that are lost", counts[0], "", 0.0
            ),
            Figure(f"{name}: {2 * kills} kills, rows that were applied twice", counts[1], "", 0.0),
            Figure(
                f"{name}: {2 * kills} kills, rows of the mirror that differ from the source",
                await _differing(url, made),
                "",
                0.0,
            ),
            Figure(f"for comparison: {name}: POSTs that were not answered with 200", sender.failures, ""),
        ]


class _Programs:
    """The receiver and the handler, which are killed and started again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._running: dict[str, tuple[Process, AsyncExitStack]] = {}

    async def start(self, program: str, *arguments: str) -> int:
        stack = AsyncExitStack()
        process, port = await stack.enter_async_context(_program(program, self._url, *arguments))
        self._running[program] = process, stack
        return port

    async def kill_and_start(self, program: str, *arguments: str) -> None:
        process, stack = self._running.pop(program)
        process.kill()
        await stack.aclose()
        await self.start(program, *arguments)

    async def end(self) -> None:
        for _, stack in self._running.values():
            await stack.aclose()


@asynccontextmanager
async def _program(*arguments: str) -> AsyncGenerator[tuple[Process, int]]:
    """Run one of the programs, and yield its process and the number that it tells."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.event_programs", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT, env=environment())
    assert process.stdout is not None
    try:
        yield process, int(await asyncio.wait_for(process.stdout.readline(), _PATIENCE))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _prepare(url: str) -> None:
    """Create the tables of a mirror that has not read anything yet, and the ledger."""
    async with Store(url) as store:
        await store.open(["appointments"])
        await store.begin(PRACTICE, ["appointments"])
        async with store.engine.begin() as connection:
            await connection.run_sync(LEDGER.create)


async def _counted(url: str, made: Made) -> tuple[int, int]:
    """Wait until each state was handled or nothing moves any more; return how many are lost or were twice."""
    counted: dict[tuple[int, str], int] = {}
    async with Store(url) as store:
        for _ in range(int(_PATIENCE)):
            async with store.engine.connect() as connection:
                rows = (await connection.execute(sa.select(LEDGER))).all()
            counted = {(apt_num, stamp): times for apt_num, stamp, times in rows}
            if counted.keys() >= made.states:
                break
            await asyncio.sleep(1)
    return len(made.states - counted.keys()), sum(times > 1 for times in counted.values())


async def _differing(url: str, made: Made) -> int:
    async with Store(url) as store:
        table = store.tables["appointments"]
        query = sa.select(table.c.aptnum, table.c.note, table.c.deleted_at).where(
            table.c.practice == PRACTICE
        )
        async with store.engine.connect() as connection:
            rows: Any = (await connection.execute(query)).all()
    held = {apt_num: note for apt_num, note, deleted_at in rows if deleted_at is None}
    wrong = {*held.items()} ^ {*made.final.items()}
    return len(wrong)


def _single(count: int, first: int) -> list[Post]:
    """Return POSTs with one new appointment each."""
    kind = "WatchTable: Appointment"
    bodies = (appointment(first + at, "2026-02-03 08:30:00", "") for at in range(count))
    return [Post(kind, json.dumps([each]).encode()) for each in bodies]


def _memory(process: Process) -> float:
    """Return the memory of a process in MiB; 0 where the system does not tell it so."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return 0.0
    (line,) = (each for each in status.read_text().splitlines() if each.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    alone("events", run)
