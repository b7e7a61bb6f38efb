"""Mirrors practices of a sandbox: `python -m benchmarks.mirror_fleet_client API INTERVAL PRACTICES STORE`.

Prints a `Mirrored` as JSON. It is a process of its own so that its memory is the mirror's alone.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from benchmarks.offices import DEVELOPER, remote, scaled
from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Store

TABLES: Final = ("patients", "appointments")
_MARGIN: Final = 0.02


class Mirrored(msgspec.Struct):
    """What a run did.

    Attributes:
        wall: seconds on the clock, from the call to its report.
        cpu: seconds of CPU, of all threads.
        peak: the most memory that the process had, in MiB.
        requests: what the report says.
        failed: tables that could not be read to the end.
    """

    wall: float
    cpu: float
    peak: float
    requests: int
    failed: int


def name_of(number: int) -> str:
    """Return the name of a practice, which is its customer key, too."""
    return f"office-{number}"


async def mirrored(api: str, interval: float, count: int, store_url: str) -> Mirrored:
    """Run a mirror once, over all practices, each of which has been asked once before."""
    async with OpenDental(DEVELOPER, margin=_MARGIN) as client, Store(store_url) as store:
        practices = {name_of(number): remote(client, name_of(number), api) for number in range(count)}
        await _spread([*practices.values()], interval)
        began, cpu = time.perf_counter(), time.process_time()
        report = await Mirror(client, store).run(practices, TABLES)
        return Mirrored(
            wall=time.perf_counter() - began,
            cpu=time.process_time() - cpu,
            peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            requests=report.requests,
            failed=len(report.failed),
        )


async def _spread(practices: Sequence[Practice], interval: float) -> None:
    """Ask one practice after the other within one interval, which spreads their turns over the next ones."""

    async def ask(number: int) -> None:
        await asyncio.sleep(number * interval / len(practices))
        await practices[number].patients.simple().first()

    await asyncio.gather(*map(ask, range(len(practices))))


if __name__ == "__main__":
    api, seconds, count, url = sys.argv[1:]
    with scaled(float(seconds)):
        done = asyncio.run(mirrored(api, float(seconds), int(count), url))
    sys.stdout.buffer.write(msgspec.json.encode(done))
