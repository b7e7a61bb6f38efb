"""Who works where and when, from the schedules of an office. Pure: no request, no clock."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from odapi_async.recipes.openings.spans import Span
from odapi_async.resources.definitions import Definition
from odapi_async.resources.operatories import Operatory
from odapi_async.resources.schedules import Schedule

BLOCKOUT_TYPES: Final = 25
"""The category of the definitions that say what a blockout is for."""

_NO_SCHEDULE: Final = re.compile(r"\bNS\b")


@dataclass(frozen=True, slots=True)
class Hours:
    """What says when an office can be booked, apart from its appointments.

    Attributes:
        schedules: the blocks of time of the days.
        operatories: all operatories.
        hints: the types of blockouts that do not forbid appointments.
        unassigned: the provider whose schedule stands for chairs without one; 0 is nobody.
    """

    schedules: Sequence[Schedule]
    operatories: Sequence[Operatory]
    hints: frozenset[int] = frozenset()
    unassigned: int = 0


def visible(operatories: Iterable[Operatory]) -> dict[int, Operatory]:
    """Return the operatories that are not hidden, by their ids."""
    return {row.OperatoryNum: row for row in operatories if not row.IsHidden}


def hints_of(definitions: Iterable[Definition]) -> frozenset[int]:
    """Return the types of blockouts that do not forbid appointments: those without NS.

    A type that is not among the definitions forbids: nobody knows what it is for.
    """
    return frozenset(
        row.DefNum
        for row in definitions
        if row.Category == BLOCKOUT_TYPES and not _NO_SCHEDULE.search(row.ItemValue)
    )


def has_blockouts(schedules: Iterable[Schedule]) -> bool:
    """Return whether the types of blockouts matter."""
    return any(row.SchedType == "Blockout" for row in schedules)


def needs_unassigned(schedules: Iterable[Schedule], operatories: Iterable[Operatory]) -> bool:
    """Return whether it matters who stands for chairs without a provider."""
    without = any(_assigned(row) == 0 for row in visible(operatories).values())
    return without and any(_is_working(row) and not row.operatories for row in schedules)


def working(hours: Hours) -> Mapping[tuple[int, int], list[Span]]:
    """Return the working hours by operatory and provider. Hidden operatories have none.

    A schedule without operatories holds for those that are assigned to its provider.
    """
    chairs = visible(hours.operatories)
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for row in hours.schedules:
        span = _span(row)
        if span is None or not _is_working(row):
            continue
        for chair in row.operatories or _own(chairs.values(), row.ProvNum, hours.unassigned):
            if chair in chairs:
                found[chair, row.ProvNum].append(span)
    return found


def blocked(hours: Hours) -> Iterator[tuple[int | None, Span]]:
    """Yield the times at which no appointment may be, with the operatory; None means all of them."""
    for row in hours.schedules:
        span = _span(row)
        if span is None or row.SchedType != "Blockout" or row.BlockoutType in hours.hints:
            continue
        chairs: list[int | None] = [*row.operatories]
        for chair in chairs or [None]:
            yield chair, span


def _is_working(row: Schedule) -> bool:
    return row.SchedType == "Provider" and row.ProvNum != 0


def _own(operatories: Iterable[Operatory], provider: int, unassigned: int) -> list[int]:
    return [row.OperatoryNum for row in operatories if (_assigned(row) or unassigned) == provider]


def _assigned(row: Operatory) -> int:
    return row.ProvHygienist if row.IsHygiene else row.ProvDentist


def _span(row: Schedule) -> Span | None:
    """Return the time of a block; None if it has no length."""
    day, start, stop = row.SchedDate, row.StartTime, row.StopTime
    if day is None or start is None or stop is None or stop <= start:
        return None
    return datetime.combine(day, start), datetime.combine(day, stop)
