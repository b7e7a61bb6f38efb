"""A worker: start as many as you need, on any machines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from odapi_async import OpenDental, Transport, network_transport
from odapi_async.fleet import Fleet, FleetChanged, Timing, Worker
from odapi_async.mirror import Store

_LOG = logging.getLogger(__name__)

KeyFor = Callable[[str, str], Awaitable[str]]


def client_of(transport: Transport) -> OpenDental:
    """Return the client of a worker, with the developer key of the environment.

    Pass `buckets=RedisBuckets(...)` here if other programs use the same customer keys.
    """
    return OpenDental(transport=transport)


async def work(
    store_url: str,
    key_for: KeyFor,
    stopping: asyncio.Event,
    *,
    concurrency: int = 100,
    make_client: Callable[[Transport], OpenDental] = client_of,
    make_transport: Callable[[], Transport] = network_transport,
    timing: Timing | None = None,
) -> None:
    """Read practices as they become due, until the event is set. Each turn then ends at its next page.

    Args:
        store_url: the database.
        key_for: returns customer keys.
        stopping: set it to end the worker.
        concurrency: how many practices are read at the same time at most.
        make_client: makes the client.
        make_transport: makes what sends the requests; by default the network.
        timing: the times of the fleet; None for the usual ones.
    """
    exclude: Mapping[str, Collection[str]] = {}
    while not stopping.is_set():
        async with Store(store_url, exclude=exclude) as store:
            fleet = Fleet(store, key_for=key_for, timing=timing or Timing())
            worker = fleet.worker(
                make_client,
                transport=make_transport(),  # a worker closes its transport when it ends
                concurrency=concurrency,
                on_change=_LOG.info,
            )
            try:
                await _run_until(stopping, worker)
            except FleetChanged as changed:
                _LOG.info("the fleet excludes other fields now; opening the database again without them")
                exclude = changed.exclude


async def _run_until(stopping: asyncio.Event, worker: Worker) -> None:
    waiting = asyncio.create_task(stopping.wait())
    waiting.add_done_callback(lambda _: worker.stop())
    try:
        await worker.run()
    finally:
        waiting.cancel()
