"""What a round has done: as text for people, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import msgspec

from odapi_async.cli.mirror.view import counted
from odapi_async.cli.output.cells import printable
from odapi_async.cli.output.table import aligned
from odapi_async.mirror import Outcome, Report, TableStatus
from odapi_async.mirror.estimate import span

_LONGEST: Final = 40  # lines of a table that people still read
_GOES_ON: Final = "run it again: it goes on from here"
_ADVICE: Final = {
    "OfficeOffline": "run it again when the eConnector runs: it goes on from here",
    "Unauthorized": "look in the developer portal for both keys and this permission, then run it again",
    "Throttled": "stop the other program, or share one pace with it through Redis, then run it again",
    "NeedsVersion": "leave this table out at this practice, or update Open Dental there",
    "BadRequest": "Open Dental there may be too old for this list: leave the table out at this practice",
    "NotFound": "Open Dental there may be too old for this list: leave the table out at this practice",
    "Gone": "leave this table out",
    "DecodeError": "update odapi-async; if that does not help, report it with the version of Open Dental",
    "ReadElsewhere": "let the other mirror end, and run one at a time",
    "ConnectFailed": f"look whether the address can be reached from here, then {_GOES_ON}",
}


class TableDone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One table of one practice; the words are those of `odapi_async.mirror.Standing`.

    Attributes:
        advice: what to do if it failed.
    """

    practice: str
    table: str
    outcome: Outcome
    sync_mode: str
    rows: int
    requests: int
    deleted: int
    error: str = ""
    advice: str = ""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round over all practices.

    Attributes:
        complete: whether everything that was due has been read.
        seconds: how long it took.
        practices: how many were read.
        rows: rows that were written.
        requests: answers that came.
        deleted: rows that turned out to be gone.
        tables: what has become of each table of each practice.
    """

    complete: bool
    seconds: float
    practices: int
    rows: int
    requests: int
    deleted: int
    tables: list[TableDone]


def make_round(report: Report, seconds: float) -> Round:
    """Make the round of a report."""
    return Round(
        complete=report.complete,
        seconds=round(seconds, 3),
        practices=len({each.practice for each in report.tables}),
        rows=report.rows,
        requests=report.requests,
        deleted=sum(each.deleted for each in report.tables),
        tables=[_done(each) for each in report.tables],
    )


def advice(error: str) -> str:
    """Return what to do about an error, which begins with its name."""
    return _ADVICE.get(error.partition(":")[0], _GOES_ON)


def as_json(found: msgspec.Struct) -> str:
    """Write a report as one line of JSON."""
    return msgspec.json.encode(found).decode()


def as_text(found: Round) -> str:
    """Write a round for people: what was read, then what failed, then all in one line."""
    return "\n".join((as_table(found.tables), "", *failures(found), summary(found)))


def summary(found: Round) -> str:
    """Write a round in one line."""
    gone = f", {counted(found.deleted, 'row')} gone" if found.deleted else ""
    return (
        f"{'everything' if found.complete else 'not everything'} was read: "
        f"{counted(found.practices, 'practice')}, {counted(found.rows, 'row')}, "
        f"{counted(found.requests, 'request')}{gone}, in {span(found.seconds)}"
    )


def failures(found: Round) -> list[str]:
    """Write a line for each table that failed: why, and what to do."""
    return [
        f"{printable(each.practice)}, {each.table}: {printable(each.error)} -> {each.advice}"
        for each in found.tables
        if each.error
    ]


def as_table(tables: Sequence[TableDone]) -> str:
    """Write a line for each table, or if these were too many, one for each practice."""
    if len(tables) <= _LONGEST:
        lines = [(printable(each.practice), each.table, _words(each), *_figures([each])) for each in tables]
        return aligned([("practice", "table", "read", "rows", "requests", "gone"), *lines])
    grouped = [(name, list(found)) for name, found in groupby(tables, lambda each: each.practice)]
    return aligned(
        [
            ("practice", "tables", "failed", "rows", "requests", "gone"),
            *(
                (printable(name), f"{len(found)}", _failed(found), *_figures(found))
                for name, found in grouped
            ),
        ]
    )


def _done(each: TableStatus) -> TableDone:
    return TableDone(
        practice=each.practice,
        table=each.table,
        outcome=each.outcome,
        sync_mode=each.sync_mode.value,
        rows=each.rows,
        requests=each.requests,
        deleted=each.deleted,
        error=each.error,
        advice=advice(each.error) if each.error else "",
    )


def _words(each: TableDone) -> str:
    if each.outcome is Outcome.DONE:
        return "changes" if each.sync_mode == "changes" else "all rows"
    return "nothing due" if each.outcome is Outcome.UP_TO_DATE else each.outcome.value


def _figures(tables: Iterable[TableDone]) -> tuple[str, str, str]:
    found = list(tables)
    return (
        f"{sum(each.rows for each in found):,}",
        f"{sum(each.requests for each in found):,}",
        f"{sum(each.deleted for each in found):,}",
    )


def _failed(tables: Iterable[TableDone]) -> str:
    return f"{sum(bool(each.error) for each in tables)}"
