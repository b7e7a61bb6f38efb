"""How much of the API's real pace one key reaches: one request per second, as the server sees them start."""

from __future__ import annotations

import asyncio
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.offices import DEVELOPER, MARGIN, longest_gap, pace, remote, sandbox
from benchmarks.watch import Watch
from odapi_async import OpenDental
from odapi_async.sandbox import KeyStats

INTERVAL: Final = 1.0


def run(size: Size) -> list[Figure]:
    """Ask for all rows at once and wait; takes a second a request."""
    seen, early = asyncio.run(_seen(size.of(10, 60, 300)))
    starts = seen.starts
    return [
        Figure("requests too early, as the server counts", seen.violations, "", 0),
        Figure("requests too early, as they left the client", early, "", 0),
        Figure(f"pace of {len(starts)} requests, 1 s apart", pace(starts, INTERVAL), "%", 99.0, ">="),
        Figure("for comparison: the longest gap", longest_gap(starts), "s"),
    ]


async def _seen(calls: int) -> tuple[KeyStats, int]:
    """Return what the server saw of a client with its default options, and how many left too early."""
    watch = Watch(MARGIN)
    async with sandbox(["office"], INTERVAL, employers=calls) as server:
        async with OpenDental(DEVELOPER, buckets=watch) as client:
            office = remote(client, "office", server.url)
            await asyncio.gather(*(office.employers.get(number + 1) for number in range(calls)))
        return (await server.stats())["office"], watch.early()


if __name__ == "__main__":
    alone("pace", run)
