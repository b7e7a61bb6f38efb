"""A server of patients with an id each: an office in local mode, whose rows are encoded before it listens.

The page server of `streaming` repeats its rows, and a database would take them for the same ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from aiohttp import web

from benchmarks.rows import page, patients

_DISTINCT: Final = 5_000  # rows that are made up; the others differ from one of them in their id


@asynccontextmanager
async def patient_server(count: int, longest: int = 1_000) -> AsyncIterator[str]:
    """Serve so many patients while it lasts, in pages of at most `longest`; gives the base URL."""
    rows = _rows(count)

    async def answer(request: web.Request) -> web.Response:
        offset = int(request.query.get("Offset", 0))
        limit = min(longest, int(request.query.get("Limit", longest)))
        return web.Response(body=page(rows[offset : offset + limit]), content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/v1/patients/Simple", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        await runner.cleanup()


def _rows(count: int) -> list[bytes]:
    """Make rows as JSON objects, with ids from 1."""
    made = patients(min(count, _DISTINCT))
    encode = msgspec.json.Encoder().encode
    return [encode({**made[at % _DISTINCT], "PatNum": at + 1, "Guarantor": at + 1}) for at in range(count)]
