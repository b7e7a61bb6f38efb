"""Runs a mirror: one round over all practices, or one round after the other."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from time import perf_counter
from typing import Final

from odapi_async import OpenDental, Practice
from odapi_async.cli.mirror.job import MirrorJob
from odapi_async.cli.mirror.local_time import utc_now
from odapi_async.cli.mirror.progress import ProgressSampler, RunProgress
from odapi_async.cli.mirror.report import Round, make_round
from odapi_async.cli.network import network_arguments
from odapi_async.cli.progress import ProgressDisplay, repeat
from odapi_async.mirror import DEFAULT_TABLES, Mirror, Store

MakeDisplay = Callable[[], AbstractContextManager[ProgressDisplay[RunProgress]]]


_REST_INTERVAL: Final = 1.0  # seconds from one frame to the next between two rounds


class MirrorRunner:
    """Runs the rounds of a job.

    Args:
        od: the client.
        store: the database.
        job: the job.
        make_display: makes the display of one round's progress.
    """

    def __init__(self, od: OpenDental, store: Store, job: MirrorJob, make_display: MakeDisplay) -> None:
        self.store = store
        self.practices: Mapping[str, Practice] = job.practices(od)
        self._od = od
        self._config = job.config
        self._make_display = make_display
        self._mirror = Mirror(od, store, sweep_days=job.config.sweep_days)
        self._sampler = ProgressSampler(od, self._mirror, self.practices, perf_counter())

    async def run_round(
        self, *, sweep: bool = False, accept_removals: bool = False, accept_new_keys: bool = False
    ) -> Round:
        """Read what is due of all practices, once.

        Args:
            sweep: whether all rows are read, even if no sweep is due.
            accept_removals: whether rows are marked as deleted even if they are many.
            accept_new_keys: whether practices with another key than before are read.

        Raises:
            StoreError: the database cannot be used.
        """
        config = self._config
        others = {name: each.tables for name, each in config.practices.items() if each.tables}
        start = perf_counter()
        self._sampler.start_round(start)
        with self._make_display() as display:
            async with _displayed(self._sampler, display):
                report = await self._mirror.run(
                    self.practices,
                    config.tables or DEFAULT_TABLES,
                    tables_by_practice=others,
                    sweep=sweep,
                    accept_removals=accept_removals,
                    accept_new_keys=accept_new_keys,
                )
        return make_round(report, perf_counter() - start)

    async def rest(self, seconds: float) -> None:
        """Wait until the next round, and keep the display for it, for example if the terminal is resized."""
        self._sampler.end_round(utc_now() + dt.timedelta(seconds=seconds))
        with self._make_display() as display:
            async with _displayed(self._sampler, display, max(display.interval, _REST_INTERVAL)):
                await asyncio.sleep(seconds)


@asynccontextmanager
async def open_runner(job: MirrorJob, make_display: MakeDisplay) -> AsyncGenerator[MirrorRunner]:
    """Open a client and the database, and close both at the end. Nothing is sent yet.

    Raises:
        ConfigurationError: a key or a URL is malformed.
        UsageError: a certificate that the environment names cannot be read.
    """
    async with OpenDental(job.developer_key, **network_arguments()) as od, Store(job.store) as store:
        yield MirrorRunner(od, store, job, make_display)


async def run_rounds(
    job: MirrorJob,
    make_display: MakeDisplay,
    on_round: Callable[[Round], None],
    *,
    interval: float | None,
    sweep: bool,
    accept_removals: bool = False,
    accept_new_keys: bool = False,
) -> bool:
    """Run one round, or one round after the other until this task is cancelled.

    Args:
        job: the job.
        make_display: makes the display of one round's progress.
        on_round: called with each finished round.
        interval: seconds from the start of one round to the start of the next; None for a single round.
        sweep: whether the first round reads all rows.
        accept_removals: whether the first round marks rows as deleted even if they are many.
        accept_new_keys: whether the first round reads practices with another key than before.

    Returns:
        Whether a single round was complete.

    Raises:
        StoreError: the database cannot be used.
        ConfigurationError: a key or a URL is malformed.
    """
    async with open_runner(job, make_display) as runner:
        found = await runner.run_round(
            sweep=sweep, accept_removals=accept_removals, accept_new_keys=accept_new_keys
        )
        on_round(found)
        while interval is not None:
            await runner.rest(max(0.0, interval - found.seconds))
            found = await runner.run_round()
            on_round(found)
        return found.complete


@asynccontextmanager
async def _displayed(
    sampler: ProgressSampler, display: ProgressDisplay[RunProgress], interval: float | None = None
) -> AsyncGenerator[None]:
    def show() -> None:
        display.show(sampler.sample(perf_counter()))

    showing = asyncio.create_task(repeat(show, interval or display.interval))
    try:
        yield
        show()
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
