"""A worker of a fleet, until the process is told to end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from odapi_async import OpenDental, Transport, network_transport
from odapi_async.cli.ending import ending
from odapi_async.cli.fleet.store_option import open_fleet
from odapi_async.cli.keys.lookup import developer_key
from odapi_async.cli.mirror.local_time import time_of_day, utc_now
from odapi_async.cli.network import network_arguments
from odapi_async.cli.terminal import echo_err, exit_on_error, run

if TYPE_CHECKING:
    from odapi_async.fleet import Worker
    from odapi_async.fleet.worker import MakeClient

_REPORT: Final = 60.0  # seconds from one line to the next


def start(url: str, concurrency: int, *, quiet: bool) -> None:
    """Work until the process is told to end.

    Args:
        url: the database of the fleet.
        concurrency: how many practices are read at the same time at most.
        quiet: whether only problems are printed.

    Raises:
        UsageError: the developer key is missing, or the settings of the network cannot be used.
    """
    with exit_on_error():
        key, _ = developer_key(), network_arguments()
    logging.getLogger("pgqueuer").disabled = True  # what it logs, the worker says in its own words
    # the same for connections that cannot be closed well when the database is lost
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    run(_work_on(url, key, concurrency, quiet=quiet))
    if not quiet:
        _print("ended")


async def _work_on(url: str, key: str, concurrency: int, *, quiet: bool) -> None:
    """Work with a store that leaves out what the fleet excludes; with another one if that changes."""
    from odapi_async.fleet import Fleet, FleetChanged  # noqa: PLC0415 - it needs the extra

    exclude: Mapping[str, Collection[str]] = {}
    with ending() as end:
        end.on_first = partial(_stop, None)
        while not end.signals:
            try:
                async with open_fleet(url, exclude) as store:
                    make_client, transport = _network(key)
                    worker = Fleet(store).worker(
                        make_client, transport=transport, concurrency=concurrency, on_change=_print
                    )
                    end.on_first = partial(_stop, worker)
                    if not end.signals:  # one came while the database was opened
                        await _work(worker, quiet=quiet)
            except FleetChanged as changed:
                exclude = changed.exclude
                _print("the fields that the fleet excludes have changed; going on with the new ones")
            else:
                return


def _stop(worker: Worker | None) -> None:
    if worker is not None:
        worker.stop()
    _print("ending at the next page of each practice")


def _network(key: str) -> tuple[MakeClient, Transport]:
    """Return what makes the client of a worker, and its transport."""
    network = network_arguments()

    def make_client(transport: Transport) -> OpenDental:
        return OpenDental(key, transport=transport, buckets=network["buckets"])

    return make_client, network_transport(ssl=network["ssl"], proxy=network["proxy"])


async def _work(worker: Worker, *, quiet: bool) -> None:
    reports = None if quiet else asyncio.create_task(_report(worker))
    try:
        await worker.run()
    finally:
        if reports is not None:
            reports.cancel()


async def _report(worker: Worker) -> None:
    before = worker.counts
    while True:
        await asyncio.sleep(_REPORT)
        now = worker.counts
        done = now.since(before)
        _print(
            f"in the last minute {done.requests:,} requests, {done.rows:,} rows; "
            f"{worker.reading:,} practices are being read now"
        )
        before = now


def _print(line: str) -> None:
    echo_err(f"{time_of_day(utc_now())} {line}")
