"""The result of a round as text and as JSON. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import msgspec

from odapi_async.cli.output.cells import printable
from odapi_async.cli.output.table import aligned, counted
from odapi_async.mirror import Outcome, Report, TableStatus
from odapi_async.mirror.estimate import span

_MAX_LINES: Final = 40  # a longer table is not readable
_WITHHELD: Final = "if this is right: --sweep --accept-removals; else the next sweep decides"
_RUN_AGAIN: Final = "run it again: it continues from here"
_ADVICE: Final = {
    "OfficeOffline": "run it again when the eConnector runs: it continues from here",
    "Unauthorized": "check both keys and this permission in the developer portal, then run it again",
    "KeyRefused": "correct the key of this practice, or enable it in the developer portal, then run it again",
    "MissingPermission": "enable this permission in the developer portal, then run it again",
    "Throttled": "stop the other program, or share the pace with it through Redis, then run it again",
    "NeedsVersion": "remove this table for this practice, or update Open Dental there",
    "BadRequest": "Open Dental there may be too old for this list: remove the table for this practice",
    "NotFound": "Open Dental there may be too old for this list: remove the table for this practice",
    "NoSuchResource": "Open Dental there is too old for this list: remove the table for this practice",
    "Gone": "remove this table",
    "ConfigurationError": "correct the setting that it names, then run it again",
    "DecodeError": "update odapi-async; if that does not help, report it with the version of Open Dental",
    "ConcurrentMirror": "wait until the other mirror ends, and run one at a time",
    "KeyChanged": "the same office has a new key: --accept-new-keys, once; the key is another office's: "
    "correct it, or give the practice another name",
    "ConnectFailed": f"check that this machine can reach the address, then {_RUN_AGAIN}",
}


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


def advice(error: str) -> str:
    """Return how to fix an error, whose text begins with the name of its class."""
    return _ADVICE.get(error.partition(":")[0], _RUN_AGAIN)


def as_json(found: msgspec.Struct) -> str:
    """Return a result as one line of JSON."""
    return msgspec.json.encode(found).decode()


def as_text(found: Round) -> str:
    """Return a round as text: its tables, its failures, and a summary."""
    return "\n".join((as_table(found.tables), "", *failures(found), summary(found)))


def summary(found: Round) -> str:
    """Return a round as one line."""
    deleted = f", {counted(found.deleted, 'row')} deleted" if found.deleted else ""
    return (
        f"{'everything' if found.complete else 'not everything'} was read: "
        f"{counted(found.practices, 'practice')}, {counted(found.rows, 'row')}, "
        f"{counted(found.requests, 'request')}{deleted}, in {span(found.seconds)}"
    )


def failures(found: Round) -> list[str]:
    """Return a line for each problem of a practice: its tables, the problem, and how to fix it."""
    by_problem: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in found.tables:
        if each.error:
            by_problem[each.practice, each.error, each.advice].append(each.table)
    failed = [
        f"{printable(practice)}, {_tables(tables)}: {printable(error)} -> {advised}"
        for (practice, error, advised), tables in by_problem.items()
    ]
    withheld = [
        f"{printable(each.practice)}, {each.table}: {counted(each.withheld, 'row')} were not in the list "
        f"any more, and are not marked as deleted -> {_WITHHELD}"
        for each in found.tables
        if each.withheld
    ]
    return failed + withheld


def _tables(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {counted(len(names) - 1, 'more table')}"


def as_table(tables: Sequence[TableResult]) -> str:
    """Return a line for each table, or if there are too many, one for each practice."""
    if len(tables) <= _MAX_LINES:
        lines = [(printable(each.practice), each.table, _reading(each), *_figures([each])) for each in tables]
        return aligned([("practice", "table", "read", "rows", "requests", "deleted"), *lines])
    grouped = [(name, list(found)) for name, found in groupby(tables, lambda each: each.practice)]
    return aligned(
        [
            ("practice", "tables", "failed", "rows", "requests", "deleted"),
            *(
                (printable(name), f"{len(found)}", _failed(found), *_figures(found))
                for name, found in grouped
            ),
        ]
    )


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
        advice=_advice_for(each),
    )


def _advice_for(each: TableStatus) -> str:
    if each.outcome is Outcome.INCOMPLETE:
        return "run it again: it tries these again"
    return advice(each.error) if each.error else ""


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


def _failed(tables: Iterable[TableResult]) -> str:
    return f"{sum(bool(each.error) for each in tables)}"
