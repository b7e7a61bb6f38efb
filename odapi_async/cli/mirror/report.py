"""The result of a round as text and as JSON. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final

import msgspec
from rich.cells import cell_len

from odapi_async.cli.mirror.local_time import utc_now
from odapi_async.cli.mirror.problems import (
    Failure,
    Problem,
    When,
    advice_for,
    grouped,
    problem_lines,
    withheld_line,
)
from odapi_async.cli.output.table import aligned
from odapi_async.cli.screen import printable
from odapi_async.mirror import Outcome, Report, TableStatus
from odapi_async.mirror.estimate import span
from odapi_async.mirror.texts import counted

_MAX_LINES: Final = 40  # a longer table is not readable
Since = Callable[[str, str], dt.datetime | None]
"""Returns the time in UTC since when a table of a practice has failed; None if that is not known."""


class TableResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of one table of one practice; see `odapi_async.mirror.TableStatus` for the fields.

    Attributes:
        advice: how to fix the problem, if it failed.
    """

    practice: str
    table: str
    outcome: Outcome
    sync_mode: str
    rows: int
    requests: int
    deleted: int
    withheld: int = 0
    error: str = ""
    advice: str = ""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one round over all practices.

    Attributes:
        complete: whether everything that was due was read.
        seconds: its duration in seconds.
        practices: the number of practices.
        rows: rows that were written.
        requests: responses that arrived.
        deleted: rows that were marked as deleted.
        tables: the result of each table of each practice.
    """

    complete: bool
    seconds: float
    practices: int
    rows: int
    requests: int
    deleted: int
    tables: list[TableResult]


def make_round(report: Report, seconds: float) -> Round:
    """Make the result of a round from the mirror's report."""
    return Round(
        complete=report.complete,
        seconds=round(seconds, 3),
        practices=len({each.practice for each in report.tables}),
        rows=report.rows,
        requests=report.requests,
        deleted=sum(each.deleted for each in report.tables),
        tables=[_table_result(each) for each in report.tables],
    )


def as_json(found: msgspec.Struct) -> str:
    """Return a result as one line of JSON."""
    return msgspec.json.encode(found).decode()


def as_text(found: Round, since: Since | None = None, when: When | None = None) -> str:
    """Return a round as text: its tables, its failures, and a summary; see `failures` for the arguments."""
    return "\n".join((as_table(found.tables), "", *failures(found, since, when), summary(found)))


def summary(found: Round) -> str:
    """Return a round as one line."""
    deleted = f", {counted(found.deleted, 'row')} deleted" if found.deleted else ""
    return (
        f"{'everything' if found.complete else 'not everything'} was read: "
        f"{counted(found.practices, 'practice')}, {counted(found.rows, 'row')}, "
        f"{counted(found.requests, 'request')}{deleted}, in {span(found.seconds)}"
    )


def failures(found: Round, since: Since | None = None, when: When | None = None) -> list[str]:
    """Return a line for each problem of a practice: its tables, the problem, and how to fix it.

    Args:
        found: the result of the round.
        since: returns since when a table has failed.
        when: how times are shown.
    """
    failed = problem_lines(problems(found, since), when or When(utc_now()))
    withheld = [
        withheld_line(each.practice, each.table, each.withheld) for each in found.tables if each.withheld
    ]
    return failed + withheld


def problems(found: Round, since: Since | None = None, *, follow: bool = False) -> list[Problem]:
    """Return the problems of a round: one for each practice, class of error and advice.

    Args:
        found: the result of the round.
        since: returns since when a table has failed.
        follow: whether the mirror itself tries again in the next round, for the advice.
    """
    return grouped(
        Failure(
            each.practice,
            each.table,
            each.error,
            advice_for(each.outcome, each.error, follow=follow),
            since(each.practice, each.table) if since else None,
        )
        for each in found.tables
        if each.error
    )


def as_table(tables: Sequence[TableResult]) -> str:
    """Return a line for each table; if these are too many, one for each practice, at most 40."""
    if len(tables) <= _MAX_LINES:
        lines = [(printable(each.practice), each.table, _reading(each), *_figures([each])) for each in tables]
        return aligned([("practice", "table", "read", "rows", "requests", "deleted"), *lines], cell_len)
    grouped = [(name, list(found)) for name, found in groupby(tables, lambda each: each.practice)]
    hidden = len(grouped) - _MAX_LINES
    if hidden > 0:
        grouped = sorted(grouped, key=lambda each: (-_failed(each[1]), -sum(one.rows for one in each[1])))
    text = aligned(
        [
            ("practice", "tables", "failed", "rows", "requests", "deleted"),
            *(
                (printable(name), f"{len(found)}", f"{_failed(found)}", *_figures(found))
                for name, found in grouped[:_MAX_LINES]
            ),
        ],
        cell_len,
    )
    return f"{text}\n+ {hidden:,} more" if hidden > 0 else text


def _table_result(each: TableStatus) -> TableResult:
    return TableResult(
        practice=each.practice,
        table=each.table,
        outcome=each.outcome,
        sync_mode=each.sync_mode.value,
        rows=each.rows,
        requests=each.requests,
        deleted=each.deleted,
        withheld=each.withheld,
        error=each.error,
        advice=advice_for(each.outcome, each.error),
    )


def _reading(each: TableResult) -> str:
    if each.outcome is Outcome.DONE:
        return "changes" if each.sync_mode == "changes" else "all rows"
    return "nothing due" if each.outcome is Outcome.UP_TO_DATE else each.outcome.value


def _figures(tables: Iterable[TableResult]) -> tuple[str, str, str]:
    found = list(tables)
    return (
        f"{sum(each.rows for each in found):,}",
        f"{sum(each.requests for each in found):,}",
        f"{sum(each.deleted for each in found):,}",
    )


def _failed(tables: Iterable[TableResult]) -> int:
    return sum(bool(each.error) for each in tables)
