"""Copies practices: one round over all of them, or one round after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from time import perf_counter

from odapi_async import OpenDental, Practice
from odapi_async.cli.mirror.job import Job
from odapi_async.cli.mirror.progress import Progress
from odapi_async.cli.mirror.report import Round, make_round
from odapi_async.cli.mirror.watch import Watch
from odapi_async.mirror import Mirror, Store

Showing = Callable[[], AbstractContextManager[Progress]]


class Copying:
    """A mirror at work.

    Args:
        od: the client.
        store: the database.
        job: what is copied.
        showing: gives what shows each round.
    """

    def __init__(self, od: OpenDental, store: Store, job: Job, showing: Showing) -> None:
        self.store = store
        self.practices: Mapping[str, Practice] = job.practices(od)
        self._od = od
        self._job = job
        self._showing = showing
        self._mirror = Mirror(od, store, sweep_days=job.sweep_days)

    async def round(self, *, sweep: bool = False) -> Round:
        """Read what is due of all practices, once.

        Args:
            sweep: whether all rows are read in any case.

        Raises:
            StoreError: the database cannot be used.
        """
        job = self._job
        began = perf_counter()
        with self._showing() as progress:
            async with _watched(Watch(self._od, self._mirror, self.practices), progress, began):
                report = await self._mirror.run(
                    self.practices, job.tables, tables_by_practice=job.others, sweep=sweep
                )
        return make_round(report, perf_counter() - began)


@asynccontextmanager
async def copying(job: Job, showing: Showing) -> AsyncGenerator[Copying]:
    """Open the way to the practices and to the database, and close both at the end. Nothing is sent yet.

    Raises:
        ConfigurationError: the database, a key or a URL cannot be one.
    """
    async with OpenDental(job.developer_key) as od, Store(job.store) as store:
        yield Copying(od, store, job, showing)


async def mirror(job: Job, every: float | None, showing: Showing, tell: Callable[[Round], None]) -> bool:
    """Do the job.

    Args:
        job: what is copied.
        every: seconds from the beginning of one round to that of the next; None for a single round.
        showing: gives what shows each round.
        tell: gets what each round has done.

    Returns:
        Whether everything was read, if it was a single round.

    Raises:
        StoreError: the database cannot be used.
        ConfigurationError: the database, a key or a URL cannot be one.
    """
    async with copying(job, showing) as copy:
        found = await copy.round(sweep=job.sweep)
        tell(found)
        while every is not None:
            await asyncio.sleep(max(0.0, every - found.seconds))
            found = await copy.round()
            tell(found)
        return found.complete


@asynccontextmanager
async def _watched(watch: Watch, progress: Progress, began: float) -> AsyncGenerator[None]:
    def show() -> None:
        progress.show(watch.look(perf_counter() - began))

    showing = asyncio.create_task(_again(show, progress.every))
    try:
        yield
        show()
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _again(show: Callable[[], None], every: float) -> None:
    while True:
        show()
        await asyncio.sleep(every)
