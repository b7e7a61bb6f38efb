"""Runs a mirror: one round over all practices, or one round after the other."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Final

from odapi_async import OpenDental, Practice
from odapi_async.cli.mirror.heartbeat import Heartbeat, make_beat
from odapi_async.cli.mirror.job import MirrorJob, tables_of
from odapi_async.cli.mirror.local_time import utc_now
from odapi_async.cli.mirror.metrics import telemetry_hook
from odapi_async.cli.mirror.problems import counts
from odapi_async.cli.mirror.progress import ProgressSampler, RunProgress
from odapi_async.cli.mirror.report import Round, make_round
from odapi_async.cli.network import NO_NETWORK, NetworkArguments, network_arguments
from odapi_async.cli.progress import ProgressDisplay, repeat
from odapi_async.mirror import Mirror, Report, Status, Store, StoreError

if TYPE_CHECKING:
    from odapi_async.otel import OpenTelemetryHook

MakeDisplay = Callable[[], AbstractContextManager[ProgressDisplay[RunProgress]]]


_REST_INTERVAL: Final = 1.0  # seconds from one frame to the next between two rounds


@dataclass(frozen=True, kw_only=True)
class RoundOptions:
    """What a round does besides reading what is due.

    Attributes:
        sweep: whether all rows are read, even if no sweep is due.
        accept_removals: whether rows are marked as deleted even if they are many.
        accept_new_keys: whether practices with another key than before are read.
    """

    sweep: bool = False
    accept_removals: bool = False
    accept_new_keys: bool = False


WHAT_IS_DUE: Final = RoundOptions()


class MirrorRunner:
    """Runs the rounds of a job.

    Args:
        od: the client.
        store: the database.
        job: the job.
        make_display: makes the display of one round's progress.
        hook: gets the result of each round.
    """

    def __init__(
        self,
        od: OpenDental,
        store: Store,
        job: MirrorJob,
        make_display: MakeDisplay,
        hook: OpenTelemetryHook | None = None,
    ) -> None:
        self.store = store
        self.practices: Mapping[str, Practice] = job.practices(od)
        self._od = od
        self._job = job
        self._make_display = make_display
        self._hook = hook
        self._mirror = Mirror(od, store, sweep_days=job.config.sweep_days)
        self._sampler = ProgressSampler(od, self._mirror, self.practices, perf_counter(), job.without_key())

    async def run_round(self, options: RoundOptions = WHAT_IS_DUE) -> Round:
        """Read what is due of all practices, once.

        Args:
            options: what is read besides.

        Raises:
            StoreError: the database cannot be used.
        """
        config = self._job.config
        tables = {name: tables_of(config, name) for name in config.practices}
        start = perf_counter()
        self._sampler.start_round(start)
        with self._make_display() as display:
            async with _displayed(self._sampler, display):
                report = await self._mirror.run(
                    self.practices,
                    tables_by_practice=tables,
                    sweep=options.sweep,
                    accept_removals=options.accept_removals,
                    accept_new_keys=options.accept_new_keys,
                )
        report = Report(tables=(*report.tables, *self._job.without_key()))
        if self._hook is not None:
            self._hook.record_mirror(report)
        return make_round(report, perf_counter() - start)

    async def earlier(self) -> Status | None:
        """Return how current the copies are; None if the database holds none, or none of this version yet.

        Raises:
            StoreError: the database cannot be used.
        """
        try:
            return await self._mirror.status(self.practices)
        except StoreError as error:
            if error.code:  # of the database itself
                raise
            return None

    async def rest(self, seconds: float) -> None:
        """Wait until the next round, and keep the display for it, for example if the terminal is resized."""
        self._sampler.end_round(utc_now() + dt.timedelta(seconds=seconds))
        with self._make_display() as display:
            async with _displayed(self._sampler, display, max(display.interval, _REST_INTERVAL)):
                await asyncio.sleep(seconds)

    async def is_ok(self, found: Round, fail_after: float | None) -> bool:
        """Return whether no failure of a round counts.

        Args:
            found: the result of the round.
            fail_after: seconds that a table must have failed without a success between; None for none.
        """
        if found.complete or fail_after is None:
            return found.complete
        status = await self._mirror.status(self.practices)
        seconds = {
            (each.practice, each.table): (status.at - each.failing_since).total_seconds()
            for each in status.tables
            if each.failing_since is not None
        }
        failed = [each for each in found.tables if each.error]
        return not any(
            counts(each.error, seconds.get((each.practice, each.table)), fail_after) for each in failed
        )


@asynccontextmanager
async def open_runner(
    job: MirrorJob, make_display: MakeDisplay, network: NetworkArguments = NO_NETWORK
) -> AsyncGenerator[MirrorRunner]:
    """Open a client and the database, and close both at the end. Nothing is sent yet.

    Args:
        job: the job.
        make_display: makes the display of one round's progress.
        network: how the network is reached, and where the pace is kept.

    Raises:
        ConfigurationError: a key or a URL is malformed.
    """
    hook = telemetry_hook()
    async with (
        OpenDental(job.developer_key, on_event=hook, **network) as od,
        Store(job.store, exclude=job.config.exclude) as store,
    ):
        if hook is not None:
            hook.observe(od)
        yield MirrorRunner(od, store, job, make_display, hook)


async def run_rounds(
    job: MirrorJob,
    make_display: MakeDisplay,
    on_round: Callable[[Round, bool], None],
    *,
    on_start: Callable[[Status | None], None] = lambda _: None,
    interval: float | None,
    first: RoundOptions = WHAT_IS_DUE,
    fail_after: float | None = None,
    heartbeat: Heartbeat | None = None,
) -> bool:
    """Run one round, or one round after the other until this task is cancelled.

    Args:
        job: the job.
        make_display: makes the display of one round's progress.
        on_round: called with each finished round, and whether no failure of it counts.
        on_start: called before the first round with how current the copies are; None if there are none.
        interval: seconds from the start of one round to the start of the next; None for a single round.
        first: the options of the first round.
        fail_after: seconds that a table must have failed before its failure counts; None for none.
        heartbeat: the file that is replaced at the end of each round.

    Returns:
        Whether no failure of a single round counts.

    Raises:
        StoreError: the database cannot be used.
        ConfigurationError: a key or a URL is malformed.
        UsageError: a certificate that the environment names cannot be read, or its URL of Redis is malformed.
    """
    options = first
    async with open_runner(job, make_display, network_arguments()) as runner:
        on_start(await runner.earlier())
        for number in count(1):
            found = await runner.run_round(options)
            is_ok = await runner.is_ok(found, fail_after)
            on_round(found, is_ok)
            if heartbeat is not None:
                heartbeat.beat(make_beat(number, found, ok=is_ok))
            if interval is None:
                return is_ok
            options = WHAT_IS_DUE
            await runner.rest(max(0.0, interval - found.seconds))
    raise AssertionError  # pragma: no cover - the rounds never end


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
