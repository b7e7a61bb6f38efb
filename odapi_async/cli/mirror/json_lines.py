"""What happens in a run as lines of JSON: one for each table that ends, or one for each round. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from odapi_async.cli.mirror.changes import Change, TableEnd
from odapi_async.cli.mirror.local_time import iso
from odapi_async.cli.mirror.problems import advice_for
from odapi_async.cli.mirror.report import Round, problems
from odapi_async.cli.screen import encodable
from odapi_async.mirror import Outcome

MAX_LINE: Final = 1_000
"""Bytes of a line at most, if the name of the practice leaves room. Errors are shortened for it."""
_MAX_ERROR: Final = 300
_MAX_BYTES: Final = 6
_ELLIPSIS: Final = "…"


class TableLine(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="table"
):
    """The end of one table of one practice in a round.

    Attributes:
        at: the time in UTC, as ISO 8601.
        practice: the name of the practice.
        table: the name of the table.
        outcome: done, up_to_date, incomplete or failed.
        sync_mode: what was read: changes, sweep, or nothing.
        rows: rows that were written.
        requests: responses that arrived.
        deleted: rows that a sweep has found to be deleted.
        withheld: rows that the sweep did not see, and that are not marked as deleted.
        change: failing, if it did not fail before; recovered, if it did; else not there.
        failing_since: the time in UTC since when it has failed, or had failed until now.
        error: what failed, without keys or patient data.
        advice: how to fix it.
    """

    at: str
    practice: str
    table: str
    outcome: Outcome
    sync_mode: str
    rows: int
    requests: int
    deleted: int = 0
    withheld: int = 0
    change: str = ""
    failing_since: str = ""
    error: str = ""
    advice: str = ""


class FailedTables(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Tables of a practice that failed in the same way.

    Attributes:
        practice: the name of the practice.
        tables: the tables.
        error: the error of the first of them.
        advice: how to fix it.
    """

    practice: str
    tables: list[str]
    error: str
    advice: str


class WithheldRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that a sweep did not see; they are marked as deleted if another one misses them, too."""

    practice: str
    table: str
    rows: int


class RoundLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="round"):
    """The result of a round: its totals, and the tables that failed.

    Attributes:
        at: the time of its end in UTC, as ISO 8601.
        complete: whether everything that was due was read.
        seconds: its duration in seconds.
        practices: the number of practices.
        tables: the number of tables over all practices.
        rows: rows that were written.
        requests: responses that arrived.
        deleted: rows that were marked as deleted.
        failed: the tables that failed or are incomplete.
        withheld: the tables with so many missing rows that another sweep has to confirm it.
    """

    at: str
    complete: bool
    seconds: float
    practices: int
    tables: int
    rows: int
    requests: int
    deleted: int
    failed: list[FailedTables]
    withheld: list[WithheldRows]


def table_line(end: TableEnd, at: dt.datetime, *, follow: bool = False) -> str:
    """Return the line of a table that has ended.

    Args:
        end: its end.
        at: the time in UTC.
        follow: whether the mirror itself tries again in the next round, for the advice.
    """
    status = end.status
    line = TableLine(
        at=iso(at),
        practice=encodable(status.practice),
        table=status.table,
        outcome=status.outcome,
        sync_mode=status.sync_mode.value,
        rows=status.rows,
        requests=status.requests,
        deleted=status.deleted,
        withheld=status.withheld,
        change=end.change.value,
        failing_since=iso(end.since) if end.since else "",
        error=status.error,
        advice=advice_for(status.outcome, status.error, follow=follow),
    )
    return _short(line)


def is_change(end: TableEnd) -> bool:
    """Return whether the end of a table is news to somebody who knows the rounds before."""
    return end.change is not Change.NONE or end.status.withheld > 0


def round_line(found: Round, at: dt.datetime, *, follow: bool = False) -> str:
    """Return the line of a round.

    Args:
        found: its result.
        at: the time of its end in UTC.
        follow: whether the mirror itself tries again in the next round, for the advice.
    """
    line = RoundLine(
        at=iso(at),
        complete=found.complete,
        seconds=found.seconds,
        practices=found.practices,
        tables=len(found.tables),
        rows=found.rows,
        requests=found.requests,
        deleted=found.deleted,
        failed=[
            FailedTables(
                practice=encodable(each.practice),
                tables=[*each.tables],
                error=shortened(each.error, _MAX_ERROR),
                advice=each.advice,
            )
            for each in problems(found, follow=follow)
        ],
        withheld=[
            WithheldRows(practice=encodable(each.practice), table=each.table, rows=each.withheld)
            for each in found.tables
            if each.withheld
        ],
    )
    return msgspec.json.encode(line).decode()


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters."""
    if len(text) <= most:
        return text
    return text[: most - 1] + _ELLIPSIS if most > 0 else ""


def _short(line: TableLine) -> str:
    line = msgspec.structs.replace(line, error=shortened(line.error, MAX_LINE))
    while (excess := len(encoded := msgspec.json.encode(line)) - MAX_LINE) > 0 and line.error:
        # a character is at most six bytes in JSON, so this never removes more than it has to
        left = len(line.error) - max(1, excess // _MAX_BYTES) - len(_ELLIPSIS)
        line = msgspec.structs.replace(line, error=shortened(line.error, left))
    return encoded.decode()
