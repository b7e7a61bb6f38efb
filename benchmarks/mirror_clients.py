"""One way to copy all patients of a practice: `python -m benchmarks.mirror_clients WAY API STORE`.

Prints a `Copied` as JSON. Tables are made, and one page is fetched, before the clock runs. The bare drivers
get values that lie ready: what they take is the database's own share. All rows are copied twice, and the
second time each of them is written over itself.
"""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from odapi_async import Mode, OpenDental, Practice
from odapi_async.mirror import Mirror, Store
from odapi_async.mirror.database.columns import column_encoder
from odapi_async.resources.patients import Patient

BATCH: Final = 1_000
"""Rows in one transaction: those of a page."""

_TABLE: Final = "patients"
_PRIMARY_KEY: Final = ("practice", "patnum")
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=8000", "cache_size=-16000")

Batch = list[tuple[Any, ...]]


class Copied(msgspec.Struct):
    """What one way did.

    Attributes:
        rows: the rows of one copy.
        first: seconds that the first copy took.
        again: seconds that the second one took, over the rows of the first.
        cpu: seconds of CPU of this process for the first copy.
    """

    rows: int
    first: float
    again: float
    cpu: float


async def stream(api: str, _url: str) -> Copied:
    """Stream pages and keep nothing."""

    async def copy() -> int:
        return sum([len(page) async for page in practice.patients.simple().pages()])

    async with _practice(api) as (_, practice):
        return await _twice(copy)


async def mirror(api: str, url: str) -> Copied:
    """Let `Mirror.run` read everything."""

    async def copy() -> int:
        report = await Mirror(client, store).run({"practice": practice}, [_TABLE], sweep=True)
        if not report.complete:
            raise RuntimeError(str(report.failed))
        return report.rows

    async with _practice(api) as (client, practice), Store(url) as store:
        await store.open([_TABLE])
        return await _twice(copy)


async def sqlite(api: str, url: str) -> Copied:
    """Hand values to the standard library's driver."""
    batches = await _values(api, url)
    statement = _upsert(url, lambda _: "?")

    async def copy() -> int:
        for batch in batches:
            connection.executemany(statement, batch)
            connection.commit()
        return sum(map(len, batches))

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return await _twice(copy)


async def postgres(api: str, url: str) -> Copied:
    """Hand values to asyncpg."""
    batches = await _values(api, url)
    statement = _upsert(url, lambda at: f"${at}")
    connection = await importlib.import_module("asyncpg").connect(url)

    async def copy() -> int:
        for batch in batches:
            async with connection.transaction():
                await connection.executemany(statement, batch)
        return sum(map(len, batches))

    try:
        return await _twice(copy)
    finally:
        await connection.close()


@asynccontextmanager
async def _practice(api: str) -> AsyncIterator[tuple[OpenDental, Practice]]:
    async with OpenDental("developer") as client:
        practice = client.practice("customer", mode=Mode.LOCAL, base_url=api)
        await practice.patients.simple().first()
        yield client, practice


async def _values(api: str, url: str) -> list[Batch]:
    """Make the table with its indexes, and fetch all rows as the values that a driver takes."""
    async with Store(url) as store:
        await store.open([_TABLE])
        await store.index([_TABLE])
        moment = "2026-11-25 08:00:00" if url.startswith("sqlite") else store.clock()
    read = column_encoder(Patient, sa.make_url(url).get_backend_name())
    async with _practice(api) as (_, practice):
        pages = practice.patients.simple().pages()
        return [
            [("practice", *row, moment, None, 1) for row in zip(*read(page), strict=True)]
            async for page in pages
        ]


def _upsert(url: str, placeholder: Callable[[int], str]) -> str:
    """Write the statement by hand."""
    names = [f'"{column.name}"' for column in Store(url).tables[_TABLE].columns]
    values = ", ".join(placeholder(at + 1) for at in range(len(names)))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name.strip('"') not in _PRIMARY_KEY)
    return (
        f"INSERT INTO {_TABLE} ({', '.join(names)}) VALUES ({values})"
        f" ON CONFLICT ({', '.join(_PRIMARY_KEY)}) DO UPDATE SET {changes}"
    )


async def _twice(copy: Callable[[], Awaitable[int]]) -> Copied:
    cpu, began = time.process_time(), time.perf_counter()
    rows = await copy()
    cpu, ended = time.process_time() - cpu, time.perf_counter()
    if await copy() != rows:
        raise RuntimeError("the second copy has other rows")
    return Copied(rows, ended - began, time.perf_counter() - ended, cpu)


WAYS: Final[Mapping[str, Callable[[str, str], Awaitable[Copied]]]] = {
    each.__name__: each for each in (stream, mirror, sqlite, postgres)
}


async def _main(way: str, api: str, url: str) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(await WAYS[way](api, url)))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:4]))
