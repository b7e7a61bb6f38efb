"""Spans of time: pairs of a start and an end, of which the end is not a part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

Span = tuple[datetime, datetime]

STEP: Final = timedelta(minutes=5)
"""What one character of a pattern is worth."""


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans have a moment in common."""
    return one[0] < other[1] and other[0] < one[1]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans by time, joined where they touch or overlap, without those that have no length."""
    found: list[Span] = []
    for start, end in sorted(each for each in spans if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of spans, by time."""
    busy = merged(taken)
    left: list[Span] = []
    for start, end in merged(spans):
        for begins, ends in busy:
            if ends <= start:
                continue
            if begins >= end:
                break
            left.append((start, begins))
            start = ends  # noqa: PLW2901 - the rest of this span
        left.append((start, end))
    return [each for each in left if each[0] < each[1]]


def after(moment: datetime, length: timedelta) -> datetime:
    """Return the moment so much later, or the last one that there is."""
    return moment + min(length, datetime.max - moment)


def next_start(moment: datetime, every: timedelta) -> datetime:
    """Return the first moment from this one on that is a multiple of `every` after midnight."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return after(moment, (midnight - moment) % every)
