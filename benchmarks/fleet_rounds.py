"""How many requests a slice takes: the real mirror and a sandbox in this process, in virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.offices import DEVELOPER
from odapi_async import OpenDental, Tier
from odapi_async.limits import INTERVALS
from odapi_async.mirror import Mirror, Store
from odapi_async.sandbox import Fault, FaultKind, Office, Sandbox
from odapi_async.testing import SandboxTransport, run_in_virtual_time

_SETTLED: Final = 3  # rows come twice at first, because two requests overlap by a minute
_PAUSE: Final = 900.0
PERMISSIONS: Final = frozenset({"ReadAll", "Setup"})
"""Permissions of the standard tier."""


class Rounds(NamedTuple):
    """What a slice takes, in intervals of the practice.

    Attributes:
        requests: requests of a round in which nothing has changed.
        offline: intervals until a slice of an office that is offline has failed.
        refused: intervals until a slice has failed because its key is refused.
    """

    requests: int
    offline: float
    refused: float


def measure() -> Rounds:
    """Read a practice with the default tables: without changes, offline, and with its key refused."""
    with TemporaryDirectory() as folder:
        return run_in_virtual_time(_measure(Path(folder) / "rounds.db"))


async def _measure(file: Path) -> Rounds:
    sandbox = Sandbox(
        [Office(customer_key="known", permissions=PERMISSIONS, rows={"patients": 5})], developer_key=DEVELOPER
    )
    async with (
        OpenDental(DEVELOPER, transport=SandboxTransport(sandbox)) as od,
        Store(str(file)) as store,
    ):
        mirror = Mirror(od, store)
        requests = 0
        for _ in range(_SETTLED + 1):
            before = len(sandbox.arrivals)
            await _read(mirror, od, "known")
            requests = len(sandbox.arrivals) - before
        refused = await _read(mirror, od, "unknown")
        sandbox.add_fault(Fault(FaultKind.OFFLINE, times=None))
        return Rounds(requests, await _read(mirror, od, "known"), refused)


async def _read(mirror: Mirror, od: OpenDental, key: str) -> float:
    """Read a practice, and return the intervals that it took."""
    await asyncio.sleep(_PAUSE)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await mirror.run_one(key, od.practice(key, tier=Tier.STANDARD))
    return (loop.time() - began) / INTERVALS[Tier.STANDARD]
