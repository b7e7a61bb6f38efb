"""What a mirror costs when nothing happens: a round without changes, and the question how current it is.

The round reads twelve tables of two hundred practices in which nothing has changed, from a sandbox in this
process and under a virtual clock, and counts the rows that SQLite inserts, changes or deletes meanwhile. The
status is read from a database with a thousand practices, each of them with twelve tables, on the clock.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sqlalchemy as sa

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.offices import DEVELOPER
from odapi_async import OpenDental
from odapi_async.mirror import DEFAULT_TABLES, Mirror, Store, read_status
from odapi_async.mirror.database.schema import STATE
from odapi_async.sandbox import Office, Sandbox
from odapi_async.testing import SandboxTransport, run_in_virtual_time

_FIRST_ROUNDS: Final = 3  # rows come twice at first, because two requests overlap by a minute
_PAUSE: Final = 300.0  # seconds between two rounds


def run(size: Size) -> list[Figure]:
    """Count what a round writes, and time the status."""
    practices, asked, rounds = size.of((20, 100, 1), (200, 1_000, 5))
    with TemporaryDirectory() as folder:
        return [
            _idle_round(practices, Path(folder) / "idle.db"),
            *asyncio.run(_statuses(asked, rounds, folder)),
        ]


def _idle_round(practices: int, file: Path) -> Figure:
    written = run_in_virtual_time(_written(practices, file))
    name = f"a round without changes, {practices} practices x {len(DEFAULT_TABLES)} tables: rows written"
    return Figure(name, written, "rows", 2.0 * practices)


async def _written(practices: int, file: Path) -> int:
    names = [f"office-{number}" for number in range(practices)]
    offices = [Office(customer_key=name, rows={"patients": 5, "claims": 5}) for name in names]
    sandbox = Sandbox(offices, developer_key=DEVELOPER)
    async with (
        OpenDental(DEVELOPER, transport=SandboxTransport(sandbox)) as od,
        Store(str(file)) as store,
    ):
        mirror = Mirror(od, store)
        found = {name: od.practice(name) for name in names}
        for _ in range(_FIRST_ROUNDS):
            if not (await mirror.run(found)).complete:
                raise RuntimeError("not all tables could be read")
            await asyncio.sleep(_PAUSE)
        before = await _changes(store)
        if (await mirror.run(found)).rows:
            raise RuntimeError("there were changes")
        return await _changes(store) - before


async def _changes(store: Store) -> int:
    async with store.engine.connect() as connection:
        return int((await connection.exec_driver_sql("SELECT total_changes()")).scalar_one())


async def _statuses(practices: int, rounds: int, folder: str) -> list[Figure]:
    figures = [await _status("SQLite", f"sqlite:///{folder}/status.db", practices, rounds)]
    async with postgres() as server:
        if server:
            figures.append(await _status("PostgreSQL", await new_database(server), practices, rounds))
    return figures


async def _status(database: str, url: str, practices: int, rounds: int) -> Figure:
    async with Store(url) as store:
        await store.open([])
        for number in range(practices):
            await store.begin(f"practice-{number}", DEFAULT_TABLES)
        async with store.engine.begin() as connection:
            await connection.execute(sa.update(STATE).values(read_at=store.clock(), swept_at=store.clock()))
        seconds: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            found = await read_status(store)
            seconds.append(time.perf_counter() - began)
            if len(found.tables) != practices * len(DEFAULT_TABLES):
                raise RuntimeError("the status is not whole")
    name = f"status of {practices:,} practices x {len(DEFAULT_TABLES)} tables, {database}"
    return Figure(name, statistics.median(seconds), "s", 0.5)


if __name__ == "__main__":
    alone("mirror_idle", run)
