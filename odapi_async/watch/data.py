"""The content of the watch page as plain values: names, counts and times, never a row or a key. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final, NamedTuple

LATE: Final = 2.0
"""A copy is late if it is older than this many intervals of its practice."""

VERY_LATE: Final = 10.0
"""And very late beyond this many."""

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


class Level(StrEnum):
    """How old the copy of a practice is, measured by the practice's own interval."""

    CURRENT = "current"
    LATE = "late"
    VERY_LATE = "very late"
    FIRST_COPY = "first copy"
    """The first copy is not complete."""
    DISABLED = "disabled"
    """It is not read."""


class Cell(NamedTuple):
    """One practice in the grid. It has rough times only, so that it seldom changes.

    Attributes:
        practice: the name of the practice.
        level: how old its copy is.
        age: the same in words, such as `25 min old`; empty if the first copy is not complete.
        target: the interval of the practice, such as `5 min`.
        failing: the problem of the practice in words, such as `offline`; empty if there is none.
    """

    practice: str
    level: Level
    age: str
    target: str
    failing: str = ""


class Problem(NamedTuple):
    """What needs a person: one kind of problem, with all practices that have it.

    Attributes:
        words: the problem in words, such as `offline`.
        advice: how to fix it.
        practices: the names of the practices, those that have it longest first.
        since: when it began for the first of them; None if that is not known.
        is_offline: whether it is a practice that cannot be reached, so that it may end without a person.
    """

    words: str
    advice: str
    practices: tuple[str, ...] = ()
    since: dt.datetime | None = None
    is_offline: bool = False


class WorkerLine(NamedTuple):
    """One worker of a fleet.

    Attributes:
        name: its host and the number of its process.
        version: the version of odapi-async that it runs.
        slices: how many practices it reads now.
        concurrency: how many it reads at most.
        silent: the time since its last sign in words; empty if it gave one lately.
    """

    name: str
    version: str
    slices: int
    concurrency: int
    silent: str = ""


class PaceLine(NamedTuple):
    """Requests of the last hour, minute by minute.

    Attributes:
        end: the end of the last minute.
        requests: requests of each minute, the oldest first.
        allowed: how many the limits allowed in each; empty if that is not known.
    """

    end: dt.datetime
    requests: tuple[float, ...]
    allowed: tuple[float, ...] = ()


class View(NamedTuple):
    """All that the page shows.

    Attributes:
        title: what is watched.
        at: the time for which it is true.
        cells: the practices, sorted by name.
        reading: how many practices are read now; None if that is not known.
        problems: what needs a person, the most urgent first.
        pace: the requests of the last hour.
        workers: the workers of a fleet; None if it is a single mirror.
    """

    title: str
    at: dt.datetime
    cells: tuple[Cell, ...]
    reading: int | None
    problems: tuple[Problem, ...]
    pace: PaceLine
    workers: tuple[WorkerLine, ...] | None = None


class Fact(NamedTuple):
    """One line of the details of a practice."""

    name: str
    value: str | dt.datetime


class TableLine(NamedTuple):
    """One table in the details of a practice.

    Attributes:
        table: the name of the table.
        read_at: when it was last found current; None if its first copy is not complete.
        failing_since: since when it fails; None if it does not.
        error: the error as it is in the database; empty if there is none.
    """

    table: str
    read_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    error: str = ""


class Details(NamedTuple):
    """The details of one practice.

    Attributes:
        practice: its name.
        facts: what is known about it.
        tables: its tables.
    """

    practice: str
    facts: tuple[Fact, ...]
    tables: tuple[TableLine, ...]


def level_of(age: float | None, every: float, *, enabled: bool = True) -> Level:
    """Return the level of a practice.

    Args:
        age: seconds since its copy was last known to be current; None if the first copy is not complete.
        every: seconds from one round of the practice to the next.
        enabled: whether the practice is read.
    """
    if not enabled:
        return Level.DISABLED
    if age is None:
        return Level.FIRST_COPY
    if age <= LATE * every:
        return Level.CURRENT
    return Level.LATE if age <= VERY_LATE * every else Level.VERY_LATE


def duration(seconds: float) -> str:
    """Return a duration with its largest unit only, rounded down: `30 s`, `5 min`, `2 h`, `3 d`."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < 2 * _DAY:
        return f"{whole // _HOUR} h"
    return f"{whole // _DAY:,} d"


def age_in_words(seconds: float | None) -> str:
    """Return an age to the minute at most: `under 1 min old`, `25 min old`; empty for None."""
    if seconds is None:
        return ""
    return f"{duration(seconds) if seconds >= _MINUTE else 'under 1 min'} old"
