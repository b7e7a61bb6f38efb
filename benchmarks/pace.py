"""How much of the API's real pace one key reaches: one request per second, as the server sees them start."""

from __future__ import annotations

import asyncio
from typing import Final

from benchmarks.figures import Figure, Size, alone
from benchmarks.offices import DEVELOPER, longest_gap, pace, remote, sandbox
from odapi_async import OpenDental

INTERVAL: Final = 1.0


def run(size: Size) -> list[Figure]:
    """Ask for all rows at once and wait; takes a second a request."""
    starts = asyncio.run(_starts(size.of(10, 60, 300)))
    return [
        Figure(f"pace of {len(starts)} requests, 1 s apart", pace(starts, INTERVAL), "%", 99.0, ">="),
        Figure("for comparison: the longest gap", longest_gap(starts), "s"),
    ]


async def _starts(calls: int) -> list[float]:
    async with sandbox(["office"], INTERVAL, employers=calls) as server:
        async with OpenDental(DEVELOPER) as client:
            office = remote(client, "office", server.url)
            await asyncio.gather(*(office.employers.get(number + 1) for number in range(calls)))
        return (await server.stats())["office"].starts


if __name__ == "__main__":
    alone("pace", run)
