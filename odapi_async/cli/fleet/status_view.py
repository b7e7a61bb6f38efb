"""The state of a fleet as text and as JSON: what needs a person comes first. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from odapi_async.cli.mirror import layout
from odapi_async.cli.mirror.layout import Row
from odapi_async.cli.mirror.local_time import moment, rough
from odapi_async.cli.mirror.problems import Problem, When, by_kind, heading
from odapi_async.cli.screen import printable
from odapi_async.fleet.advice import advice, split_error
from odapi_async.fleet.status import FleetStatus, PracticeStatus, WorkerStatus
from odapi_async.mirror.advice import kind_of
from odapi_async.mirror.texts import counted

_LATE: Final = 60.0  # seconds that a practice may wait for a worker
_MOST: Final = 10  # rows below one heading
_WORKERS: Final = 20


def is_overdue(practice: PracticeStatus, limit: float = _LATE) -> bool:
    """Return whether a practice has waited for a worker for longer than this number of seconds."""
    return practice.enabled and not practice.reading and practice.due_in < -limit


def is_too_old(status: FleetStatus, max_age: float | None) -> bool:
    """Return whether a copy is older than `max_age`, or a practice has failed or waited for longer.

    A first copy that still goes on does not count, and neither do disabled practices. False without a limit.
    """
    return max_age is not None and any(_exceeds(each, status.at, max_age) for each in status.practices)


def counts(status: FleetStatus) -> dict[str, int]:
    """Return how many practices are in each state; a practice can be in several of them."""
    enabled = [each for each in status.practices if each.enabled]
    return {
        "practices": len(status.practices),
        "reading": sum(each.reading for each in enabled),
        "overdue": sum(map(is_overdue, enabled)),
        "failing": sum(each.is_failing for each in enabled),
        "never_complete": sum(each.lag is None for each in enabled),
        "disabled": len(status.practices) - len(enabled),
        "workers_alive": sum(each.is_alive for each in status.workers),
        "workers_silent": sum(not each.is_alive for each in status.workers),
    }


def as_text(
    status: FleetStatus,
    *,
    max_age: float | None = None,
    show_all: bool = False,
    width: int = 80,
    zone: dt.tzinfo | None = None,
) -> str:
    """Return the state as text for people.

    Args:
        status: the state of the fleet.
        max_age: the most seconds that a copy may be old; None for no limit.
        show_all: whether to add a line for each practice.
        width: cells of a line.
        zone: the zone of times; None for that of this machine.
    """
    if not status.practices:
        return "the fleet has no practices yet; add them with: odapi fleet load practices.toml"
    when = When(status.at, zone, named=True)
    lines = [
        *layout.wrap(_practices_line(status, when), width, "  "),
        *layout.wrap(_workers_line(status), width, "  "),
        *_failing_lines(status, when, width),
        *_overdue_lines(status, width),
        *_too_old_lines(status, max_age, width),
        *_worker_lines(status.workers, width),
        *(_all_lines(status.practices, width) if show_all else []),
    ]
    return "\n".join(lines)


def as_json(status: FleetStatus, max_age: float | None = None) -> str:
    """Return the state as one line of JSON, with its numbers and all of its facts.

    Args:
        status: the state of the fleet.
        max_age: the most seconds that a copy may be old; None for no limit.
    """
    found = {"max_age": max_age, "too_old": is_too_old(status, max_age), "counts": counts(status)}
    return msgspec.json.encode({**found, **msgspec.structs.asdict(status)}).decode()


def _exceeds(practice: PracticeStatus, at: dt.datetime, max_age: float) -> bool:
    if not practice.enabled:
        return False
    failing = 0.0 if practice.failing_since is None else (at - practice.failing_since).total_seconds()
    return max(practice.lag or 0.0, failing) > max_age or is_overdue(practice, max_age)


def _practices_line(status: FleetStatus, when: When) -> str:
    number = counts(status)
    words = {
        "reading": "reading now",
        "overdue": "overdue",
        "failing": "failing",
        "never_complete": "never complete",
        "disabled": "disabled",
    }
    parts = [f"{number[each]:,} {text}" for each, text in words.items() if number[each]] or ["all current"]
    at = moment(when.now, when.now, when.zone, named=True)
    return f"{counted(len(status.practices), 'practice')} at {at}: {', '.join(parts)}"


def _workers_line(status: FleetStatus) -> str:
    alive = sum(each.is_alive for each in status.workers)
    if not alive:
        return "no worker is running -> start one: odapi fleet work"
    silent = len(status.workers) - alive
    others = f", {silent:,} silent" if silent else ""
    return f"{counted(len(status.workers), 'worker')}: {alive:,} alive{others}"


def _failing_lines(status: FleetStatus, when: When, width: int) -> list[str]:
    """Return the practices that fail, by kind of error, each kind with its advice once."""
    lines: list[str] = []
    for group in by_kind(_problem(each) for each in status.practices if each.is_failing):
        group.sort(key=lambda each: (each.since or when.now, each.practice))
        lines += layout.wrap(heading(group[0].kind, len(group), group[0].advice), width, "  ")
        rows = [Row(printable(each.practice), (_detail(each, when),)) for each in group[:_MOST]]
        lines += [line for block in layout.columns(rows, width, "  ") for line in block]
        if len(group) > _MOST:
            lines.append(f"  + {len(group) - _MOST:,} more")
    return lines


def _problem(practice: PracticeStatus) -> Problem:
    """Return the problem of a practice. Its error begins with a table or with the class of the error."""
    table, error = split_error(practice.error)
    kind = kind_of(error)
    return Problem(practice.practice, kind, (table,), error, advice(error), practice.failing_since)


def _detail(problem: Problem, when: When) -> str:
    start = ", ".join(filter(None, (*problem.tables, when.since(problem.since).strip())))
    text = "" if problem.offline else printable(problem.error.partition(":")[2].strip())
    return f"{start}: {text}" if text else start


def _overdue_lines(status: FleetStatus, width: int) -> list[str]:
    """Return a line about practices that wait for a worker, if there is one."""
    waits = [-each.due_in for each in status.practices if is_overdue(each)]
    if not waits or not any(each.is_alive for each in status.workers):
        return []
    text = f"{counted(len(waits), 'practice')} overdue, by up to {rough(max(waits))} -> start more workers"
    return layout.wrap(text, width, "  ")


def _too_old_lines(status: FleetStatus, max_age: float | None, width: int) -> list[str]:
    if max_age is None:
        return []
    old = [each for each in status.practices if _exceeds(each, status.at, max_age)]
    if not old:
        return []
    old.sort(key=lambda each: (-(each.lag or 0.0), each.practice))
    lines = layout.wrap(
        f"{counted(len(old), 'practice')} older than {rough(max_age)}, or failing or waiting for longer:",
        width,
        "  ",
    )
    rows = [Row(printable(each.practice), (_age(each),)) for each in old[:_MOST]]
    lines += [line for block in layout.columns(rows, width, "  ") for line in block]
    return [*lines, *([f"  + {len(old) - _MOST:,} more"] if len(old) > _MOST else [])]


def _age(practice: PracticeStatus) -> str:
    return "first copy not complete" if practice.lag is None else f"copy {rough(practice.lag)} old"


def _all_lines(practices: Sequence[PracticeStatus], width: int) -> list[str]:
    """Return a line for each practice, by name."""
    rows = [
        Row(printable(each.practice), (_age(each), _next(each)))
        for each in sorted(practices, key=lambda each: each.practice)
    ]
    return ["", *(line for block in layout.columns(rows, width) for line in block)]


def _next(practice: PracticeStatus) -> str:
    if not practice.enabled:
        return "disabled"
    if practice.reading:
        return "reading now"
    return f"due in {rough(practice.due_in)}" if practice.due_in > 0 else "due now"


def _worker_lines(workers: Sequence[WorkerStatus], width: int) -> list[str]:
    """Return the workers, silent ones first; a version is shown if there are several."""
    several = len(Counter(each.version for each in workers)) > 1
    ordered = sorted(workers, key=lambda each: (each.is_alive, each.host, each.process))
    rows = [
        Row(f"{printable(each.host)} {each.process}", (_reading(each), _sign(each, several=several)))
        for each in ordered[:_WORKERS]
    ]
    lines = [line for block in layout.columns(rows, width, "  ") for line in block]
    return [*lines, *([f"  + {len(workers) - _WORKERS:,} more"] if len(workers) > _WORKERS else [])]


def _reading(worker: WorkerStatus) -> str:
    return f"{worker.slices} of {worker.concurrency}" if worker.is_alive else "silent"


def _sign(worker: WorkerStatus, *, several: bool) -> str:
    sign = f"last sign {rough(worker.silence)} ago"
    return f"{sign}, version {printable(worker.version)}" if several else sign
