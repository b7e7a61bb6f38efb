"""Changes of practices as lines for people. Pure."""

from __future__ import annotations

from odapi_async.cli.mirror.changes import Change, PracticeChange
from odapi_async.cli.mirror.problems import BACK, Problem, When, one_line, table_names, withheld_line
from odapi_async.cli.screen import printable
from odapi_async.mirror.estimate import span
from odapi_async.mirror.texts import counted, in_utc


def change_line(change: PracticeChange, when: When) -> str:
    """Return the line of a change, without its time."""
    problem = change.problem
    if problem is None:
        return _done(change)
    if change.change is Change.RECOVERED:
        return _recovered(problem, change.failing, when)
    if change.change is Change.WITHHELD:
        return withheld_line(change.practice, problem.tables[0], change.rows)
    return one_line(problem._replace(since=None), when)  # the line itself has the time


def _done(change: PracticeChange) -> str:
    done = f"was read, but {counted(change.failing, 'table')} failed" if change.failing else "is done"
    figures = f"{counted(change.rows, 'row')}, {counted(change.requests, 'request')}"
    return f"{printable(change.practice)} {done}: {figures}"


def _recovered(problem: Problem, failing: int, when: When) -> str:
    after = ""
    if problem.since is not None:
        after = f", after {span((in_utc(when.now) - in_utc(problem.since)).total_seconds())}"
    name = printable(problem.practice)
    still = f"; {counted(failing, 'table')} still fail{'s' if failing == 1 else ''}" if failing else ""
    if problem.kind in BACK:
        return f"{name}: {BACK[problem.kind]}{after}{still}"
    return f"{name}, {table_names(problem.tables)}: read again{after}{still}"
