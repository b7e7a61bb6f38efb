"""Runs the demo: bulk streams of all practices at once, with interactive calls in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from odapi_async import OpenDental, OpenDentalError, Practice, Priority, Rows
from odapi_async.cli.demo.plan import DemoPlan, DemoPractice
from odapi_async.cli.demo.progress import DemoProgress, StreamProgress
from odapi_async.cli.demo.report import DemoReport, Measurements, make_report
from odapi_async.cli.progress import ProgressDisplay, repeat
from odapi_async.cli.sandbox_practices import make_office, started
from odapi_async.sandbox import Fault, Office, Throttle
from odapi_async.scheduler import Snapshot

_DEVELOPER_KEY: Final = "demo-developer"


@dataclass(frozen=True, slots=True)
class _PracticeRunner:
    """Runs the streams and calls of one practice, and measures them."""

    measured: Measurements
    practice: Practice

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Start two streams and the interactive calls."""
        bulk = self.practice.with_options(priority=Priority.BULK)
        tasks.create_task(self._stream(bulk.patients.simple()))
        tasks.create_task(self._stream(bulk.appointments.list()))
        tasks.create_task(self._call(self.practice.with_options(priority=Priority.INTERACTIVE)))

    def progress(self, snapshot: Snapshot) -> StreamProgress:
        """Return its progress; a lane without work is not in the snapshot."""
        lane = next((lane for lane in snapshot.lanes if lane.lane == self.practice.lane), None)
        return StreamProgress(
            practice=self.measured.plan.name,
            rows=self.measured.rows,
            rows_expected=self.measured.plan.rows,
            responses=self.measured.responses,
            queued=sum(lane.queued.values()) if lane else 0,
            in_flight=lane.in_flight if lane else 0,
            next_slot=lane.next_slot if lane else 0.0,
        )

    async def _stream(self, rows: Rows[Any]) -> None:
        with self._recorded_errors():
            start = perf_counter()
            async for page in rows.pages():
                self.measured.bulk.append(perf_counter() - start)
                self.measured.rows += len(page)
                start = perf_counter()

    async def _call(self, practice: Practice) -> None:
        plan = self.measured.plan
        with self._recorded_errors():
            for number in range(plan.calls):
                await asyncio.sleep(plan.call_interval if number else plan.first_call)
                start = perf_counter()
                await practice.patients.get(number + 1)
                self.measured.interactive.append(perf_counter() - start)

    @contextmanager
    def _recorded_errors(self) -> Generator[None]:
        """Record an error for the report; the other streams and practices continue."""
        try:
            yield
        except OpenDentalError as error:
            self.measured.errors.append(f"{type(error).__name__}: {error}")


async def run_demo(plan: DemoPlan, display: ProgressDisplay[DemoProgress]) -> DemoReport:
    """Run the demo and return its report.

    Args:
        plan: the plan.
        display: shows the progress.

    Raises:
        CommandFailed: the sandbox did not start.
    """
    offices = [_office(each) for each in plan.practices]
    # the sandbox counts and holds nothing back, so that the pace it sees is the client's own
    sandbox = started(offices, developer_key=_DEVELOPER_KEY, throttle=Throttle.COUNT)
    async with sandbox as server, OpenDental(_DEVELOPER_KEY, margin=plan.margin) as od:
        await server.add_fault(Fault("latency", times=None, seconds=plan.latency))
        runners = [_runner(each, od, server.url) for each in plan.practices]
        start = perf_counter()

        def show() -> None:
            snapshot = od.scheduler.snapshot()
            practices = tuple(each.progress(snapshot) for each in runners)
            display.show(DemoProgress(perf_counter() - start, practices))

        await _run(runners, plan.time_limit, show, display.interval)
        seconds = perf_counter() - start
        show()
        stats = await server.stats()
    return make_report([(each.measured, stats[each.measured.plan.spec.key]) for each in runners], seconds)


def _office(practice: DemoPractice) -> Office:
    rows = {"patients": practice.patients, "appointments": practice.appointments}
    return make_office(practice.spec, rows)


def _runner(plan: DemoPractice, od: OpenDental, url: str) -> _PracticeRunner:
    practice = od.practice(plan.spec.key, tier=plan.tier, mode=plan.mode, base_url=url)
    return _PracticeRunner(Measurements(plan), practice)


async def _run(
    runners: Sequence[_PracticeRunner], time_limit: float, show: Callable[[], None], interval: float
) -> None:
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(repeat(show, interval))
        with suppress(TimeoutError):
            async with asyncio.timeout(time_limit), asyncio.TaskGroup() as work:
                for runner in runners:
                    runner.start(work)
        showing.cancel()
