"""The progress of a mirror as lines, and as a frame that fits the terminal."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from odapi_async.cli.mirror import layout
from odapi_async.cli.mirror.changes import OPEN, Change, FailureTracker, PracticeChange
from odapi_async.cli.mirror.layout import Row
from odapi_async.cli.mirror.local_time import Clock, date, moment, rough, time_of_day, utc_now
from odapi_async.cli.mirror.problems import Problem, When, by_kind, detail, heading, short_heading
from odapi_async.cli.mirror.progress import PracticeProgress, RunProgress
from odapi_async.cli.mirror.sentences import change_line
from odapi_async.cli.screen import printable
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import Estimate, least_time, rate, run_end, span
from odapi_async.mirror.texts import counted
from odapi_async.scheduler import LaneSnapshot

_MAX_SLOWEST: Final = 10  # more of them cannot be watched
_INDENT: Final = "  "
_FIRST_TOTALS: Final = 60.0
_MAX_TOTALS: Final = 3_600.0
_NARROW: Final = 40  # cells; below that the words of the header are short
_STEP: Final = math.log(1.05)
"""Practices whose time left differs by less keep their order from frame to frame."""


class FittedLines:
    """Lines that are made for the width of the terminal when they are drawn.

    Args:
        make: returns the lines for a width.
    """

    def __init__(self, make: Callable[[int], list[str]]) -> None:
        self._make = make

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._make(options.max_width):
            yield Segment(line)
            yield Segment.line()


class MirrorView:
    """Turns the progress into lines and frames; see `ProgressView`.

    There is a line if a practice begins to fail, recovers, or is done for the first time, and lines with the
    totals, which become rarer: after a minute, after two more, up to one in an hour.

    Args:
        tracker: finds the changes.
        only_failures: whether there are only lines about failures.
        clock: returns the time in UTC.
    """

    line_interval = 1.0

    def __init__(
        self, tracker: FailureTracker | None = None, *, only_failures: bool = False, clock: Clock = utc_now
    ) -> None:
        self._tracker = tracker or FailureTracker()
        self._only_failures = only_failures
        self._clock = clock
        self._found: deque[PracticeChange] = deque(maxlen=10_000)
        self._totals_interval = _FIRST_TOTALS
        self._next_totals = _FIRST_TOTALS
        self._day = ""

    def lines(self, progress: RunProgress) -> Iterator[str]:
        """Return the lines that are new."""
        self._observe(progress)
        found = [change_line(each, When(self._clock())) for each in self._found if self._is_shown(each)]
        self._found.clear()
        if progress.uptime >= self._next_totals and not self._only_failures and progress.next_round is None:
            self._totals_interval = min(2 * self._totals_interval, _MAX_TOTALS)
            self._next_totals = progress.uptime + self._totals_interval
            found.append(totals(progress, self._tracker.problems()))
        for text in found:
            yield from self._dated(text)

    def table(self, progress: RunProgress, height: int) -> FittedLines:
        """Return the frame for a terminal of this height in lines."""
        self._observe(progress)
        problems, now = self._tracker.problems(), self._clock()
        return FittedLines(lambda width: frame(progress, problems, When(now), width, height))

    def _observe(self, progress: RunProgress) -> None:
        if progress.statuses:
            changes = self._tracker.update(progress.statuses, self._clock(), progress.uptime)
            self._found += changes.practices

    def _is_shown(self, change: PracticeChange) -> bool:
        return change.change is not Change.DONE or not self._only_failures

    def _dated(self, text: str) -> Iterator[str]:
        """Return a line with its time, after a line with the date if that is not the date of the last one."""
        now = self._clock()
        today = date(now)
        if self._day and today != self._day:
            yield today
        self._day = today
        yield f"{time_of_day(now)} {text}"


class _Counts(NamedTuple):
    """How many practices are in each state; each practice is in one of them."""

    done: int
    offline: int
    failed: int
    reading: int
    waiting: int


def frame(
    progress: RunProgress, problems: Sequence[Problem], when: When, width: int, height: int
) -> list[str]:
    """Return the lines of a frame: the header, the problems, and the practices that need the most time.

    Args:
        progress: the progress.
        problems: the problems of its practices.
        when: how times are shown.
        width: cells of a line.
        height: lines of the terminal; one of them is for the cursor.
    """
    rows = max(height - 1, 1)
    header = _header(progress, problems, when, width, max(1, rows // 2))
    body = rows - len(header)
    reading = [each for each in progress.practices if each.running] if progress.next_round is None else []
    slowest = _slowest(reading, body)
    blocks = layout.columns(_readings(slowest, width), width)
    hidden = len(reading) - len(slowest)
    kept = min(sum(map(len, blocks)) + bool(hidden), max(1, body // 3)) if blocks else 0
    found = _problem_lines(problems, when, width, body - kept)
    return [*header, *found, *_fit_slowest(blocks, hidden, body - len(found))]


def totals(progress: RunProgress, problems: Sequence[Problem] = ()) -> str:
    """Return one line for the whole run."""
    start, *parts = _parts(progress, problems, None, short=False)
    return start + ", ".join(parts)


def _header(
    progress: RunProgress, problems: Sequence[Problem], when: When, width: int, height: int
) -> list[str]:
    """Return as many of the parts as fit whole; if there is no room for the time, the first one alone."""
    start, *parts = _parts(progress, problems, when, short=width < _NARROW)
    while len(lines := _header_lines(start, parts, width)) > height and len(parts) > 1:
        parts.pop()
    return lines if len(lines) <= height else layout.flow(parts, width)[:height]


def _header_lines(start: str, parts: Sequence[str], width: int) -> list[str]:
    if cell_len(f"{start}{parts[0]},") > width:
        return [*layout.wrap(start.rstrip(), width), *layout.flow(parts, width)]
    return layout.flow([start + parts[0], *parts[1:]], width)


def _parts(
    progress: RunProgress, problems: Sequence[Problem], when: When | None, *, short: bool
) -> list[str]:
    """Return the time with a colon, then the counts and the figures."""
    start = f"round {progress.number}, " if progress.number > 1 and not short else ""
    start = f"{start}{span(progress.seconds)}: "
    if not progress.practices:
        return [start, "starting"]
    counts = _counts(progress, problems)._asdict()
    done, of = counts.pop("done"), len(progress.practices)
    first = f"{done:,}/{of:,} done" if short else f"{done:,} of {counted(of, 'practice')} done"
    others = [f"{number:,} {state}" for state, number in counts.items() if number]
    rows = sum(each.rows for each in progress.practices)
    requests = sum(each.requests for each in progress.practices)
    figures = [counted(rows, "row"), counted(requests, "request"), f"{progress.rows_per_second:,.0f} rows/s"]
    if progress.pace is not None:
        figures.append(f"pace {100 * progress.pace:.0f} % of the limit")
    if progress.next_round is not None and when is not None:
        figures = [*figures[:2], f"next round at {moment(progress.next_round, when.now, when.zone)}"]
    else:
        figures.append(_time_left(progress))
    return [start, first, *others, *figures]


def _counts(progress: RunProgress, problems: Sequence[Problem]) -> _Counts:
    offline = {each.practice for each in problems if each.offline}
    failed = {each.practice for each in problems} - offline
    done = reading = waiting = 0
    for each in progress.practices:
        if each.name in offline or each.name in failed:
            continue
        if not each.is_open:
            done += 1
        elif each.running:
            reading += 1
        else:
            waiting += 1
    return _Counts(done, len(offline), len(failed), reading, waiting)


def _problem_lines(problems: Sequence[Problem], when: When, width: int, height: int) -> list[str]:
    """Return the problems, grouped by kind, each with its advice once, in at most `height` lines."""
    groups = by_kind(problems)
    lines: list[str] = []
    for number, group in enumerate(groups):
        share = -(-(height - len(lines)) // (len(groups) - number))  # rounded up
        title = layout.wrap(heading(group[0].kind, len(group), group[0].advice), width, _INDENT)
        blocks = _problem_blocks(group[: max(share, 0) + 1], when, width)
        blocks += [[""]] * (len(group) - len(blocks))  # only counted
        if share <= len(title):
            title = [short_heading(group[0].kind, len(group))][: max(share, 0)]
        lines += title
        room = share - len(title)
        if room >= len(blocks[0]) + (len(blocks) > 1):  # else there is room for their number only
            lines += layout.fit(blocks, room, "more", _INDENT)
    return lines


def _problem_blocks(problems: Sequence[Problem], when: When, width: int) -> list[list[str]]:
    """Return a line for each problem. The text of an error is left out if it does not fit."""
    blocks: list[list[str]] = []
    for with_error in (True, False):
        details = [detail(each, when, with_error=with_error) for each in problems]
        rows = [Row(printable(each.practice), (text,)) for each, text in zip(problems, details, strict=True)]
        blocks = layout.columns(rows, width, _INDENT)
        if all(len(block) == 1 for block in blocks):
            break
    return blocks


def _slowest(reading: Sequence[PracticeProgress], height: int) -> list[PracticeProgress]:
    """Return all practices if they fit into `height` lines, else those that need the most time."""
    most = len(reading) if len(reading) <= height else max(0, min(_MAX_SLOWEST, height - 1))
    return sorted(reading, key=lambda each: (-_rank(each), each.name))[:most]


def _rank(practice: PracticeProgress) -> int:
    """Return a number that is higher the more time a practice needs, in steps."""
    seconds = least_time(practice.left, practice.waiting, practice.timing, practice.seconds)
    return round(math.log1p(seconds) / _STEP)


def _fit_slowest(blocks: Sequence[list[str]], hidden: int, height: int) -> list[str]:
    if not blocks and not hidden:
        return []
    padded = [*blocks, *([[""]] * hidden)]  # only counted
    if hidden:
        height = min(height, sum(map(len, blocks)) + 1)
    return layout.fit(padded, height, "more reading" if blocks else "reading")


def _readings(practices: Sequence[PracticeProgress], width: int) -> list[Row]:
    """Return a row for each practice, with as many details as the terminal is wide enough for."""
    rows = [Row(printable(each.name), _cells(each)) for each in practices]
    for left_out in ((), (3,), (3, 2), (3, 2, 4), (3, 2, 4, 1)):
        found = [
            Row(row.name, tuple(c for n, c in enumerate(row.cells) if n not in left_out)) for row in rows
        ]
        if all(len(lines) == 1 for lines in layout.columns(found, width)):
            return found
    return [Row(row.name, row.cells[:2] + row.cells[5:]) for row in rows]


def _cells(practice: PracticeProgress) -> tuple[str, ...]:
    """Return the table, its rows, the tables, the rows per second, the wait, and the end."""
    status = practice.running
    if status is None:
        return ("",) * 6
    expected = f" of ~{status.expected:,}" if status.expected else ""
    done = sum(each.outcome not in OPEN for each in practice.tables)
    return (
        status.table,
        f"{status.rows:,}{expected} rows",
        f"{done} of {counted(len(practice.tables), 'table')} done",
        f"{rate(status.rows, practice.seconds):,.0f} rows/s",
        _waiting_for(practice.lane),
        _state(practice),
    )


def _time_left(progress: RunProgress) -> str:
    ends = [Estimate(each.left, least=each.waiting > 0) for each in progress.practices if each.is_open]
    if not ends:
        return "finished"
    end = run_end(ends)
    if end.seconds is None:
        return "time left unknown"
    return f"{'at least' if end.least else 'about'} {span(end.seconds)} left"


def _waiting_for(lane: LaneSnapshot | None) -> str:
    if lane is None:
        return ""
    if lane.paused:
        return f"paused, {span(lane.next_slot)}"
    if lane.in_flight:
        return "waits for the response"
    return f"next request in {lane.next_slot:.1f} s" if sum(lane.queued.values()) else ""


def _state(practice: PracticeProgress) -> str:
    status = practice.running
    if status is None:
        return ""
    if practice.left is not None:
        return f"{rough(practice.left)} left"
    if status.sync_mode is SyncMode.SWEEP and status.expected is None:
        return "first copy"
    return ""
