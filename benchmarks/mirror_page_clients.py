"""One way to copy many practices: `python -m benchmarks.mirror_page_clients WAY API STORE PRACTICES`.

Prints a `Copied` as JSON. Before the clock runs, tables are made, modules imported and statements compiled.
"""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import aiohttp
import msgspec
import sqlalchemy as sa

from benchmarks.offices import DEVELOPER, remote, scaled
from benchmarks.rows import bare_decoder, field_types
from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Store

_PAGE: Final = 100
INTERVAL: Final = 0.001
TABLE: Final = "patients"
_HEADERS: Final = {"Authorization": "ODFHIR developer/customer", "Content-Type": "application/json"}
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=8000", "cache_size=-16000")
_TYPES: Final = {int: "bigint", Decimal: "numeric", date: "date", datetime: "timestamp", bool: "boolean"}

Write = Callable[[str, int, Sequence[Any]], Awaitable[None]]


class Copied(msgspec.Struct):
    """What one way did: its rows, seconds of wall time, and seconds of CPU."""

    rows: int
    wall: float
    cpu: float


async def mirror(api: str, url: str, count: int) -> Copied:
    """Let `Mirror.run` read everything."""
    with scaled(INTERVAL):
        async with OpenDental(DEVELOPER, margin=0) as client, Store(url) as store:
            await warm_up(client, remote(client, "warm-up", api))
            await store.open([TABLE])
            practices = {f"practice-{at}": remote(client, f"practice-{at}", api) for at in range(count)}

            async def copy() -> int:
                report = await Mirror(client, store).run(practices, [TABLE])
                if not report.complete:
                    raise RuntimeError(str(report.failed))
                return report.rows

            return await _timed(copy)


async def warm_up(client: OpenDental, practice: Practice) -> None:
    """Copy one practice into memory, so that modules are imported and statements are compiled."""
    async with Store(":memory:") as store:
        await Mirror(client, store).run({"warm-up": practice}, [TABLE])


async def sqlite_by_hand(api: str, url: str, count: int) -> Copied:
    """Write each page in a thread."""
    names = [*field_types()]
    lock = asyncio.Lock()

    def write(practice: str, offset: int, rows: Sequence[Any]) -> None:
        values = [(practice, *row) for row in map(_sqlite_values, rows)]
        connection.executemany(upsert, values)
        connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (practice, offset))
        connection.commit()

    async def in_thread(practice: str, offset: int, rows: Sequence[Any]) -> None:
        async with lock:
            await asyncio.to_thread(write, practice, offset, rows)

    upsert = _upsert(names, ["?"] * (len(names) + 1))
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for statement in _tables(names):
            connection.execute(statement)

        async def copy() -> int:
            rows = await _copy_all(api, count, in_thread)
            for statement in _indexes(url):
                await asyncio.to_thread(connection.execute, statement)
            return rows

        return await _timed(copy)


async def postgres_by_hand(api: str, url: str, count: int) -> Copied:
    """Write each page with `executemany` in a transaction of its own, over a pool of connections."""
    names = [*field_types()]
    upsert = _upsert(names, [f"${at + 1}" for at in range(len(names) + 1)])
    cursor = "INSERT INTO cursors VALUES ($1, $2) ON CONFLICT (practice) DO UPDATE SET position = $2"
    pool = await importlib.import_module("asyncpg").create_pool(url, min_size=8, max_size=8)

    async def write(practice: str, offset: int, rows: Sequence[Any]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.executemany(upsert, [(practice, *msgspec.structs.astuple(row)) for row in rows])
            await connection.execute(cursor, practice, offset)

    try:
        for statement in _tables(names):
            await pool.execute(statement)

        async def copy() -> int:
            rows = await _copy_all(api, count, write)
            for statement in _indexes(url):
                await pool.execute(statement)
            return rows

        return await _timed(copy)
    finally:
        await pool.close()


async def _copy_all(api: str, count: int, write: Write) -> int:
    decode = bare_decoder()

    async def copy(session: aiohttp.ClientSession, practice: str) -> int:
        offset = 0
        while True:
            query = {"Offset": f"{offset}"}
            async with session.get(f"{api}/patients/Simple", params=query) as response:
                rows = decode(await response.read())
            offset += len(rows)
            if rows:
                await write(practice, offset, rows)
            if len(rows) < _PAGE:
                return offset

    async with aiohttp.ClientSession(headers=_HEADERS) as session:
        return sum(await asyncio.gather(*(copy(session, f"practice-{at}") for at in range(count))))


def _sqlite_values(row: Any) -> tuple[Any, ...]:
    """Return the values of a row as SQLite takes them."""
    return tuple([str(value) if type(value) in _AS_TEXT else value for value in msgspec.structs.astuple(row)])


_AS_TEXT: Final = frozenset({Decimal, date, datetime})


def _tables(names: Sequence[str]) -> list[str]:
    kinds = field_types()
    listed = ", ".join(f'"{name.lower()}" {_TYPES.get(kinds[name], "text")}' for name in names)
    return [
        f'CREATE TABLE {TABLE} (practice text, {listed}, PRIMARY KEY (practice, "patnum"))',
        "CREATE TABLE cursors (practice text PRIMARY KEY, position integer)",
    ]


def _indexes(url: str) -> list[str]:
    """Return the statements of the indexes that the mirror makes, too, when its first copy is complete."""
    store = Store(url)
    return [
        str(sa.schema.CreateIndex(index).compile(dialect=store.engine.dialect))
        for index in store.tables[TABLE].indexes
    ]


def _upsert(names: Sequence[str], values: Sequence[str]) -> str:
    lower = [f'"{name.lower()}"' for name in names]
    changes = ", ".join(f"{name} = excluded.{name}" for name in lower if name != '"patnum"')
    return (
        f"INSERT INTO {TABLE} (practice, {', '.join(lower)}) VALUES ({', '.join(values)})"
        f" ON CONFLICT (practice, patnum) DO UPDATE SET {changes}"
    )


async def _timed(copy: Callable[[], Awaitable[int]]) -> Copied:
    cpu, began = time.process_time(), time.perf_counter()
    rows = await copy()
    return Copied(rows, time.perf_counter() - began, time.process_time() - cpu)


WAYS: Final[Mapping[str, Callable[[str, str, int], Awaitable[Copied]]]] = {
    each.__name__: each for each in (mirror, sqlite_by_hand, postgres_by_hand)
}


async def _main(way: str, api: str, url: str, count: str) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(await WAYS[way](api, url, int(count))))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:5]))
