"""Spans of time: pairs of a start and an end, of which the end is not a part."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
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
    first = 0
    for start, end in merged(spans):
        while first < len(busy) and busy[first][1] <= start:  # a year has many: no look at one that is over
            first += 1
        here = first
        while here < len(busy) and busy[here][0] < end:
            left.append((start, busy[here][0]))
            start = busy[here][1]  # noqa: PLW2901 - the rest of this span
            here += 1
        left.append((start, end))
    return [each for each in left if each[0] < each[1]]


def touching(ordered: Sequence[Span], span: Span) -> Sequence[Span]:
    """Return those that overlap with a span, of spans as `merged` returns them."""
    first = bisect_right(ordered, span[0], key=itemgetter(1))
    return ordered[first : bisect_left(ordered, span[1], key=itemgetter(0))]


def after(moment: datetime, length: timedelta) -> datetime:
    """Return the moment so much later, or the last one that there is."""
    return moment + min(length, datetime.max - moment)


def next_start(moment: datetime, every: timedelta) -> datetime:
    """Return the first moment from this one on that is a multiple of `every` after midnight."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return after(moment, (midnight - moment) % every)
