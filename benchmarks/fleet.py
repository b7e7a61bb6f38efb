"""What a fleet costs in addition to its pages: compared with one process, at rest, and at a tick.

A worker does for each page what a mirror in one process does. In addition it takes practices from the queue,
holds their locks, proves that it does, and records each slice. Both copy the same practices into the same
PostgreSQL in processes of their own, turn by turn, as in `mirror_pages`: the office answers from bytes that
were made in advance, and the intervals of the API are shortened until they limit nobody. A slice is as short
as a first copy is there, twenty pages; at a request a second it has up to three hundred.

At rest, three workers have ten thousand practices of which none is due. The CPU of their processes and of all
processes of the server is taken from the kernel.

A tick looks for practices that are due, and queues them. Here all ten thousand are.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sqlalchemy as sa

from benchmarks import fleet_worker
from benchmarks.figures import Figure, Size, alone
from benchmarks.fleet_worker import Order
from benchmarks.mirror_page_clients import Copied
from benchmarks.mirror_server import patient_server
from benchmarks.postgres_server import PostgresServer, is_there, process_cpu
from benchmarks.processes import measured
from odapi_async.fleet.engine import QUEUE
from odapi_async.fleet.install import install
from odapi_async.fleet.schema import PRACTICES
from odapi_async.fleet.status import read_fleet_status
from odapi_async.fleet.tick import queue_due
from odapi_async.fleet.timing import DEFAULT_TIMING
from odapi_async.mirror import Store

_COPIED: Final = 40
_PAGE: Final = 100
_PRACTICES: Final = 10_000
_WORKERS: Final = 3
_SETTLE: Final = 5.0


def run(size: Size) -> list[Figure]:
    """Measure all three."""
    if not is_there():
        return []
    rows, rounds, seconds, ticks = size.of((1_000, 1, 15.0, 1), (2_000, 7, 60.0, 5))
    with PostgresServer() as server:
        # the server is at rest only before the copies: it cleans up behind them for minutes
        rest, tick = asyncio.run(_at_rest(server, seconds)), asyncio.run(_tick(server, ticks))
        return [*asyncio.run(_pages(server, rows, rounds)), rest, tick]


async def _pages(server: PostgresServer, rows: int, rounds: int) -> list[Figure]:
    found: list[dict[str, Copied]] = []
    async with patient_server(rows, longest=_PAGE) as api:
        for number in range(rounds):
            names = ["worker", "mirror"][:: -1 if number % 2 else 1]
            found.append({name: await _copied(name, api, server.new_database(), rows) for name in names})
    ratio = statistics.median(each["worker"].cpu / each["mirror"].cpu for each in found)
    return [
        Figure("CPU of a page, worker / mirror in one process", ratio, "x", 1.1),
        *(
            Figure(f"for comparison: CPU of a page, {name}", _milliseconds(found, name), "ms")
            for name in ("worker", "mirror")
        ),
    ]


async def _copied(name: str, api: str, url: str, rows: int) -> Copied:
    module = {"worker": "fleet_page_worker", "mirror": "mirror_page_clients"}[name]
    way = ["mirror"] if name == "mirror" else []
    done = await asyncio.to_thread(measured, module, [*way, api, url, f"{_COPIED}"], Copied)
    if done.rows != rows * _COPIED:
        raise RuntimeError(f"not all rows came: {name}")
    return done


def _milliseconds(found: list[dict[str, Copied]], name: str) -> float:
    return statistics.median(1_000 * each[name].cpu / (each[name].rows / _PAGE) for each in found)


async def _at_rest(server: PostgresServer, seconds: float) -> Figure:
    url = server.new_database()
    database = url.partition("?")[0].rpartition("/")[2]
    async with Store(url) as store:
        await _load(store, due="1 day")
        with TemporaryDirectory() as folder:
            workers = [fleet_worker.start(Order(url), Path(folder) / "lines") for _ in range(_WORKERS)]
            try:
                while len((await read_fleet_status(store)).workers) < _WORKERS:  # noqa: ASYNC110 - the state is another process's
                    await asyncio.sleep(1)
                await asyncio.sleep(_SETTLE)
                # the work that loading has left is not that of a fleet at rest
                await asyncio.to_thread(server.run, "VACUUM ANALYZE", "CHECKPOINT", database=database)
                processes = [each.pid for each in workers]
                before, began = server.cpu + sum(map(process_cpu, processes)), time.perf_counter()
                await asyncio.sleep(seconds)
                used, wall = server.cpu + sum(map(process_cpu, processes)), time.perf_counter() - began
                if any(each.poll() is not None for each in workers):
                    raise RuntimeError("a worker has ended")
            finally:
                for each in workers:
                    each.terminate()
                    each.wait()
    name = f"{_PRACTICES:,} practices, none due: {_WORKERS} workers and database"
    return Figure(name, 100 * (used - before) / wall, "% of a core", 5.0)


async def _tick(server: PostgresServer, ticks: int) -> Figure:
    seconds: list[float] = []
    async with Store(server.new_database()) as store:
        await _load(store, due="0 s")
        for _ in range(ticks):
            began = time.perf_counter()
            queued = await queue_due(store, DEFAULT_TIMING.takeover)
            seconds.append(time.perf_counter() - began)
            if queued != _PRACTICES:
                raise RuntimeError(f"{queued:,} practices were queued")
            async with store.engine.begin() as connection:
                await connection.execute(sa.text(f"TRUNCATE {QUEUE}"))
    return Figure(f"a tick that queues {_PRACTICES:,} practices", statistics.median(seconds), "s", 1.0)


async def _load(store: Store, due: str) -> None:
    await install(store)
    next_due = sa.func.now() + sa.text(f"interval '{due}'")
    rows = [
        {"practice": f"practice-{at:05}", "key_ref": "name:", "mode": "remote", "every": 900.0}
        for at in range(_PRACTICES)
    ]
    async with store.engine.begin() as connection:
        await connection.execute(sa.insert(PRACTICES), rows)
        await connection.execute(sa.update(PRACTICES).values(next_due=next_due))


if __name__ == "__main__":
    alone("fleet", run)
