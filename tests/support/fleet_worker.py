"""A worker of a fleet in a process of its own: `python -m tests.support.fleet_worker ORDER`.

It ends at SIGTERM, and with 1 if a newer version has changed the tables, as `odapi fleet work` does. Customer
keys are the names of their practices.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import msgspec

from odapi_async import OpenDental, RetryPolicy, network_transport
from odapi_async.fleet.errors import FleetTooNew
from odapi_async.fleet.timing import DEFAULT_TIMING, Timing
from odapi_async.fleet.worker import Worker
from odapi_async.limits import INTERVALS
from odapi_async.mirror import Store


class Order(msgspec.Struct):
    """How to work.

    Attributes:
        url: the database.
        developer_key: the developer key of the sandbox.
        interval: seconds between two requests of one key.
        margin: seconds that the client adds to it.
        timing: the times of the worker.
        concurrency: practices at the same time.
    """

    url: str
    developer_key: str
    interval: float = 0.2
    margin: float = 0.02
    timing: Timing = DEFAULT_TIMING
    concurrency: int = 20


async def work(order: Order) -> None:
    """Work until SIGTERM."""

    async def key_for(practice: str, _: str) -> str:
        return practice

    async with Store(order.url) as store:
        worker = Worker(
            store,
            network_transport(),
            lambda transport: OpenDental(
                order.developer_key,
                transport=transport,
                margin=order.margin,
                retries=RetryPolicy(base_delay=0.05, max_delay=0.2),
            ),
            key_for,
            concurrency=order.concurrency,
            timing=order.timing,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()


if __name__ == "__main__":
    order = msgspec.json.decode(sys.argv[1], type=Order)
    INTERVALS.update(dict.fromkeys(INTERVALS, order.interval))
    try:
        asyncio.run(work(order))
    except FleetTooNew:
        sys.exit(1)
