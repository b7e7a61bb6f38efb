"""What fails, grouped by practice, and how to fix it. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from odapi_async.cli.keys.lookup import MissingKeyError
from odapi_async.cli.mirror.local_time import moment
from odapi_async.cli.screen import printable
from odapi_async.errors import ConnectFailed, OfficeOffline
from odapi_async.mirror import Outcome
from odapi_async.mirror.advice import OFFLINE, advice, in_words, kind_of
from odapi_async.mirror.errors import KeyChanged, PracticeRenamed
from odapi_async.mirror.texts import counted

BACK: Final = {OfficeOffline.__name__: "no longer offline", ConnectFailed.__name__: "reachable again"}
"""The words for the end of such a problem."""

_MISSING_KEY: Final = MissingKeyError.__name__
_KEY_PROBLEMS: Final = frozenset({_MISSING_KEY, KeyChanged.__name__, PracticeRenamed.__name__})
"""The kinds of errors that no time mends: nothing is sent before a person has corrected a key or a name."""

_INCOMPLETE_ADVICE: Final = "run it again: it tries these again"
WITHHELD_ADVICE: Final = "if this is right: --sweep --accept-removals; else the next sweep decides"
_FEW: Final = 3  # so many practices with the same problem are one line each, with its advice


class Problem(NamedTuple):
    """A problem of a practice.

    Attributes:
        practice: the name of the practice.
        kind: the class of the error.
        tables: the tables that have it.
        error: the error of the first of them, which begins with its class.
        advice: how to fix it.
        since: the time in UTC when it began; None if that is not known.
    """

    practice: str
    kind: str
    tables: tuple[str, ...]
    error: str
    advice: str
    since: dt.datetime | None = None

    @property
    def offline(self) -> bool:
        """Whether the practice cannot be reached at all."""
        return self.kind in OFFLINE


class Failure(NamedTuple):
    """A table of a practice that fails.

    Attributes:
        practice: the name of the practice.
        table: the name of the table.
        error: the error, which begins with its class.
        advice: how to fix it.
        since: the time in UTC when it began; None if that is not known.
    """

    practice: str
    table: str
    error: str
    advice: str
    since: dt.datetime | None = None


class When(NamedTuple):
    """How times are shown.

    Attributes:
        now: the time now in UTC.
        zone: the zone of the texts; None for that of this machine.
        named: whether the zone is named.
    """

    now: dt.datetime
    zone: dt.tzinfo | None = None
    named: bool = False

    def since(self, at: dt.datetime | None) -> str:
        """Return ` since 09:12`, or nothing if the time is not known."""
        return "" if at is None else f" since {moment(at, self.now, self.zone, named=self.named)}"


def counts(error: str, seconds: float | None, fail_after: float) -> bool:
    """Return whether a failure counts.

    Args:
        error: the error, whose text begins with its class.
        seconds: how long the table has failed; None if that is not known.
        fail_after: seconds that it must have failed, unless a person has to correct a key or a name.
    """
    return kind_of(error) in _KEY_PROBLEMS or (seconds is not None and seconds >= fail_after)


def advice_for(outcome: Outcome, error: str, *, follow: bool = False) -> str:
    """Return how to fix the error of a table with this outcome; nothing if there is no error."""
    if not error:
        return ""
    if kind_of(error) == _MISSING_KEY:  # only this run knows of it: the database does not
        return f"provide the key, {'and restart the mirror' if follow else 'then run it again'}"
    if outcome is Outcome.INCOMPLETE and not follow:
        return _INCOMPLETE_ADVICE
    return advice(error, follow=follow)


def grouped(failures: Iterable[Failure]) -> list[Problem]:
    """Return the problems of tables that fail: one for each practice, class of error and advice."""
    groups: defaultdict[tuple[str, str, str], list[Failure]] = defaultdict(list)
    for each in failures:
        groups[each.practice, kind_of(each.error), each.advice].append(each)
    return [
        Problem(
            practice=practice,
            kind=kind,
            tables=tuple(each.table for each in same),
            error=same[0].error,
            advice=advised,
            since=min((each.since for each in same if each.since), default=None),
        )
        for (practice, kind, advised), same in groups.items()
    ]


def sentence(problem: Problem, when: When) -> str:
    """Return a problem without its advice: `harbour: offline since 09:12, 12 tables wait`."""
    return f"{printable(problem.practice)}{_after_name(problem, when)}"


def one_line(problem: Problem, when: When) -> str:
    """Return a problem with its advice."""
    return f"{sentence(problem, when)} -> {problem.advice}"


def detail(problem: Problem, when: When, *, with_error: bool = True) -> str:
    """Return the text of a row below the heading of its kind, without the name of the practice."""
    since = when.since(problem.since).strip()
    if problem.offline:
        return ", ".join(filter(None, (since, waiting(problem.tables))))
    text = printable(problem.error.partition(":")[2].strip()) if with_error else ""
    tables = ", ".join(filter(None, (table_names(problem.tables), since)))
    return f"{tables}: {text}" if text else tables


def heading(kind: str, number: int, advised: str) -> str:
    """Return the line above the practices with one kind of problem."""
    colon = "" if kind in OFFLINE else ":"
    return f"{counted(number, 'practice')}{colon} {printable(in_words(kind))} -> {advised}"


def short_heading(kind: str, number: int) -> str:
    """Return the same in a few words: `21 offline`."""
    return f"{number:,} {printable(in_words(kind))}"


def by_kind(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Group problems by kind and advice: first those that need a person, then practices that are offline."""
    groups: defaultdict[tuple[str, str], list[Problem]] = defaultdict(list)
    for each in problems:
        groups[each.kind, each.advice].append(each)
    return sorted(groups.values(), key=lambda group: (group[0].offline, -len(group)))


def problem_lines(problems: Iterable[Problem], when: When) -> list[str]:
    """Return a line for each problem. If many practices have the same one, its advice is above them, once."""
    lines: list[str] = []
    for group in by_kind(problems):
        if len(group) <= _FEW:
            lines += (one_line(each, when) for each in group)
            continue
        lines.append(f"{heading(group[0].kind, len(group), group[0].advice)}:")
        lines += (f"  {printable(each.practice)}: {detail(each, when)}" for each in group)
    return lines


def withheld_line(practice: str, table: str, rows: int) -> str:
    """Return the line of a sweep that missed many rows."""
    return (
        f"{printable(practice)}, {table}: {counted(rows, 'row')} were not in the list any more, and are not "
        f"marked as deleted -> {WITHHELD_ADVICE}"
    )


def table_names(names: Sequence[str]) -> str:
    """Return the name of the first table, and the number of the others."""
    return names[0] if len(names) == 1 else f"{names[0]} and {counted(len(names) - 1, 'more table')}"


def waiting(names: Sequence[str]) -> str:
    """Return how many tables wait for a practice: `12 tables wait`."""
    return f"{names[0]} waits" if len(names) == 1 else f"{len(names)} tables wait"


def _after_name(problem: Problem, when: When) -> str:
    since = when.since(problem.since)
    if problem.offline:
        return f": {in_words(problem.kind)}{since}, {waiting(problem.tables)}"
    return f", {table_names(problem.tables)}{since}: {printable(problem.error)}"
