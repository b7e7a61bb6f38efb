"""Mirrors practices of a sandbox: `python -m benchmarks.mirror_fleet_client API INTERVAL PRACTICES STORE`.

Prints a `Mirrored` as JSON. It is a process of its own so that its memory is the mirror's alone.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from typing import Final

import msgspec

from benchmarks.offices import DEVELOPER, remote, scaled
from odapi_async import OpenDental
from odapi_async.mirror import Mirror, Store

TABLES: Final = ("patients", "appointments")


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


async def mirrored(api: str, practices: int, store_url: str) -> Mirrored:
    """Run a mirror once, over all practices."""
    async with OpenDental(DEVELOPER) as client, Store(store_url) as store:
        offices = {name_of(number): remote(client, name_of(number), api) for number in range(practices)}
        began, cpu = time.perf_counter(), time.process_time()
        report = await Mirror(client, store).run(offices, TABLES)
        return Mirrored(
            wall=time.perf_counter() - began,
            cpu=time.process_time() - cpu,
            peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            requests=report.requests,
            failed=len(report.failed),
        )


if __name__ == "__main__":
    with scaled(float(sys.argv[2])):
        done = asyncio.run(mirrored(sys.argv[1], int(sys.argv[3]), sys.argv[4]))
    sys.stdout.buffer.write(msgspec.json.encode(done))
