"""A server of pages that are encoded in advance: `python -m benchmarks.page_server ROWS`.

It has to be faster than every client that is measured with it. The URL sets its page limit: /1000/api/v1 is
an office in local mode, /100/api/v1 one in remote mode, without a throttle. It prints its root URL when it
listens, and ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from typing import Final

from aiohttp import web

from benchmarks.rows import encoded, page

DISTINCT: Final = 10_000
"""Different rows; after these they repeat under other ids."""


class Pages:
    """Pages of rows that have ids of their own, as a table has.

    Args:
        total: rows in all.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._rows = [row.split(b'"PatNum":%d,' % number) for number, row in enumerate(encoded(DISTINCT), 1)]
        self._page = cache(self._encode)
        for longest in (100, 1_000):
            for offset in range(0, total, longest):
                self.body(offset, longest)

    def body(self, offset: int, limit: int) -> bytes:
        """Return the page at an offset."""
        return self._page(offset, max(0, min(limit, self._total - offset)))

    def _encode(self, first: int, length: int) -> bytes:
        return page([self._row(number) for number in range(first, first + length)])

    def _row(self, number: int) -> bytes:
        before, after = self._rows[number % DISTINCT]
        return b'%b"PatNum":%d,%b' % (before, number + 1, after)


async def serve(total: int) -> None:
    """Serve until the standard input closes."""
    pages = Pages(total)

    async def patients(request: web.Request) -> web.Response:
        longest = int(request.match_info["longest"])
        offset = int(request.query.get("Offset", 0))
        limit = min(longest, int(request.query.get("Limit", longest)))
        return web.Response(body=pages.body(offset, limit), content_type="application/json")

    app = web.Application()
    app.router.add_get("/{longest}/api/v1/patients", patients)
    app.router.add_get("/{longest}/api/v1/patients/Simple", patients)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port: int = runner.addresses[0][1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop if it is installed: it makes the server cheaper, and no client."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=_loop_factory()) as starter:
        starter.run(serve(int(sys.argv[1])))
