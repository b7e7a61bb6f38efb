"""What appointments take away, and which of two that overlap gives way. Pure: no request, no clock.

An appointment takes its operatory for the whole of its pattern, and a provider where that provider's pattern
has an X. Whatever is no / counts as an X: a time that nobody understands is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from odapi_async.recipes.openings.opening import LONGEST
from odapi_async.recipes.openings.spans import STEP, Span, after, overlap
from odapi_async.resources.appointments import Appointment

_TAKING_NO_TIME: Final = frozenset({"UnschedList", "Broken", "Planned", "PtNote", "PtNoteCompleted"})
"""The statuses of appointments that are not on the schedule. A status that nobody knows takes time."""

_MOST: Final = LONGEST // 5  # characters of a pattern
_WORKED: Final = re.compile(r"[^/]+")


class Busy(NamedTuple):
    """A time that is taken.

    Attributes:
        kind: of what: an operatory or a provider.
        number: the OperatoryNum or ProvNum.
        span: the time.
    """

    kind: Literal["Op", "ProvNum"]
    number: int
    span: Span


def busy(appointments: Iterable[Appointment]) -> Iterator[Busy]:
    """Yield what appointments take away; those that are not on the schedule take nothing."""
    for row in appointments:
        start = row.AptDateTime
        if start is None or not takes_time(row):
            continue
        pattern = row.Pattern[:_MOST] or "X"  # one that has no length is somewhere all the same
        yield Busy("Op", row.Op, (start, after(start, len(pattern) * STEP)))
        main, other = providers_of(row)
        yield from _worked(start, pattern, main)
        yield from _worked(start, row.PatternSecondary[: len(pattern)], other)


def takes_time(row: Appointment) -> bool:
    """Return whether an appointment is on the schedule, as far as its status tells."""
    return row.AptStatus not in _TAKING_NO_TIME


def providers_of(row: Appointment) -> tuple[int, int]:
    """Return whose time the pattern of an appointment tells, and whose the secondary one; 0 is nobody."""
    if row.IsHygiene and row.ProvHyg:
        return row.ProvHyg, row.ProvNum
    return row.ProvNum, row.ProvHyg


def worked(start: datetime, pattern: str) -> Iterator[Span]:
    """Yield the times of a pattern that are the provider's."""
    for run in _WORKED.finditer(pattern):
        yield after(start, run.start() * STEP), after(start, run.end() * STEP)


def conflicts(mine: Appointment, others: Iterable[Appointment]) -> list[Appointment]:
    """Return the other appointments that take a time which this one takes, too."""
    taken = [*busy([mine])]
    return [
        other
        for other in others
        if other.AptNum != mine.AptNum
        and any(
            (one.kind, one.number) == (each.kind, each.number) and overlap(one.span, each.span)
            for one in taken
            for each in busy([other])
        )
    ]


def same_booking(one: Appointment, other: Appointment) -> bool:
    """Return whether two appointments are the same visit: patient, chair, providers, time and length."""

    def visit(row: Appointment) -> Sequence[object]:
        return row.PatNum, row.Op, providers_of(row)[0], row.AptDateTime, row.Pattern

    return visit(one) == visit(other) and takes_time(one) and takes_time(other)


def gives_way(mine: Appointment, other: Appointment) -> bool:
    """Return whether the first of two appointments that overlap is the later one.

    The moment of entry decides, because the ids of some offices are random. In one second the id decides.
    """
    mine_at, other_at = mine.SecDateTEntry, other.SecDateTEntry
    if mine_at is not None and other_at is not None and mine_at != other_at:
        return mine_at > other_at
    return mine.AptNum > other.AptNum


def is_decided(mine: Appointment) -> bool:
    """Return whether every appointment that is not in the same response was entered later than this one.

    Moments of entry have whole seconds. So a response of the same second may lack an appointment that was
    entered a moment later, and whose random id is smaller.
    """
    read_at, entered_at = mine.serverDateTime, mine.SecDateTEntry
    return read_at is None or entered_at is None or read_at > entered_at


def _worked(start: datetime, pattern: str, provider: int) -> Iterator[Busy]:
    if provider:
        yield from (Busy("ProvNum", provider, span) for span in worked(start, pattern))
