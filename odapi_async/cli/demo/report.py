"""The report of the demo, made of measurements and of the server's counts, as text or JSON. Pure."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from odapi_async.cli.demo.plan import DemoPractice
from odapi_async.cli.output.table import aligned, seconds_or_none
from odapi_async.sandbox import KeyStats

_DIGITS: Final = 4


@dataclass(slots=True)
class Measurements:
    """The client's measurements of one practice.

    Attributes:
        plan: its part of the plan.
        rows: rows that arrived.
        interactive: seconds from each interactive call to its response.
        bulk: seconds from the request for each page to the page.
        errors: errors, each in one line.
    """

    plan: DemoPractice
    rows: int = 0
    interactive: list[float] = field(default_factory=list[float])
    bulk: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])

    @property
    def responses(self) -> int:
        """The number of calls that have their response."""
        return len(self.interactive) + len(self.bulk)


class WaitTimes(msgspec.Struct, frozen=True):
    """Seconds from call to response; None if there was no call."""

    calls: int
    median: float | None
    longest: float | None


class PracticeResult(msgspec.Struct, frozen=True, kw_only=True):
    """The results of one practice.

    Attributes:
        practice: its name.
        tier: the developer's permissions there.
        mode: how it is reached.
        interval: seconds from start to start that the API demands; 0 for no limit.
        rows: rows that arrived.
        rows_expected: rows that it has.
        requests: requests that the server counted.
        mean_gap: seconds from start to start at the server, mean; None without a limit.
        shortest_gap: seconds from start to start at the server, minimum; None without a limit.
        pace: the share of the allowed pace that was used, from 0 to 1.
        interactive: wait times of the interactive calls.
        bulk: wait times of the pages.
        violations: requests that reached the server too early.
        overlaps: requests that reached the server while another one ran.
        errors: errors, each in one line.
    """

    practice: str
    tier: str
    mode: str
    interval: float
    rows: int
    rows_expected: int
    requests: int
    mean_gap: float | None
    shortest_gap: float | None
    pace: float | None
    interactive: WaitTimes
    bulk: WaitTimes
    violations: int
    overlaps: int
    errors: list[str]


class DemoReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole demo; `clean` means: every row arrived, no error, no violation, no overlap."""

    clean: bool
    seconds: float
    rows: int
    requests: int
    violations: int
    overlaps: int
    practices: list[PracticeResult]


def make_report(found: Sequence[tuple[Measurements, KeyStats]], seconds: float) -> DemoReport:
    """Make the report.

    Args:
        found: the client's measurements and the server's counts of each practice.
        seconds: how long the demo took.
    """
    practices = [_result(measured, stats) for measured, stats in found]
    return DemoReport(
        clean=all(map(_is_clean, practices)),
        seconds=round(seconds, _DIGITS),
        rows=sum(each.rows for each in practices),
        requests=sum(each.requests for each in practices),
        violations=sum(each.violations for each in practices),
        overlaps=sum(each.overlaps for each in practices),
        practices=practices,
    )


def as_json(report: DemoReport) -> str:
    """Return the report as one JSON document."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def as_text(report: DemoReport) -> str:
    """Return the report as a table with one column for each practice, and a verdict."""
    lines = [["", *(each.practice for each in report.practices)]]
    lines += [[label, *map(cell, report.practices)] for label, cell in _LINES]
    errors = [f"{each.practice}: {error}" for each in report.practices for error in each.errors]
    return "\n".join((f"Report after {report.seconds:.1f} s", aligned(lines), *errors, _verdict(report)))


def _result(measured: Measurements, stats: KeyStats) -> PracticeResult:
    plan = measured.plan
    gaps = [after - before for before, after in itertools.pairwise(stats.starts)] if plan.interval else []
    mean = statistics.fmean(gaps) if gaps else None
    return PracticeResult(
        practice=plan.name,
        tier=plan.tier.value,
        mode=plan.mode.value,
        interval=plan.interval,
        rows=measured.rows,
        rows_expected=plan.rows,
        requests=stats.requests,
        mean_gap=_rounded(mean),
        shortest_gap=_rounded(min(gaps, default=None)),
        pace=_rounded(plan.interval / mean if mean else None),
        interactive=_wait_times(measured.interactive),
        bulk=_wait_times(measured.bulk),
        violations=stats.violations,
        overlaps=stats.overlaps,
        errors=[*measured.errors],
    )


def _wait_times(seconds: Sequence[float]) -> WaitTimes:
    median = statistics.median(seconds) if seconds else None
    return WaitTimes(len(seconds), _rounded(median), _rounded(max(seconds, default=None)))


def _is_clean(practice: PracticeResult) -> bool:
    complete = practice.rows == practice.rows_expected and not practice.errors
    return complete and not practice.violations and not practice.overlaps


def _verdict(report: DemoReport) -> str:
    if report.violations or report.overlaps:
        return f"The throttle was NOT kept: {report.violations} violations, {report.overlaps} overlaps."
    kept = f"The throttle was kept: {report.requests:,} requests, no violation, no overlap."
    return kept if report.clean else f"{kept} But not every row arrived."


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f} s"


def _rows(practice: PracticeResult) -> str:
    missing = practice.rows_expected - practice.rows
    return f"{practice.rows:,}" + (f" of {practice.rows_expected:,}" if missing else "")


_LINES: Final[tuple[tuple[str, Callable[[PracticeResult], str]], ...]] = (
    ("mode", lambda each: each.mode),
    ("limit: one request per", lambda each: seconds_or_none(each.interval)),
    ("rows", _rows),
    ("requests, counted by the server", lambda each: f"{each.requests:,}"),
    ("start to start at the server, mean", lambda each: _seconds(each.mean_gap)),
    ("start to start at the server, shortest", lambda each: _seconds(each.shortest_gap)),
    ("pace, share of the limit used", lambda each: "-" if each.pace is None else f"{each.pace:.1%}"),
    ("interactive calls", lambda each: f"{each.interactive.calls}"),
    ("interactive wait, median", lambda each: _seconds(each.interactive.median)),
    ("interactive wait, longest", lambda each: _seconds(each.interactive.longest)),
    ("bulk pages", lambda each: f"{each.bulk.calls}"),
    ("bulk wait per page, median", lambda each: _seconds(each.bulk.median)),
    ("bulk wait per page, longest", lambda each: _seconds(each.bulk.longest)),
    ("violations, counted by the server", lambda each: f"{each.violations}"),
    ("overlaps, counted by the server", lambda each: f"{each.overlaps}"),
)
