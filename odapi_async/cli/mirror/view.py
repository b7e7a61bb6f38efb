"""The progress of a mirror as lines and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from rich.console import Group
from rich.table import Table
from rich.text import Text

from odapi_async.cli.mirror.progress import RunProgress, TableProgress
from odapi_async.cli.output.cells import printable
from odapi_async.cli.output.table import counted
from odapi_async.mirror import Outcome
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import Estimate, practice_end, rate, run_end, span, table_end
from odapi_async.scheduler import LaneSnapshot

_COLUMNS: Final = ("practice", "table", "rows", "requests", "rows/s", "waiting for", "state")
_LEFT_COLUMNS: Final = 2
_ONE_LINE: Final[dict[str, Any]] = {"no_wrap": True, "overflow": "ellipsis"}
_OTHER_LINES: Final = 3  # the totals, the header, and the line of the cursor
_TOTALS_INTERVAL: Final = 10.0
_OPEN: Final = frozenset({Outcome.RUNNING, Outcome.WAITING})
_STATES: Final = {
    Outcome.WAITING: "waiting",
    Outcome.UP_TO_DATE: "nothing due",
    Outcome.DONE: "done",
    Outcome.FAILED: "failed",
}


class PracticeProgress(NamedTuple):
    """The progress of one practice: whether it is open, its failed tables, and its estimated end."""

    name: str
    is_open: bool
    failed: int
    end: Estimate


class MirrorView:
    """Turns the progress into lines and a table; see `ProgressView`.

    The lines are one for each practice that is done, and the totals every ten seconds.
    """

    line_interval = 1.0

    def __init__(self) -> None:
        self._done: set[str] = set()
        self._next_totals = _TOTALS_INTERVAL

    def lines(self, progress: RunProgress) -> Iterator[str]:
        """Return the lines that are new."""
        for each in practices(progress):
            if not each.is_open and each.name not in self._done:
                self._done.add(each.name)
                failed = f", {counted(each.failed, 'table')} failed" if each.failed else ""
                yield f"{span(progress.seconds)}: {printable(each.name)} is done{failed}"
        if progress.seconds >= self._next_totals:
            self._next_totals = progress.seconds + _TOTALS_INTERVAL
            yield totals(progress)

    def table(self, progress: RunProgress, height: int) -> Group:
        """Return the totals and a table that fits the height of the terminal."""
        table = Table(box=None, pad_edge=False)
        for number, name in enumerate(_COLUMNS):
            left = number < _LEFT_COLUMNS
            # names stay whole: only the other columns give way, each in one line
            table.add_column(Text(name, **_ONE_LINE), justify="left" if left else "right", no_wrap=left)
        for each in visible_tables(progress, height - _OTHER_LINES):
            table.add_row(*(Text(cell, **_ONE_LINE) for cell in cells(each)))
        return Group(Text(totals(progress), no_wrap=True, overflow="ellipsis"), table)


def practices(progress: RunProgress) -> list[PracticeProgress]:
    """Return the progress of each practice."""
    return [
        _practice(name, list(tables))
        for name, tables in groupby(progress.tables, lambda each: each.status.practice)
    ]


def totals(progress: RunProgress) -> str:
    """Return one line for the whole run."""
    if not progress.tables:
        return f"{span(progress.seconds)}: starting"
    found = practices(progress)
    still_open = [each for each in found if each.is_open]
    done = len(found) - len(still_open)
    failed = sum(each.failed for each in found)
    rows = sum(each.status.rows for each in progress.tables)
    requests = sum(each.status.requests for each in progress.tables)
    failures = f", {counted(failed, 'table')} failed" if failed else ""
    return (
        f"{span(progress.seconds)}: {done} of {counted(len(found), 'practice')} done, "
        f"{counted(rows, 'row')}, {counted(requests, 'request')}, {rate(rows, progress.seconds):,.0f} rows/s"
        f"{failures}; {_time_left(still_open)}"
    )


def visible_tables(progress: RunProgress, height: int) -> list[TableProgress]:
    """Return all tables if they fit into `height` lines, else the running ones, then the failed ones."""
    if len(progress.tables) <= height:
        return [*progress.tables]
    running = [each for each in progress.tables if each.status.outcome is Outcome.RUNNING]
    failed = [each for each in progress.tables if each.status.outcome is Outcome.FAILED]
    return [*running, *failed][: max(height, 0)]


def cells(table: TableProgress) -> tuple[str, ...]:
    """Return the cells of one table."""
    status = table.status
    running = status.outcome is Outcome.RUNNING
    expected = f" of about {status.expected:,}" if running and status.expected else ""
    return (
        printable(status.practice),
        status.table,
        f"{status.rows:,}{expected}",
        f"{status.requests:,}",
        f"{rate(status.rows, table.seconds):,.0f}" if running else "",
        _waiting_for(table.lane) if running else "",
        _state(table),
    )


def _practice(name: str, tables: Sequence[TableProgress]) -> PracticeProgress:
    statuses = [each.status for each in tables]
    pace = next((each.pace for each in tables if each.pace), None)
    return PracticeProgress(
        name,
        any(each.outcome in _OPEN for each in statuses),
        sum(each.outcome is Outcome.FAILED for each in statuses),
        practice_end(statuses, pace),
    )


def _time_left(still_open: Sequence[PracticeProgress]) -> str:
    if not still_open:
        return "finished"
    end = run_end(each.end for each in still_open)
    if end.seconds is None:
        return "time left unknown"
    return f"{'at least' if end.least else 'about'} {span(end.seconds)} left"


def _waiting_for(lane: LaneSnapshot | None) -> str:
    if lane is None:
        return ""
    if lane.paused:
        return f"the end of a pause, {span(lane.next_slot)}"
    if lane.in_flight:
        return "the response"
    return f"its slot, {lane.next_slot:.1f} s" if sum(lane.queued.values()) else ""


def _state(table: TableProgress) -> str:
    status = table.status
    if status.outcome is not Outcome.RUNNING:
        return _STATES.get(status.outcome, status.outcome.value)
    seconds = table_end(status, table.pace).seconds
    if seconds is not None:
        return f"about {span(seconds)} left"
    if status.sync_mode is SyncMode.SWEEP and status.expected is None:
        return "first copy"
    return "running"
