"""Runs the demo: a sandbox in a second process, bulk streams of all practices at once, interactive calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Protocol

from odapi_async import OpenDental, OpenDentalError, Practice, Priority, Rows
from odapi_async.cli.demo.plan import Plan, PracticePlan
from odapi_async.cli.demo.report import Measured, Report, make_report
from odapi_async.cli.sandbox_practices import make_office
from odapi_async.sandbox import Fault, SandboxProcess, Throttle
from odapi_async.scheduler import Snapshot

_DEVELOPER_KEY: Final = "demo-developer"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one practice is.

    Attributes:
        practice: its name.
        rows: rows that arrived.
        rows_expected: rows that it has.
        requests: calls that were answered.
        queued: calls that wait for their turn.
        in_flight: calls that are under way.
        next_slot: seconds until the next may start.
    """

    practice: str
    rows: int
    rows_expected: int
    requests: int
    queued: int
    in_flight: int
    next_slot: float


class Progress(Protocol):
    """Shows how far the demo is."""

    @property
    def every(self) -> float:
        """Seconds between two showings."""
        ...

    def show(self, seconds: float, standings: Sequence[Standing]) -> None:
        """Show the standings `seconds` after the start."""
        ...


@dataclass(frozen=True, slots=True)
class _Runner:
    """One practice while the demo runs: what is measured, and the practice itself."""

    measured: Measured
    practice: Practice

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Start its two streams and its interactive calls."""
        bulk = self.practice.with_options(priority=Priority.BULK)
        tasks.create_task(self._stream(bulk.patients.simple()))
        tasks.create_task(self._stream(bulk.appointments.list()))
        tasks.create_task(self._ask(self.practice.with_options(priority=Priority.INTERACTIVE)))

    def standing(self, snapshot: Snapshot) -> Standing:
        """Return how far it is; a lane without work is not in the snapshot."""
        lane = next((lane for lane in snapshot.lanes if lane.lane == self.practice.lane), None)
        return Standing(
            practice=self.measured.plan.name,
            rows=self.measured.rows,
            rows_expected=self.measured.plan.rows,
            requests=self.measured.answered,
            queued=sum(lane.queued.values()) if lane else 0,
            in_flight=lane.in_flight if lane else 0,
            next_slot=lane.next_slot if lane else 0.0,
        )

    async def _stream(self, rows: Rows[Any]) -> None:
        with self._noted():
            asked = perf_counter()
            async for page in rows.pages():
                self.measured.bulk.append(perf_counter() - asked)
                self.measured.rows += len(page)
                asked = perf_counter()

    async def _ask(self, practice: Practice) -> None:
        plan = self.measured.plan
        with self._noted():
            for number in range(plan.asks):
                await asyncio.sleep(plan.ask_every if number else plan.first_ask)
                asked = perf_counter()
                await practice.patients.get(number + 1)
                self.measured.interactive.append(perf_counter() - asked)

    @contextmanager
    def _noted(self) -> Generator[None]:
        """Note an error for the report; the other streams and practices go on."""
        try:
            yield
        except OpenDentalError as error:
            self.measured.errors.append(f"{type(error).__name__}: {error}")


async def run(plan: Plan, progress: Progress) -> Report:
    """Run the demo and return its report.

    Args:
        plan: what to do.
        progress: shows how far it is.

    Raises:
        RuntimeError: a server's process ended before it listened.
        TimeoutError: it did not listen in time.
    """
    async with AsyncExitStack() as stack:
        od = await stack.enter_async_context(OpenDental(_DEVELOPER_KEY, margin=plan.margin))
        server = await _serve(plan, stack)
        runners = [_runner(each, od, server) for each in plan.practices]
        began = perf_counter()

        def show() -> None:
            snapshot = od.scheduler.snapshot()
            progress.show(perf_counter() - began, [runner.standing(snapshot) for runner in runners])

        await _work(runners, plan.cut, show, progress.every)
        seconds = perf_counter() - began
        show()
        counted = await server.stats()
        return make_report(
            [(each.measured, counted[each.measured.plan.spec.key]) for each in runners], seconds
        )


async def _serve(plan: Plan, stack: AsyncExitStack) -> SandboxProcess:
    offices = [
        make_office(each.spec, {"patients": each.patients, "appointments": each.appointments})
        for each in plan.practices
    ]
    # it counts and holds nothing back, so that the pace it sees is the client's own
    server = SandboxProcess(offices, developer_key=_DEVELOPER_KEY, throttle=Throttle.COUNT)
    await stack.enter_async_context(server)
    await server.add_fault(Fault("latency", times=None, seconds=plan.latency))
    return server


def _runner(plan: PracticePlan, od: OpenDental, server: SandboxProcess) -> _Runner:
    practice = od.practice(plan.spec.key, tier=plan.tier, mode=plan.mode, base_url=server.url)
    return _Runner(Measured(plan), practice)


async def _work(runners: Sequence[_Runner], cut: float, show: Callable[[], None], every: float) -> None:
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(_again(show, every))
        with suppress(TimeoutError):
            async with asyncio.timeout(cut), asyncio.TaskGroup() as work:
                for runner in runners:
                    runner.start(work)
        showing.cancel()


async def _again(show: Callable[[], None], every: float) -> None:
    while True:
        show()
        await asyncio.sleep(every)
