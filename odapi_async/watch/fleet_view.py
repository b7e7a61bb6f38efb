"""The page's content of a fleet, made from its status. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from odapi_async.fleet.advice import advice, split_error
from odapi_async.fleet.status import FleetStatus, PracticeStatus, WorkerStatus
from odapi_async.mirror import TableFreshness
from odapi_async.mirror.texts import counted, in_utc
from odapi_async.watch import problems
from odapi_async.watch.data import (
    Cell,
    Details,
    Fact,
    Problem,
    View,
    WorkerLine,
    age_in_words,
    duration,
    level_of,
)
from odapi_async.watch.pace import fleet_pace
from odapi_async.watch.problems import Failure, words_of
from odapi_async.watch.tables import table_line

_ADD_WORKERS: Final = "if it lasts, start more workers, or give these practices a longer interval"
_NO_WORKER: Final = Problem("no worker is running, so nothing is read", "start one: odapi fleet work")
_OUTCOMES: Final = {
    "done": "everything was read",
    "partly": "some tables could not be read",
    "stopped": "goes on in the next slice",
}


def view(status: FleetStatus) -> View:
    """Return the content of the page."""
    cells = tuple(_cell(each) for each in status.practices)
    return View(
        title="Fleet",
        at=in_utc(status.at),
        cells=cells,
        reading=sum(each.reading for each in status.practices),
        problems=tuple(_problems(status, cells)),
        pace=fleet_pace(status.pace, status.at),
        workers=tuple(_worker(each) for each in sorted(status.workers, key=lambda each: not each.is_alive)),
    )


def details(practice: PracticeStatus, tables: Sequence[TableFreshness]) -> Details:
    """Return the details of a practice.

    Args:
        practice: its status.
        tables: its tables.
    """
    return Details(practice.practice, tuple(_facts(practice)), tuple(map(table_line, tables)))


def _cell(practice: PracticeStatus) -> Cell:
    return Cell(
        practice=practice.practice,
        level=level_of(practice.lag, practice.every, enabled=practice.enabled),
        age=age_in_words(practice.lag),
        target=duration(practice.every),
        failing=words_of(split_error(practice.error)[1]) if practice.is_failing else "",
    )


def _problems(status: FleetStatus, cells: Sequence[Cell]) -> list[Problem]:
    working = any(each.is_alive for each in status.workers)
    expected = any(each.enabled for each in status.practices)
    failures = [
        Failure(each.practice, split_error(each.error)[1], each.failing_since)
        for each in status.practices
        if each.is_failing
    ]
    return [
        *([_NO_WORKER] if expected and not working else []),
        *problems.grouped(failures, advice),
        *(problems.late(cells, _ADD_WORKERS) if working else []),
    ]


def _worker(worker: WorkerStatus) -> WorkerLine:
    return WorkerLine(
        name=f"{worker.host}, process {worker.process}",
        version=worker.version,
        slices=worker.slices,
        concurrency=worker.concurrency,
        silent="" if worker.is_alive else duration(worker.silence),
    )


def _facts(practice: PracticeStatus) -> list[Fact]:
    lag, due = practice.lag, practice.due_in
    facts = [
        Fact("state", level_of(lag, practice.every, enabled=practice.enabled)),
        Fact("copy", age_in_words(lag) or "the first copy is not complete"),
        Fact("interval", duration(practice.every)),
    ]
    if practice.reading:
        facts.append(Fact("now", "a worker reads it"))
    elif practice.enabled:
        facts.append(Fact("next", f"in {duration(due)}" if due > 0 else f"overdue by {duration(-due)}"))
    if practice.outcome:
        facts.append(Fact("last slice", _OUTCOMES.get(practice.outcome, practice.outcome)))
    if practice.failures:
        facts.append(Fact("failed", f"{counted(practice.failures, 'time')} in a row"))
    if practice.failing_since is not None:
        facts.append(Fact("failing since", in_utc(practice.failing_since)))
    if practice.error:
        facts.append(Fact("error", practice.error))
    return facts
