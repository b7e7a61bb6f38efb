"""Two hundred practices mirrored at once by one process into one SQLite file: pace, memory, and every row.

The practices are a sandbox's, in a second process, and each of them has its own throttle that counts what
came too early. The interval is three seconds, not the API's one: six and a half thousand rows a second, of
forty columns and more, are what one process decodes and writes on two cores that it shares with the sandbox,
with room left for neighbors. At one second the machine would be measured, and not the mirror.

What would be the sandbox's fault is kept out. It makes up its first rows before the run, which takes it half
a minute. Each practice is asked once before, one after the other within one interval: so their turns are
spread as they are in a program that has been at work for a while, and the sandbox does not get two hundred
requests in one moment. While it writes one answer it looks at no other request, and so sees some later than
others: the client's margin is 20 ms here.

The pace is taken from the starts that the server saw. Over the whole run it is what all practices together
asked for, against what their intervals allow from the first start to the last one. There the first and the
last interval are not full, as the practices' turns are spread, so that short runs have no goal for it.

The first practice is compared with its source value by value, and all others with the first, as the sandbox
makes the same rows from the same seed.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterable
from contextlib import aclosing, closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import msgspec

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_fleet_client import TABLES, Mirrored, name_of
from benchmarks.offices import DEVELOPER, pace
from benchmarks.processes import ROOT, environment
from odapi_async import Mode, OpenDental
from odapi_async.mirror.database.columns import column_encoder
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.sandbox import KeyStats, Office, Sandbox, SandboxProcess, Throttle

_PERMISSIONS: Final = frozenset({"ReadAll", "Setup"})
_SEED: Final = 1  # of all practices: each has the same rows
_BYTES: Final = 1_500  # of disk for each row, with its index entries and the write-ahead log
_WARM_PAGES: Final = 3  # of a hundred rows: the sandbox repeats itself after 240
_PATIENCE: Final = 4  # times what the intervals allow, until a run counts as stuck


class _Fleet(NamedTuple):
    practices: int
    patients: int
    appointments: int
    interval: float
    promised: bool = False

    @property
    def rows(self) -> dict[str, int]:
        return {"patients": self.patients, "appointments": self.appointments}

    @property
    def total(self) -> int:
        return self.practices * (self.patients + self.appointments)


_QUICK: Final = _Fleet(20, 600, 1_200, 1.0)
_USUAL: Final = _Fleet(200, 1_000, 2_000, 3.0)
_FULL: Final = _Fleet(200, 5_000, 10_000, 3.0, promised=True)


def run(size: Size) -> list[Figure]:
    """Mirror the fleet once; the full one takes eight minutes and some gigabytes in a temporary folder."""
    fleet = size.of(_QUICK, _USUAL, _FULL)
    with TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < fleet.total * _BYTES:
            raise RuntimeError(f"{folder} needs {fleet.total * _BYTES / 1e9:.1f} GB of free space")
        return asyncio.run(_figures(fleet, Path(folder) / "fleet.db"))


async def _figures(fleet: _Fleet, file: Path) -> list[Figure]:
    offices = [
        Office(
            customer_key=name_of(number),
            permissions=_PERMISSIONS,
            interval=fleet.interval,
            rows=fleet.rows,
            seed=_SEED,
        )
        for number in range(fleet.practices)
    ]
    async with SandboxProcess(offices, developer_key=DEVELOPER, throttle=Throttle.COUNT) as box:
        await _warm(box.url, fleet)
        await asyncio.sleep(fleet.interval)  # else the first requests would come too early after these
        await box.reset_stats()
        done = await _mirrored(box.url, fleet, file)
        stats = list((await box.stats()).values())
    if done.failed:
        raise RuntimeError(f"{done.failed} tables could not be read")
    right = sum([await _right(fleet, file, table) for table in TABLES])
    return [*_paces(fleet, stats), *_costs(fleet, stats, done, right, file)]


def _paces(fleet: _Fleet, stats: list[KeyStats]) -> list[Figure]:
    paces = [pace(each.starts, fleet.interval) for each in stats]
    requests = sum(each.executed - 1 for each in stats)  # each practice was asked once before
    starts = [start for each in stats for start in each.starts]
    whole = 100 * requests * fleet.interval / fleet.practices / (max(starts) - min(starts))
    about = f"{fleet.practices} practices, {fleet.interval:g} s apart"
    return [
        Figure(f"pace over the whole run, {about}", whole, "%", 97.0 if fleet.promised else None, ">="),
        Figure("pace of each practice, on the average", sum(paces) / len(paces), "%", 97.0, ">="),
        Figure("for comparison: pace of the slowest practice", min(paces), "%"),
    ]


def _costs(fleet: _Fleet, stats: list[KeyStats], done: Mirrored, right: int, file: Path) -> list[Figure]:
    return [
        Figure("requests that came too early", sum(each.violations for each in stats), "", 0.0),
        Figure("requests beside another of their key", sum(each.overlaps for each in stats), "", 0.0),
        Figure("memory of the mirror's process, at most", done.peak, "MiB", 200.0),
        Figure(f"rows of {fleet.total:,} that are missing or differ", fleet.total - right, "rows", 0.0),
        Figure("for comparison: rows", fleet.total / done.wall, "rows/s"),
        Figure("for comparison: share of a core that the mirror used", 100 * done.cpu / done.wall, "%"),
        Figure("for comparison: CPU of the mirror for each request", 1000 * done.cpu / done.requests, "ms"),
        Figure("for comparison: size of the database", file.stat().st_size / 2**20, "MiB"),
    ]


async def _mirrored(api: str, fleet: _Fleet, file: Path) -> Mirrored:
    arguments = [api, str(fleet.interval), str(fleet.practices), f"sqlite:///{file}"]
    program = [sys.executable, "-m", "benchmarks.mirror_fleet_client", *arguments]
    process = await asyncio.create_subprocess_exec(*program, stdout=PIPE, cwd=ROOT, env=environment())
    allowed = 60 + _PATIENCE * fleet.interval * fleet.total / fleet.practices / 100
    try:
        answer, _ = await asyncio.wait_for(process.communicate(), allowed)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return msgspec.json.decode(answer, type=Mirrored)


async def _warm(api: str, fleet: _Fleet) -> None:
    """Let the sandbox make up the values that its rows share, which would hold up everyone for seconds."""
    async with OpenDental(DEVELOPER) as client:
        for number in range(fleet.practices):
            practice = client.practice(name_of(number), mode=Mode.LOCAL, base_url=api, concurrency=1)
            for table in TABLES:
                rows = getattr(getattr(practice, table), BY_TABLE[table].method)()
                async with aclosing(rows.pages()) as pages:
                    for _ in range(_WARM_PAGES):
                        await anext(pages, None)


async def _right(fleet: _Fleet, file: Path, table: str) -> int:
    """Return how many rows of a table are as they are at the source; none where there are too many."""
    plan = BY_TABLE[table]
    names = [column.name for column in columns(plan.operation.returns)]
    source = await _source(fleet, table)
    listed = ", ".join(f'"{name}"' for name in names)
    same = " AND ".join(f'a."{name}" IS b."{name}"' for name in names)
    row_id = plan.id_field.lower()
    with closing(sqlite3.connect(file)) as connection:
        first = connection.execute(f"SELECT {listed} FROM {table} WHERE practice = ?", (name_of(0),))
        if _comparable(first, table) != source:
            return 0
        (held,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        (right,) = connection.execute(
            f"SELECT count(*) FROM {table} a JOIN {table} b ON b.practice = ?"
            f' AND b."{row_id}" = a."{row_id}" AND {same} AND a.deleted_at IS NULL',
            (name_of(0),),
        ).fetchone()
    return int(right) if held <= fleet.practices * fleet.rows[table] else 0


async def _source(fleet: _Fleet, table: str) -> set[tuple[Any, ...]]:
    """Read the rows of one practice straight from a sandbox that makes the same ones."""
    office = Office(
        customer_key="source", permissions=_PERMISSIONS, mode="local", rows=fleet.rows, seed=_SEED
    )
    plan = BY_TABLE[table]
    read = column_encoder(plan.operation.returns, "sqlite")
    async with Sandbox([office], developer_key=DEVELOPER) as box, OpenDental(DEVELOPER) as client:
        practice = client.practice("source", mode=Mode.LOCAL, base_url=box.url)
        rows = await getattr(getattr(practice, table), plan.method)()
    return _comparable(zip(*read(rows), strict=True), table)


def _comparable(rows: Iterable[tuple[Any, ...]], table: str) -> set[tuple[Any, ...]]:
    """Return rows with amounts as numbers: SQLite is given their digits, and keeps a number."""
    kinds = [column.kind for column in columns(BY_TABLE[table].operation.returns)]
    amounts = [at for at, kind in enumerate(kinds) if kind is Decimal]
    found: set[tuple[Any, ...]] = set()
    for row in rows:
        values = list(row)
        for at in amounts:
            values[at] = None if row[at] is None else float(row[at])
        found.add(tuple(values))
    return found


if __name__ == "__main__":
    alone("mirror_fleet", run)
