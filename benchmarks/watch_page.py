"""The watch page of a fleet of a thousand practices: how soon it is painted, and what an open page costs.

A headless Chromium opens the page of a fleet in PostgreSQL. Meanwhile practices become current again as often
as a fleet of this size reads them: each once in five minutes. The CPU time is that of the process that serves
the page, and it includes these changes.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Final

import sqlalchemy as sa

from benchmarks.figures import Figure, Size, alone
from benchmarks.mirror_databases import new_database, postgres
from odapi_async.fleet.schema import PRACTICES
from odapi_async.mirror import Store
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import open_source
from tests.support.browser import MISSING, Browser, chromium, program
from tests.support.made_up_fleet import EVERY, install_fleet, names

_TOKEN: Final = "made-up-token-of-the-benchmark"
_STEP: Final = 1.0  # seconds between two changes of the fleet
_PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_LOADED: Final = "performance.getEntriesByType('navigation')[0].transferSize"


def run(size: Size) -> list[Figure]:
    """Open the page several times, and leave one open for a while."""
    practices, times, seconds = size.of((1_000, 2, 5.0), (1_000, 7, 20.0))
    return asyncio.run(_figures(practices, times, seconds))


async def _figures(practices: int, times: int, seconds: float) -> list[Figure]:
    async with postgres() as database:
        if not database or program() is None:
            print("there is no PostgreSQL here" if not database else MISSING)
            return []
        async with Store(await new_database(database)) as store:
            await install_fleet(store, practices)
            source = await open_source(store)
            async with WatchServer(source, _TOKEN) as server, chromium() as browser:
                paints = [await _paint(browser, server) for _ in range(times)]
                share = await _share(browser, server, store, seconds)
    of = f"{practices:,} practices"
    return [
        Figure(f"first paint, {of}", statistics.median(paint for paint, _ in paints) / 1_000, "s", 1.0),
        Figure(f"a page that is open, {of}: CPU of the server", 100 * share, "%", 1.0),
        Figure("for comparison: size of the page", paints[0][1] / 1_000, "kB"),
    ]


async def _paint(browser: Browser, server: WatchServer) -> tuple[float, float]:
    """Return the milliseconds until the page is painted, and its size in bytes."""
    async with browser.page() as page:
        await page.open(server.url)
        await page.until(f"document.getElementById('summary') !== null && {_PAINTED} > 0")
        return float(await page.evaluate(_PAINTED)), float(await page.evaluate(_LOADED))


async def _share(browser: Browser, server: WatchServer, store: Store, seconds: float) -> float:
    """Return the CPU time of this process while a page is open, as a share of one core."""
    async with browser.page() as page:
        await page.open(server.url)
        await page.until("document.getElementById('summary') !== null")
        changes = asyncio.create_task(_change(store))
        await asyncio.sleep(3 * _STEP)
        began, before = time.perf_counter(), time.process_time()
        await asyncio.sleep(seconds)
        share = (time.process_time() - before) / (time.perf_counter() - began)
        changes.cancel()
        if server.pages != 1 or page.errors:
            raise RuntimeError(f"{server.pages} pages are open, {page.errors}")
    return share


async def _change(store: Store) -> None:
    """Let practices become current, as many as workers read in this time."""
    found = names(await _count(store))
    each_time = round(len(found) * _STEP / EVERY)
    for start in range(0, len(found), each_time):
        chosen = PRACTICES.c.practice.in_(found[start : start + each_time])
        async with store.engine.begin() as connection:
            values = {"current_at": sa.func.now(), "ended_at": sa.func.now()}
            await connection.execute(sa.update(PRACTICES).where(chosen).values(values))
        await asyncio.sleep(_STEP)


async def _count(store: Store) -> int:
    async with store.engine.connect() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(PRACTICES))).scalar_one())


if __name__ == "__main__":
    alone("watch_page", run)
