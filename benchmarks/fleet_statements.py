"""What a fleet costs its database: statements for each slice, worker and tick, counted by PostgreSQL itself.

Three workers with the usual times read the default tables of practices in which nothing changes, from a
sandbox in this process whose responses take differently long. The server logs each statement that it
executes, and a statement belongs to the part of the fleet whose table it names. First nothing is due, which
shows what a worker costs that waits; then all practices are due again and again.

A worker looks into the queue from time to time, and also each time that something was queued. If it also
did so each time that a slice has ended, at whichever worker, most statements of a large fleet would be such
looks. So their number is a figure of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from benchmarks.figures import Figure, Size, alone
from benchmarks.fleet_rounds import PERMISSIONS
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.offices import DEVELOPER
from odapi_async import OpenDental, Tier
from odapi_async.fleet.install import install
from odapi_async.fleet.schema import PRACTICES
from odapi_async.fleet.status import read_fleet_status
from odapi_async.fleet.timing import DEFAULT_TIMING
from odapi_async.fleet.worker import Worker
from odapi_async.mirror import DEFAULT_TABLES, Store
from odapi_async.sandbox import Fault, FaultKind, Office, Sandbox
from odapi_async.testing import SandboxTransport

_WORKERS: Final = 3
_SETTLED: Final = 3  # rounds of each practice before the count
_PATIENCE: Final = 600.0
_LATENCIES: Final = (0.05, 0.2, 0.5)
_LOGGED: Final = (
    "ALTER SYSTEM SET log_statement = 'all'",
    "ALTER SYSTEM SET log_line_prefix = '%p '",
    "SELECT pg_reload_conf()",
)
_LINE: Final = re.compile(r"^(\d+) LOG:  (?:statement|execute [^:]+): ", re.MULTILINE)
_CONTROL: Final = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE")
_PARTS: Final = {
    "sign": r"UPDATE fleet_workers SET seen_at",
    "tick": r"odapi_pgqueuer_schedules|INSERT INTO odapi_pgqueuer\b|\bFROM fleet_practices",
    "end": r"job_status AS",
    "heartbeat": r"UPDATE odapi_pgqueuer\s+SET heartbeat",
    "dequeue": r"SKIP LOCKED",
    "look": r"\bodapi_pgqueuer\b",
    "pace": r"\bfleet_pace\b",
    "slice": r"\b(?:fleet_practices|mirror_\w+)\b|advisory_(?:un)?lock",
}
_PATTERNS: Final = {part: re.compile(pattern) for part, pattern in _PARTS.items()}
_SLICE_ENDS: Final = re.compile(r"pg_advisory_unlock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Statements, with those that begin and end transactions.

    Attributes:
        slice: of a slice that reads the default tables without changes.
        end: of the end of slices; those that end together at one worker share it.
        look: of one look into the queue.
        looks: looks of each worker for each tick while slices run, beyond those of a worker that waits.
        worker: of a worker in a second while nothing is due, ticks not counted.
        heartbeat: of a worker in a second while its slices run.
        tick: of one tick.
    """

    slice: float
    end: float
    look: float
    looks: float
    worker: float
    heartbeat: float
    tick: float


@dataclass(frozen=True, slots=True)
class Counted:
    """The statements of a while: its seconds, how many belong to each part, and how many slices ended."""

    seconds: float
    parts: Mapping[str, int]
    slices: int


def run(size: Size) -> list[Figure]:
    """Count, for a table of figures."""
    costs = measure(size)
    if costs is None:
        return []
    return [
        Figure(f"statements of a slice without changes, {len(DEFAULT_TABLES)} tables", costs.slice, ""),
        Figure("statements of a worker that waits", costs.worker, "/s"),
        Figure("statements of a worker for the heartbeat of its slices", costs.heartbeat, "/s"),
        Figure("statements of a tick", costs.tick, ""),
        Figure("statements of a look into the queue", costs.look, ""),
        Figure("looks of a worker for each tick while slices run", costs.looks, ""),
    ]


def measure(size: Size) -> Costs | None:
    """Count the statements of each part; None if no PostgreSQL is here."""
    return asyncio.run(_measure(size))


async def _measure(size: Size) -> Costs | None:
    practices, idle, busy = size.of((12, 12.0, 20.0), (90, 20.0, 40.0))
    async with postgres() as server:
        if not server:
            return None
        url = await new_database(server)
        log = Path(server.partition("host=")[2]) / "log"
        async with _fleet(url, practices) as store:
            await asyncio.sleep(5)
            waiting = await _counted(log, idle)
            await _let_all_be_due(store, practices)
            await _settle(store)
            return _costs(waiting, await _counted(log, busy))


@asynccontextmanager
async def _fleet(url: str, practices: int) -> AsyncGenerator[Store]:
    """Let workers run."""
    offices = [
        Office(customer_key=_name(at), permissions=PERMISSIONS, rows={"patients": 5, "claims": 5})
        for at in range(practices)
    ]
    sandbox = Sandbox(offices, developer_key=DEVELOPER)
    for seconds in _LATENCIES:
        sandbox.add_fault(Fault(FaultKind.LATENCY, times=None, rate=0.3, seconds=seconds))

    async def key_for(practice: str, _: str) -> str:
        return practice

    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store(url))
        await install(store)
        async with store.engine.connect() as connection:
            automatic = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in _LOGGED:
                await automatic.exec_driver_sql(statement)
        stores = [await stack.enter_async_context(Store(url)) for _ in range(_WORKERS)]
        workers = [Worker(each, SandboxTransport(sandbox), _client, key_for) for each in stores]
        async with asyncio.TaskGroup() as group:
            for each in workers:
                group.create_task(each.run())
            yield store
            for each in workers:
                each.stop()


async def _let_all_be_due(store: Store, practices: int) -> None:
    rows = [
        {
            "practice": _name(at),
            "key_ref": "name:",
            "mode": "remote",
            "tier": Tier.STANDARD,
            "every": 1.0,
        }
        for at in range(practices)
    ]
    async with store.engine.begin() as connection:
        await connection.execute(sa.insert(PRACTICES), rows)


async def _settle(store: Store) -> None:
    """Wait until nothing comes any more: at first rows come twice, as two requests overlap by a minute."""
    rounds: defaultdict[str, set[int]] = defaultdict(set)
    async with asyncio.timeout(_PATIENCE):
        while True:
            status = await read_fleet_status(store)
            for each in status.practices:
                if each.lag is not None:
                    rounds[each.practice].add(round(status.at.timestamp() - each.lag))
            if all(len(rounds[each.practice]) >= _SETTLED for each in status.practices):
                return
            await asyncio.sleep(2)


async def _counted(log: Path, seconds: float) -> Counted:
    before = await asyncio.to_thread(log.read_bytes)
    await asyncio.sleep(seconds)
    after = await asyncio.to_thread(log.read_bytes)
    return count(after[len(before) :].decode("utf-8", "replace"), seconds)


def count(text: str, seconds: float) -> Counted:
    """Count the statements of a server's log by the part of the fleet that they belong to."""
    parts: Counter[str] = Counter()
    slices = 0
    last: dict[str, str] = {}  # the part of the last statement of each connection
    pieces = _LINE.split(text)
    for process, statement in zip(pieces[1::2], pieces[2::2], strict=True):
        if not _CONTROL.match(statement):
            last[process] = _part(statement)
            slices += bool(_SLICE_ENDS.search(statement))
        parts[last.get(process, "other")] += 1
    return Counted(seconds, parts, slices)


def _part(statement: str) -> str:
    return next((part for part, pattern in _PATTERNS.items() if pattern.search(statement)), "other")


def _costs(waiting: Counted, busy: Counted) -> Costs:
    others = busy.parts["other"] - waiting.parts["other"] * busy.seconds / waiting.seconds
    looks = busy.parts["dequeue"] - waiting.parts["dequeue"] * busy.seconds / waiting.seconds
    ticks = busy.seconds / DEFAULT_TIMING.tick
    idle_parts = ("sign", "look", "dequeue", "other")
    return Costs(
        slice=(busy.parts["slice"] + max(0.0, others)) / busy.slices,
        end=1.0,
        look=(busy.parts["dequeue"] + busy.parts["look"]) / busy.parts["dequeue"],
        looks=max(0.0, looks) / ticks / _WORKERS,
        worker=sum(waiting.parts[part] for part in idle_parts) / waiting.seconds / _WORKERS,
        heartbeat=busy.parts["heartbeat"] / busy.seconds / _WORKERS,
        tick=busy.parts["tick"] / ticks,
    )


def _client(transport: object) -> OpenDental:
    return OpenDental(DEVELOPER, transport=transport)  # type: ignore[arg-type]


def _name(at: int) -> str:
    return f"practice-{at:03}"


if __name__ == "__main__":
    alone("fleet_statements", run)
