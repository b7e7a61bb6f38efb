"""What a mirror costs beyond streaming and beyond the bare drivers of its databases.

All of them take turns, round by round, each in a process of its own, and ratios are taken inside one round.
The office, in local mode, is served by this process, which does nothing else meanwhile. The bare drivers run
a statement that was written by hand, against the very tables that the mirror makes, with a thousand rows in a
transaction, and their values lie ready before the clock runs: they neither fetch nor decode anything. They
keep the indexes up from the first row on. The mirror makes them when its first copy is complete, and the
clock runs until they are made; over rows that are there already, both keep them up.

PostgreSQL is a real server with its usual settings, on a socket in a temporary folder.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Mapping
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_clients import Copied
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.mirror_server import patient_server
from benchmarks.offices import DEVELOPER
from benchmarks.processes import measured
from odapi_async import Mode, OpenDental
from odapi_async.mirror import PLANS, Mirror, Store
from odapi_async.sandbox import Office, SandboxProcess

_INCREMENTAL: Final = {plan.table: len(plan.list_filters) for plan in PLANS if plan.changes}
_ROWS: Final = 300

Databases = Mapping[str, str]
"""Where the ways copy to: an empty database for each, by the way's name in a round."""

_LITE: Final = {"sqlite": "sqlite", "mirror, SQLite": "mirror"}
_POSTGRES: Final = {"asyncpg": "postgres", "mirror, PostgreSQL": "mirror"}
_WAYS: Final = {"streaming": "stream", **_LITE, **_POSTGRES}


def run(size: Size) -> list[Figure]:
    """Let all ways take turns, then read once more where nothing has changed."""
    rows, rounds = size.of((10_000, 1), (40_000, 5), (100_000, 7))
    found = asyncio.run(_rounds(rows, rounds))
    figures = [
        _ratio(found, "mirror, SQLite", "sqlite", "mirror into SQLite / sqlite3 with ready values", 0.5),
        _ratio(found, "mirror, SQLite", "streaming", "mirror into SQLite / streaming alone", 0.3),
        _again(found, "mirror, SQLite", "sqlite", "the same rows again / sqlite3 with ready values"),
    ]
    if "asyncpg" in found[0]:
        figures += [
            _ratio(
                found, "mirror, PostgreSQL", "asyncpg", "mirror into PostgreSQL / asyncpg, ready values", 0.5
            ),
            _ratio(found, "mirror, PostgreSQL", "streaming", "mirror into PostgreSQL / streaming alone"),
            _again(found, "mirror, PostgreSQL", "asyncpg", "the same rows again / asyncpg, ready values"),
        ]
    rates = [_rate(found, name) for name in found[0]]
    return [*figures, *asyncio.run(_unchanged()), *rates]


async def _rounds(rows: int, rounds: int) -> list[dict[str, Copied]]:
    found: list[dict[str, Copied]] = []
    async with patient_server(rows) as api, postgres() as server:
        for number in range(rounds):
            names = [name for name in _WAYS if server or name not in _POSTGRES]
            found.append(await _round(api, server, names[:: -1 if number % 2 else 1]))
    short = {name for each in found for name, copied in each.items() if copied.rows < rows}
    if short:
        raise RuntimeError(f"not all rows came: {', '.join(sorted(short))}")
    return found


async def _round(api: str, server: str, names: list[str]) -> dict[str, Copied]:
    """Let each way copy once into a database of its own."""
    copied: dict[str, Copied] = {}
    for name in names:
        with TemporaryDirectory() as folder:
            url = await new_database(server) if name in _POSTGRES else f"sqlite:///{folder}/copy.db"
            copied[name] = await asyncio.to_thread(
                measured, "mirror_clients", [_WAYS[name], api, url], Copied
            )
    return {name: copied[name] for name in _WAYS if name in copied}


async def _unchanged() -> list[Figure]:
    """Copy every table whose changes can be asked for, and look once more at once."""
    office = Office(
        customer_key="practice",
        permissions=frozenset({"ReadAll", "Setup"}),
        mode="local",
        rows=dict.fromkeys(("patients", "appointments", "procedurelogs"), _ROWS),
    )
    with TemporaryDirectory() as folder:
        async with (
            SandboxProcess([office], developer_key=DEVELOPER) as box,
            OpenDental(DEVELOPER) as client,
            Store(f"{folder}/copy.db") as store,
        ):
            mirror = Mirror(client, store)
            practices = {"practice": client.practice("practice", mode=Mode.LOCAL, base_url=box.url)}
            first = await mirror.run(practices, _INCREMENTAL)
            again = await mirror.run(practices, _INCREMENTAL)
    if not first.complete or not again.complete:
        raise RuntimeError("not all tables could be read")
    worst = max(each.requests / _INCREMENTAL[each.table] for each in again.tables)
    name = f"nothing has changed: requests for each list of {len(_INCREMENTAL)} tables, at most"
    return [
        Figure(name, worst, "", 1.0),
        Figure("for comparison: rows that came with them", again.rows, "rows"),
    ]


def _ratio(
    found: list[dict[str, Copied]], ours: str, other: str, name: str, goal: float | None = None
) -> Figure:
    """Return how fast ours is as a share of the other's speed."""
    ratio = statistics.median(each[other].first / each[ours].first for each in found)
    return Figure(name, ratio, "x", goal, ">=")


def _again(found: list[dict[str, Copied]], ours: str, other: str, name: str) -> Figure:
    return Figure(name, statistics.median(each[other].again / each[ours].again for each in found), "x")


def _rate(found: list[dict[str, Copied]], name: str) -> Figure:
    rate = statistics.median(each[name].rows / each[name].first for each in found)
    return Figure(f"for comparison: {name}", rate, "rows/s")


if __name__ == "__main__":
    alone("mirror", run)
