"""Reads the audit trail of appointments: which were deleted, from a known position on. Pure.

An office only ever adds to the audit trail, so a position in the list of its deletions needs no clock. The
filters for days would need one, and they are said to compare the day of an appointment, not that of its
deletion: then an appointment without a time would never be found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from odapi_async.events.delivery import EVENT_TYPE, Delivery, read_delivery
from odapi_async.resources.hist_appointments import HistAppointment

KIND: Final = "AppointmentDeleted"
DELETED: Final = "Deleted"
OVERLAP: Final = dt.timedelta(days=2)
"""How far before the mirror's last sweep the first reading begins: a sweep may take long."""
_LONGEST: Final = dt.timedelta(days=30)
_EARLIEST: Final = dt.datetime(1900, 1, 1)
_MOST_ROWS: Final = 1_000  # of one event, as an office sends them
_FARTHEST: Final = 100_000_000  # rows: an office that ignores offsets would be asked for ever
_WIDER: Final = 4


def first_moment(office_now: dt.datetime, since_sweep: dt.timedelta) -> dt.datetime:
    """Return the office time since which deletions are not known yet.

    Args:
        office_now: the office's time.
        since_sweep: how long ago the mirror has read all appointments. It is the same on every clock.
    """
    return max(office_now, _EARLIEST) - min(max(since_sweep, dt.timedelta()), _LONGEST) - OVERLAP


def deleted_ids(rows: Iterable[HistAppointment], since: dt.datetime) -> list[int]:
    """Return the ids of appointments that were deleted at an office time or later, each once."""
    found = (
        row.AptNum
        for row in rows
        if row.HistApptAction == DELETED and row.AptNum > 0 and not is_older(row, since)
    )
    return list(dict.fromkeys(found))


def is_older(row: HistAppointment, since: dt.datetime) -> bool:
    """Return whether a row was written before an office time; one without a time is as old as can be."""
    return (row.HistDateTStamp or dt.datetime.min) < since


def deliveries(practice: str, ids: Sequence[int]) -> Iterator[Delivery]:
    """Yield deletions as the office would have posted them."""
    for start in range(0, len(ids), _MOST_ROWS):
        body = msgspec.json.encode([{"AptNum": each} for each in ids[start : start + _MOST_ROWS]])
        yield read_delivery(practice, {EVENT_TYPE: f"WatchTable: {KIND}"}, "", body)


class Search:
    """Finds where the rows since a moment begin in a list that is in the order of time.

    Args:
        width: how many older rows may be read: those of one page cost no further request.

    Attributes:
        found: the position; all rows before it are older.
    """

    def __init__(self, width: int) -> None:
        self.found = 0
        self._end: int | None = None
        self._width = self._step = width

    @property
    def probe(self) -> int | None:
        """The position of the row that is asked for next; None if the search has ended."""
        if self._end is None:
            return self.found + self._step if self._step < _FARTHEST else None
        return None if self._end - self.found <= self._width else (self.found + self._end) // 2

    def record(self, position: int, *, is_older: bool) -> None:
        """Record whether the row at a position is older; one that does not exist is not."""
        if not is_older:
            self._end = position
            return
        self.found = position
        if self._end is None:
            self._step *= _WIDER
