"""How current the copies are, as one line of JSON with the same facts as the text. Pure."""

from __future__ import annotations

from collections import Counter

import msgspec

from odapi_async.cli.mirror.local_time import iso
from odapi_async.cli.mirror.status_view import PracticeFreshness, State, is_too_old, practices
from odapi_async.cli.screen import encodable
from odapi_async.mirror import Status, TableFreshness
from odapi_async.mirror.advice import advice


class StatusTable(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How current one table of a practice is.

    Attributes:
        table: the name of the table.
        read_at: the time in UTC when it was last current, as ISO 8601; None if it was never read.
        swept_at: the time in UTC when all of its rows were last read; None if they never were.
        age: whole seconds since it was last current; None if it was never read.
        too_old: whether it is older than the limit, or was never read.
        failing_since: the time in UTC since when it fails.
        error: what fails, without keys or patient data.
        advice: how to fix it.
    """

    table: str
    read_at: str | None
    swept_at: str | None
    age: int | None
    too_old: bool = False
    failing_since: str = ""
    error: str = ""
    advice: str = ""


class StatusPractice(msgspec.Struct, frozen=True, kw_only=True):
    """How current the copy of one practice is.

    Attributes:
        practice: the name of the practice.
        state: the worst of its states.
        tables: its tables.
    """

    practice: str
    state: str
    tables: list[StatusTable]


class StatusLine(msgspec.Struct, frozen=True, kw_only=True):
    """How current all copies are.

    Attributes:
        at: the time in UTC, as ISO 8601.
        max_age: the most seconds that a table may be old; None for no limit.
        ok: whether no table is older than `max_age`; always true without a limit.
        states: the number of practices by state; each practice is in one of them.
        practices: the practices, the worst first.
    """

    at: str
    max_age: float | None
    ok: bool
    states: dict[str, int]
    practices: list[StatusPractice]


def as_json(status: Status, max_age: float | None = None) -> str:
    """Return the line.

    Args:
        status: how current all tables are.
        max_age: the most seconds that a table may be old; None for no limit.
    """
    found = practices(status, max_age)
    states = Counter(each.state for each in found)
    line = StatusLine(
        at=iso(status.at),
        max_age=max_age,
        ok=not is_too_old(status, max_age),
        states={_name(state): states[state] for state in State},
        practices=[_practice(each) for each in found],
    )
    return msgspec.json.encode(line).decode()


def _practice(practice: PracticeFreshness) -> StatusPractice:
    too_old = {each.table for each in practice.too_old}
    return StatusPractice(
        practice=encodable(practice.practice),
        state=_name(practice.state),
        tables=[_table(each, is_old=each.table in too_old) for each in practice.tables],
    )


def _table(table: TableFreshness, *, is_old: bool) -> StatusTable:
    return StatusTable(
        table=table.table,
        read_at=iso(table.read_at) if table.read_at else None,
        swept_at=iso(table.swept_at) if table.swept_at else None,
        age=None if table.age is None else round(max(0.0, table.age)),
        too_old=is_old,
        failing_since=iso(table.failing_since) if table.failing_since else "",
        error=table.error if table.failing_since else "",
        advice=advice(table.error) if table.failing_since else "",
    )


def _name(state: State) -> str:
    return state.name.lower()
