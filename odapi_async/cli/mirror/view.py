"""What is shown of a run while it is under way: lines and cells. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from odapi_async.cli.mirror.watch import Moment, Seen
from odapi_async.cli.output.cells import printable
from odapi_async.mirror import Outcome
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import Estimate, practice_end, rate, run_end, span, table_end
from odapi_async.scheduler import LaneSnapshot

COLUMNS: Final = ("practice", "table", "rows", "requests", "rows/s", "waits", "end")
"""The columns of the cells."""

_OPEN: Final = frozenset({Outcome.RUNNING, Outcome.WAITING})
_ENDS: Final = {
    Outcome.WAITING: "later",
    Outcome.UP_TO_DATE: "nothing due",
    Outcome.DONE: "done",
    Outcome.FAILED: "failed",
}


class PracticeSeen(NamedTuple):
    """One practice of a run: what is open there, what failed, and when it ends."""

    name: str
    is_open: bool
    failed: int
    end: Estimate


def practices(moment: Moment) -> list[PracticeSeen]:
    """Sum the tables of each practice up."""
    return [
        _practice(name, list(tables))
        for name, tables in groupby(moment.tables, lambda each: each.standing.practice)
    ]


def totals(moment: Moment) -> str:
    """Say in one line how far the whole run is."""
    if not moment.tables:
        return f"{span(moment.seconds)}: it begins"
    found = practices(moment)
    left = [each for each in found if each.is_open]
    failed = sum(each.failed for each in found)
    rows = sum(each.standing.rows for each in moment.tables)
    requests = sum(each.standing.requests for each in moment.tables)
    trouble = f", {counted(failed, 'table')} failed" if failed else ""
    return (
        f"{span(moment.seconds)}: {len(found) - len(left)} of {counted(len(found), 'practice')} done, "
        f"{counted(rows, 'row')}, {counted(requests, 'request')}, {rate(rows, moment.seconds):,.0f} rows/s"
        f"{trouble}; {_whole(left)}"
    )


def chosen(moment: Moment, room: int) -> list[Seen]:
    """Return the tables that are shown: all if they fit, else what is under way, and then what failed."""
    if len(moment.tables) <= room:
        return [*moment.tables]
    running = [each for each in moment.tables if each.standing.outcome is Outcome.RUNNING]
    failed = [each for each in moment.tables if each.standing.outcome is Outcome.FAILED]
    return [*running, *failed][: max(room, 0)]


def cells(seen: Seen) -> tuple[str, ...]:
    """Return the cells of one table."""
    standing = seen.standing
    running = standing.outcome is Outcome.RUNNING
    expected = f" of about {standing.expected:,}" if running and standing.expected else ""
    return (
        printable(standing.practice),
        standing.table,
        f"{standing.rows:,}{expected}",
        f"{standing.requests:,}",
        f"{rate(standing.rows, seen.seconds):,.0f}" if running else "",
        _waits(seen.lane) if running else "",
        _end(seen),
    )


def counted(number: int, word: str) -> str:
    """Write a number with its word."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _practice(name: str, tables: Sequence[Seen]) -> PracticeSeen:
    standings = [each.standing for each in tables]
    pace = next((each.pace for each in tables if each.pace), None)
    return PracticeSeen(
        name,
        any(each.outcome in _OPEN for each in standings),
        sum(each.outcome is Outcome.FAILED for each in standings),
        practice_end(standings, pace),
    )


def _whole(left: Sequence[PracticeSeen]) -> str:
    if not left:
        return "at the end"
    end = run_end(each.end for each in left)
    if end.seconds is None:
        return "the end is unknown"
    return f"it ends in {'at least' if end.least else 'about'} {span(end.seconds)}"


def _waits(lane: LaneSnapshot | None) -> str:
    if lane is None:
        return ""
    if lane.paused:
        return f"paused for {span(lane.next_slot)}"
    if lane.in_flight:
        return "for the answer"
    return f"for its turn, {lane.next_slot:.1f} s" if sum(lane.queued.values()) else ""


def _end(seen: Seen) -> str:
    standing = seen.standing
    if standing.outcome is not Outcome.RUNNING:
        return _ENDS.get(standing.outcome, standing.outcome.value)
    seconds = table_end(standing, seen.pace).seconds
    if seconds is not None:
        return f"in about {span(seconds)}"
    if standing.sync_mode is SyncMode.SWEEP and standing.expected is None:
        return "unknown (first copy)"
    return "unknown"
