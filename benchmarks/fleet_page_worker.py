"""A worker that copies many practices: `python -m benchmarks.fleet_page_worker API STORE PRACTICES`.

Prints a `Copied` as JSON, as `mirror_page_clients` does. Before the clock runs, modules are imported and the
worker has connected: it waits for practices.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Final

import msgspec
import sqlalchemy as sa

from benchmarks.mirror_page_clients import INTERVAL, TABLE, Copied, warm_up
from benchmarks.offices import DEVELOPER, remote, scaled
from odapi_async import OpenDental, Tier, Transport
from odapi_async.fleet import Fleet, FleetPractice
from odapi_async.fleet.schema import PRACTICES
from odapi_async.mirror import Store

_LOOK: Final = 0.5  # seconds; a look costs half a millisecond
_REST: Final = 1.0


async def work(api: str, url: str, count: int) -> Copied:
    """Let a worker read everything."""
    async with Store(url) as store, OpenDental(DEVELOPER, margin=0) as client:
        await warm_up(client, remote(client, "warm-up", api))
        fleet = Fleet(store, key_for=_key)
        await fleet.init()
        await store.open([TABLE])
        worker = fleet.worker(_client, concurrency=2 * count)
        working = asyncio.create_task(worker.run())
        while not (await fleet.status()).workers:  # noqa: ASYNC110 - the state is the database's
            await asyncio.sleep(_REST)
        await asyncio.sleep(_REST)
        names = [f"practice-{at}" for at in range(count)]
        await fleet.load([_practice(name, api) for name in names])
        cpu, began = time.process_time(), time.perf_counter()
        await fleet.sync(names)
        while await _unread(store):  # noqa: ASYNC110 - the state is the database's
            await asyncio.sleep(_LOOK)
        done = Copied(worker.counts.rows, time.perf_counter() - began, time.process_time() - cpu)
        worker.stop()
        await working
        return done


async def _key(practice: str, _: str) -> str:
    return practice


def _client(transport: Transport) -> OpenDental:
    return OpenDental(DEVELOPER, margin=0, transport=transport)


def _practice(name: str, api: str) -> FleetPractice:
    return FleetPractice(
        name=name, key_ref="name:", base_url=api, tier=Tier.STANDARD, tables=(TABLE,), every=86_400.0
    )


async def _unread(store: Store) -> int:
    query = sa.select(sa.func.count()).where(PRACTICES.c.current_at.is_(None))
    async with store.engine.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


async def _main(api: str, url: str, count: str) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(await work(api, url, int(count))))


if __name__ == "__main__":
    with scaled(INTERVAL):
        asyncio.run(_main(*sys.argv[1:4]))
