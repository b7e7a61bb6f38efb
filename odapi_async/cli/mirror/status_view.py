"""How current the copies are: practices, the worst first, and their text for people. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from odapi_async.cli.mirror import layout
from odapi_async.cli.mirror.layout import Row
from odapi_async.cli.mirror.local_time import moment, rough
from odapi_async.cli.mirror.problems import (
    Failure,
    Problem,
    When,
    by_kind,
    detail,
    grouped,
    heading,
    table_names,
)
from odapi_async.cli.screen import printable
from odapi_async.mirror import Status, TableFreshness
from odapi_async.mirror.advice import OFFLINE, advice, kind_of
from odapi_async.mirror.texts import counted

_MAX_CURRENT: Final = 10  # practices that need nothing
_MAX_ALL: Final = 20
_DAY: Final = 86_400.0
"""Seconds after which a table counts as too old if there is no limit; the exit code does not depend on it."""


class State(StrEnum):
    """The state of a practice; the worst is first."""

    FAILED = "failed"
    """Every attempt to read one of its tables fails."""
    OFFLINE = "offline"
    """It cannot be reached."""
    NOT_COMPLETE = "not complete"
    """The first copy of a table is not complete."""
    TOO_OLD = "too old"
    """A table is older than the limit."""
    CURRENT = "current"
    """None of these."""


_ORDER: Final = {state: number for number, state in enumerate(State)}


class PracticeFreshness(NamedTuple):
    """How current the copy of one practice is.

    Attributes:
        practice: the name of the practice.
        state: its state.
        tables: its tables.
        failing: the tables that fail.
        oldest: the table that was found current the longest time ago; None if no table was ever read.
        too_old: the tables that are older than the limit.
    """

    practice: str
    state: State
    tables: tuple[TableFreshness, ...]
    failing: tuple[TableFreshness, ...]
    oldest: TableFreshness | None
    too_old: tuple[TableFreshness, ...]

    @property
    def age(self) -> float:
        """The age of the oldest table in seconds."""
        return _age(self.oldest) if self.oldest else 0.0


def is_too_old(status: Status, max_age: float | None) -> bool:
    """Return whether a table is older than `max_age` seconds, or was never read. False without a limit."""
    return max_age is not None and any(_exceeds(each, max_age) for each in status.tables)


def practices(status: Status, max_age: float | None = None) -> list[PracticeFreshness]:
    """Return how current each practice is, the worst first.

    Args:
        status: how current all tables are.
        max_age: the most seconds that a table may be old; None for no limit.
    """
    found = [
        _practice(name, tuple(tables), max_age)
        for name, tables in groupby(status.tables, lambda each: each.practice)
    ]
    return sorted(found, key=_worst_first)


def as_text(
    status: Status,
    *,
    max_age: float | None = None,
    width: int = 80,
    zone: dt.tzinfo | None = None,
) -> str:
    """Return the status as text for people.

    Args:
        status: how current all tables are.
        max_age: the most seconds that a table may be old; None for no limit.
        width: cells of a line.
        zone: the zone of times; None for that of this machine.
    """
    when = When(status.at, zone, named=True)
    found = practices(status, max_age)
    if not found:
        return "the database has no copies yet; make them with: odapi mirror"
    lines = layout.wrap(_summary(found, when, max_age), width, "  ")
    lines += _failing_lines(found, when, width)
    rest = [each for each in found if not each.failing]
    most = _MAX_ALL if len(found) <= _MAX_ALL else _MAX_CURRENT
    current = [each for each in rest if each.state is State.CURRENT]
    shown = [each for each in rest if each.state is not State.CURRENT] + current[:most]
    rows = [Row(printable(each.practice), (_words(each),)) for each in shown]
    lines += [line for block in layout.columns(rows, width) for line in block]
    if len(current) > most:
        lines.append(f"+ {len(current) - most:,} more that are current")
    return "\n".join(lines)


def _practice(name: str, tables: tuple[TableFreshness, ...], max_age: float | None) -> PracticeFreshness:
    failing = tuple(each for each in tables if each.failing_since is not None)
    read = [each for each in tables if each.read_at is not None]
    too_old = tuple(each for each in tables if _exceeds(each, _DAY if max_age is None else max_age))
    if any(kind_of(each.error) not in OFFLINE for each in failing):
        state = State.FAILED
    elif failing:
        state = State.OFFLINE
    elif len(read) < len(tables):
        state = State.NOT_COMPLETE
    else:
        state = State.TOO_OLD if too_old else State.CURRENT
    return PracticeFreshness(name, state, tables, failing, max(read, key=_age, default=None), too_old)


def _worst_first(practice: PracticeFreshness) -> tuple[int, dt.datetime, float, str]:
    since = min(
        (each.failing_since for each in practice.failing if each.failing_since), default=dt.datetime.max
    )
    return _ORDER[practice.state], since, -practice.age, practice.practice


def _age(table: TableFreshness) -> float:
    return max(0.0, table.age or 0.0)  # a clock that was set back makes no table newer than now


def _exceeds(table: TableFreshness, max_age: float) -> bool:
    return table.age is None or table.age > max_age


def _summary(found: Sequence[PracticeFreshness], when: When, max_age: float | None) -> str:
    counts = Counter(each.state for each in found)
    parts = [f"{counts[state]:,} {state.value}" for state in reversed(State) if counts[state]]
    too_old = sum(bool(each.too_old) for each in found)
    if max_age is not None and too_old:
        parts.append(f"{too_old:,} with tables older than {rough(max_age)}")
    at = moment(when.now, when.now, when.zone, named=True)
    return f"{counted(len(found), 'practice')} at {at}: {', '.join(parts)}"


def _failing_lines(found: Sequence[PracticeFreshness], when: When, width: int) -> list[str]:
    """Return the practices that fail, by kind of error, each kind with its advice once."""
    problems = [problem for each in found for problem in _problems(each)]
    too_old = {each.practice for each in found if each.too_old}
    lines: list[str] = []
    for group in by_kind(problems):
        lines += layout.wrap(heading(group[0].kind, len(group), group[0].advice), width, "  ")
        rows = [
            Row(
                printable(each.practice),
                (State.TOO_OLD.value if each.practice in too_old else "", detail(each, when)),
            )
            for each in group
        ]
        lines += [line for block in layout.columns(rows, width, "  ") for line in block]
    return lines


def _problems(practice: PracticeFreshness) -> list[Problem]:
    return grouped(
        Failure(each.practice, each.table, each.error, advice(each.error), each.failing_since)
        for each in practice.failing
    )


def _words(practice: PracticeFreshness) -> str:
    oldest = practice.oldest
    old = f"oldest table {oldest.table} {rough(practice.age)}" if oldest else ""
    if practice.state is State.NOT_COMPLETE:
        missing = [each for each in practice.tables if each.read_at is None]
        first = [each.table for each in missing if each.swept_at is None]
        never = [each.table for each in missing if each.swept_at is not None]
        words = [f"first copy of {table_names(first)} not complete"] if first else []
        words += [f"{table_names(never)} never found current"] if never else []
        return ", ".join([*words, old] if old else words)
    return f"{practice.state.value}, {old}"
