"""A worker of a fleet in a process of its own: `python -m benchmarks.fleet_worker ORDER`.

It ends at SIGTERM, and prints a line for each change, as `odapi fleet work` does. Customer keys are the names
of their practices.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from benchmarks.offices import DEVELOPER, MARGIN, scaled
from benchmarks.processes import ROOT, environment
from odapi_async import OpenDental, RetryPolicy, Transport
from odapi_async.fleet import Fleet, FleetTooNew, checks, install
from odapi_async.fleet.timing import DEFAULT_TIMING, Timing
from odapi_async.mirror import Store
from odapi_async.mirror.database.store import utc_now


class Order(msgspec.Struct):
    """How to work.

    Attributes:
        url: the database.
        interval: seconds between two requests of one key.
        margin: seconds that the client adds to it.
        concurrency: practices at the same time.
        timing: the times of the worker.
        ahead: seconds that the clock of its host is ahead of the right time.
        version: the version of the fleet's tables that it knows; None for the real one.
    """

    url: str
    interval: float = 1.0
    margin: float = MARGIN
    concurrency: int = 100
    timing: Timing = DEFAULT_TIMING
    ahead: float = 0.0
    version: int | None = None


def start(order: Order, lines: Path) -> subprocess.Popen[bytes]:
    """Start a worker.

    Args:
        order: how to work.
        lines: a file to which all that it prints is added.
    """
    program = [sys.executable, "-m", "benchmarks.fleet_worker", msgspec.json.encode(order).decode()]
    with lines.open("ab") as file:
        return subprocess.Popen(program, cwd=ROOT, env=environment(), stdout=file, stderr=file)


async def work(order: Order) -> None:
    """Work until SIGTERM."""

    async def key_for(practice: str, _: str) -> str:
        return practice

    def make_client(transport: Transport) -> OpenDental:
        retries = RetryPolicy(base_delay=0.05, max_delay=0.2)
        return OpenDental(DEVELOPER, transport=transport, margin=order.margin, retries=retries)

    def clock() -> dt.datetime:
        return utc_now() + dt.timedelta(seconds=order.ahead)

    async with Store(order.url, clock=clock) as store:
        fleet = Fleet(store, key_for=key_for, timing=order.timing)
        this = fleet.worker(make_client, concurrency=order.concurrency, on_change=_print)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.stop)
        await this.run()


def _print(line: str) -> None:
    print(line, flush=True)


def _main(order: Order) -> int:
    logging.getLogger("pgqueuer").disabled = True  # as `odapi fleet work` does
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    if order.version is not None:
        for module in (checks, install):
            vars(module).update(FLEET_VERSION=order.version)
    with scaled(order.interval):
        try:
            asyncio.run(work(order))
        except FleetTooNew as error:
            _print(error.message)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(msgspec.json.decode(sys.argv[1], type=Order)))
