"""Measures how much of the API's real pace one key reaches: one request per second, seen by the server."""

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
    """Read all rows at once and wait; each request takes a second."""
    seen, early = asyncio.run(_seen(size.of(10, 60, 300)))
    starts = seen.starts
    return [
        Figure("requests too early, as the server counts", seen.violations, "", 0),
        Figure("requests too early, as the client sent them", early, "", 0),
        Figure(f"pace of {len(starts)} requests, 1 s apart", pace(starts, INTERVAL), "%", 99.0, ">="),
        Figure("for comparison: the longest gap", longest_gap(starts), "s"),
    ]


async def _seen(calls: int) -> tuple[KeyStats, int]:
    """Return the server's statistics of a client with default options, and its requests sent too early."""
    watch = Watch(MARGIN)
    async with sandbox(["office"], INTERVAL, employers=calls) as server:
        async with OpenDental(DEVELOPER, buckets=watch) as client:
            practice = remote(client, "office", server.url)
            await asyncio.gather(*(practice.employers.get(number + 1) for number in range(calls)))
        return (await server.stats())["office"], watch.early()


if __name__ == "__main__":
    alone("pace", run)
