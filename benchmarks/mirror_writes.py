"""What the write path of a mirror reaches in PostgreSQL, compared with the same work written by hand.

Nothing is fetched: all ways begin with decoded rows and end with committed rows and cursors. By hand,
long batches go by COPY into a temporary table and one merge, which is the fastest way measured that may
also update, and pages of a hundred rows go by `executemany`, a transaction for each, over as many connections
as the mirror uses. Each way writes all rows twice: into an empty table, and over what is there.

The server is a real PostgreSQL with its usual settings, on a socket in a temporary folder. The ways take
turns, and ratios are taken inside one round.
"""

from __future__ import annotations

import asyncio
import importlib
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_databases import new_database, postgres
from benchmarks.rows import patients
from odapi_async.mirror import Store, TableStatus
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import Run
from odapi_async.resources.patients import Patient

_TABLE: Final = "patients"
_PRACTICES: Final = 40
_LONG: Final = 1_000
_SHORT: Final = 100
_CONNECTIONS: Final = 4

Pages = list[tuple[str, list[Patient]]]
"""Pages of rows with the practices that they belong to, in the order in which they come."""


class Written(NamedTuple):
    """Rows a second, into an empty table and over what is there."""

    first: float
    again: float


def run(size: Size) -> list[Figure]:
    """Let the ways take turns."""
    rows, rounds = size.of((500, 1), (1_000, 7), (5_000, 9))
    return asyncio.run(_figures(rows, rounds))


async def _figures(rows: int, rounds: int) -> list[Figure]:
    found: list[dict[str, Written]] = []
    async with postgres() as server:
        if not server:
            return []
        long, short = _pages(rows, _LONG), _pages(rows, _SHORT)
        ways: dict[str, Callable[[str], Awaitable[Written]]] = {
            "mirror, long": lambda url: _mirror(url, long, at_once=1),
            "COPY and merge": lambda url: _by_hand(url, long, _merge, at_once=1),
            "mirror, short": lambda url: _mirror(url, short, at_once=_PRACTICES),
            "executemany": lambda url: _by_hand(url, short, _execute_many, at_once=_CONNECTIONS),
        }
        for number in range(rounds):
            names = [*ways][:: -1 if number % 2 else 1]
            found.append({name: await ways[name](await new_database(server)) for name in names})
    return [
        _ratio(
            found, "mirror, long", "COPY and merge", "batches of 1,000: mirror / COPY and merge by hand", 0.85
        ),
        _ratio(
            found, "mirror, short", "executemany", "pages of 100, 40 practices: mirror / executemany", 1.3
        ),
        *(
            Figure(f"for comparison: {name}, {what}", statistics.median(rates), "rows/s")
            for name in found[0]
            for what, rates in (
                ("into an empty table", [each[name].first for each in found]),
                ("over what is there", [each[name].again for each in found]),
            )
        ),
    ]


def _ratio(found: list[dict[str, Written]], ours: str, other: str, name: str, goal: float) -> Figure:
    """Return the ratio of each round that is the worse one for the mirror, at first or again."""
    ratio = statistics.median(
        min(each[ours].first / each[other].first, each[ours].again / each[other].again) for each in found
    )
    return Figure(name, ratio, "x", goal, ">=")


def _pages(rows: int, length: int) -> Pages:
    """Return the pages of all practices, in turn."""
    decoded = msgspec.convert(patients(rows), list[Patient], strict=False)
    return [
        (f"practice-{practice}", decoded[start : start + length])
        for start in range(0, rows, length)
        for practice in range(_PRACTICES)
    ]


async def _mirror(url: str, pages: Pages, at_once: int) -> Written:
    async with Store(url) as store:
        await store.open([_TABLE])
        versions = {name: 0 for name, _ in pages}
        for name in versions:
            await store.begin(name, [_TABLE])
        runs = {name: Run(is_new=True) for name in versions}

        async def write(name: str, rows: list[Patient]) -> None:
            status = TableStatus(practice=name, table=_TABLE)
            written = await store.advance(runs[name], status, Cursor(version=versions[name]), rows)
            versions[name] = written.version

        first = await _timed(pages, write, at_once)
        for each in runs.values():
            each.is_new = False
        return Written(first, await _timed(pages, write, at_once))


Write = Callable[[Any, "Hand", str, list[Patient]], Awaitable[None]]


class Hand:
    """The statements of the ways by hand."""

    def __init__(self, store: Store) -> None:
        self.names = [column.name for column in store.tables[_TABLE].columns]
        listed = ", ".join(f'"{name}"' for name in self.names)
        parameters = ", ".join(f"${at + 1}" for at in range(len(self.names)))
        changes = ", ".join(
            f'"{name}" = excluded."{name}"' for name in self.names if name not in {"practice", "patnum"}
        )
        conflict = f" ON CONFLICT (practice, patnum) DO UPDATE SET {changes}"
        self.upsert = f"INSERT INTO {_TABLE} ({listed}) VALUES ({parameters}){conflict}"
        self.merge = f"INSERT INTO {_TABLE} ({listed}) SELECT {listed} FROM staged{conflict}"
        self.now = store.clock()

    def values(self, practice: str, rows: Sequence[Patient]) -> list[tuple[Any, ...]]:
        """Return rows as a driver takes them; the first field is the time of the response."""
        return [(practice, *msgspec.structs.astuple(row)[1:], self.now, None, 1) for row in rows]


async def _merge(connection: Any, hand: Hand, practice: str, rows: list[Patient]) -> None:
    await connection.copy_records_to_table("staged", records=hand.values(practice, rows), columns=hand.names)
    await connection.execute(hand.merge)


async def _execute_many(connection: Any, hand: Hand, practice: str, rows: list[Patient]) -> None:
    await connection.executemany(hand.upsert, hand.values(practice, rows))


async def _by_hand(url: str, pages: Pages, write_rows: Write, at_once: int) -> Written:
    async with Store(url) as store:
        await store.open([_TABLE])
        hand = Hand(store)
    pool: Any = await importlib.import_module("asyncpg").create_pool(
        url, min_size=at_once, max_size=at_once, init=_stage
    )
    await pool.execute("CREATE TABLE cursors (practice text PRIMARY KEY, version bigint)")

    async def write(name: str, rows: list[Patient]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await write_rows(connection, hand, name, rows)
            await connection.execute(
                "INSERT INTO cursors VALUES ($1, 1) ON CONFLICT (practice)"
                " DO UPDATE SET version = cursors.version + 1",
                name,
            )

    try:
        return Written(await _timed(pages, write, at_once), await _timed(pages, write, at_once))
    finally:
        await pool.close()


async def _stage(connection: Any) -> None:
    await connection.execute(f"CREATE TEMPORARY TABLE staged (LIKE {_TABLE}) ON COMMIT DELETE ROWS")


async def _timed(pages: Pages, write: Callable[[str, list[Patient]], Awaitable[None]], at_once: int) -> float:
    """Write all pages, so many at a time, those of one practice in their order; return rows a second."""
    by_practice: dict[str, list[list[Patient]]] = {}
    for name, rows in pages:
        by_practice.setdefault(name, []).append(rows)
    waiting = iter(by_practice.items())

    async def work() -> None:
        for name, mine in waiting:
            for rows in mine:
                await write(name, rows)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return sum(len(rows) for _, rows in pages) / (time.perf_counter() - began)


if __name__ == "__main__":
    alone("mirror_writes", run)
