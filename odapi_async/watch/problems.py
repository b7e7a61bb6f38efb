"""What needs a person: problems of practices, grouped, each group with its advice once. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from odapi_async.mirror.advice import OFFLINE, in_words, kind_of
from odapi_async.mirror.texts import in_utc
from odapi_async.watch.data import Cell, Level, Problem

_LATE: Final = (Level.LATE, Level.VERY_LATE)
_NO_TIME: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


class Failure(NamedTuple):
    """A practice that fails, or one of its tables.

    Attributes:
        practice: the name of the practice.
        error: the error, which begins with its class.
        since: when it began; None if that is not known.
    """

    practice: str
    error: str
    since: dt.datetime | None


def words_of(error: str) -> str:
    """Return the class of an error in words: `offline`, or its name."""
    return in_words(kind_of(error)) or "failing"


def grouped(failures: Iterable[Failure], advice: Callable[[str], str]) -> list[Problem]:
    """Return one problem for each class of error: those that need a person first, then offline practices.

    Args:
        failures: all failures.
        advice: returns how to fix an error.
    """
    groups: defaultdict[str, list[Failure]] = defaultdict(list)
    for each in failures:
        groups[kind_of(each.error)].append(each)
    found = [_problem(kind, group, advice(kind)) for kind, group in groups.items()]
    return sorted(found, key=lambda each: (each.is_offline, -len(each.practices), each.words))


def late(cells: Sequence[Cell], advised: str) -> list[Problem]:
    """Return the problem of the practices that are late although they do not fail, if there are any."""
    found = [each for each in cells if each.level in _LATE and not each.failing]
    if not found:
        return []
    worst_first = sorted(found, key=lambda each: each.level is not Level.VERY_LATE)
    return [Problem("late", advised, tuple(each.practice for each in worst_first))]


def _problem(kind: str, group: Sequence[Failure], advised: str) -> Problem:
    longest_first = sorted(group, key=_since)
    since = longest_first[0].since
    return Problem(
        words=words_of(kind),
        advice=advised,
        practices=tuple(dict.fromkeys(each.practice for each in longest_first)),
        since=None if since is None else in_utc(since),
        is_offline=kind in OFFLINE,
    )


def _since(failure: Failure) -> dt.datetime:
    return _NO_TIME if failure.since is None else in_utc(failure.since)
