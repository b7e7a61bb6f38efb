"""Takes docs/watch.png, a picture of the watch page of a made-up fleet: `python -m docs.watch_picture`.

It needs Chromium (Debian's chromium-headless-shell) and the packages of the group test.
"""
# ruff: noqa: INP001 - a script among pages, not part of a package

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from odapi_async.mirror import Store
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import open_source
from tests.support.browser import chromium
from tests.support.made_up_fleet import install_fleet
from tests.support.postgres import PostgresServer

PICTURE: Final = Path(__file__).with_name("watch.png")
_PRACTICES: Final = 300
_TOKEN: Final = "made-up-token-of-the-picture"  # noqa: S105 - of a server that ends with this script


async def take() -> bytes:
    """Start a server with made-up practices, and return its picture."""
    with PostgresServer() as postgres:
        async with Store(postgres.new_database()) as store:
            await install_fleet(store, _PRACTICES)
            source = await open_source(store)
            async with WatchServer(source, _TOKEN) as server, chromium() as browser, browser.page() as page:
                await page.show_as(width=1_000, height=1_000)
                await page.open(server.url)
                await page.until("document.getElementById('summary') !== null")
                height = await page.evaluate("document.documentElement.scrollHeight")
                await page.show_as(width=1_000, height=height)
                return await page.picture()


if __name__ == "__main__":
    PICTURE.write_bytes(asyncio.run(take()))
