"""The hours of an office: which provider works when in which operatory, and where the appointments are.

Everything is a function of a row's id, so that nothing is stored per row. The ids of appointments rise with
their days, as far as there are enough of them to fill the days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

_HOURS: Final = (8, 9, 10, 11, 13, 14, 15, 16)  # when an appointment may start; lunch is at noon
_STEP: Final = 3  # has no factor in common with the number of hours
_MOST: Final = 6  # appointments of one operatory and day; the rest stays open
_OPENS: Final = 8
_CLOSES: Final = 17
_NOON: Final = 12
_DAYS_AHEAD: Final = 45
_SPECIAL: Final = 6  # every sixth schedule is not a provider's
_SPECIAL_KINDS: Final = ("lunch", "last hour", "Practice", "Employee")
_DOZEN: Final = 12
_UNSCHEDULED: Final = 8  # every eighth appointment has no time
_UNNAMED: Final = 7  # every seventh schedule names no operatory: it holds for the provider's own
_BROKEN: Final = 10
_CLOCK: Final = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]


@dataclass(frozen=True, slots=True)
class Shift:
    """One schedule: what it is for, its day, its hours, and the operatory that it names, if it names one.

    Attributes:
        kind: the type of the schedule.
        day: the day.
        start: the hour at which it starts.
        stop: the hour at which it ends.
        operatory: the operatory and the provider in it, which have the same number; 0 if it is for neither.
        named: whether the schedule names its operatory.
        forbids: whether a blockout forbids appointments.
    """

    kind: str
    day: dt.date
    start: int
    stop: int
    operatory: int = 0
    named: bool = False
    forbids: bool = False


class Visit(NamedTuple):
    """The place of an appointment: its day, the hour at which it starts, its operatory, and its status."""

    day: str
    hour: int
    operatory: int
    status: str

    def at(self, minutes: int) -> str:
        """Return the moment so many minutes after the start."""
        return f"{self.day} {_CLOCK[self.hour * 60 + minutes]}:00"


def schedules_for(appointments: int) -> int:
    """Return how many schedules give every appointment a place."""
    return max(_DOZEN, -(-appointments * _SPECIAL // (_MOST * (_SPECIAL - 1))) + 1)


class Timetable:
    """Places schedules and appointments around today.

    Args:
        count: gives the number of rows of a resource.
        seed: the office's seed.
        today: the day in the middle.
    """

    def __init__(self, count: Callable[[str], int], seed: int, today: dt.date) -> None:
        schedules, appointments = count("schedules"), count("appointments")
        staffed = min(count("operatories"), count("providers"))
        self.today = today
        self.operatories = max(1, min(staffed, schedules // _DOZEN)) if staffed and schedules else 0
        self._seed = seed
        self._shifts = schedules - schedules // _SPECIAL if self.operatories else 0
        self._schedules = schedules
        self._days = max(1, -(-self._shifts // self.operatories)) if self.operatories else 1
        self._past = max(self._days // 5, self._days - _DAYS_AHEAD)
        self._visits = min(appointments - appointments // _UNSCHEDULED, self._shifts * _MOST)
        self._named: list[int] | None = None
        self._day_texts: dict[int, str] = {}
        self._latest: tuple[int, Visit | None] = (0, None)

    def shift(self, schedule: int) -> Shift:
        """Return the schedule with this id."""
        if schedule % _SPECIAL == 0:
            return self._special(schedule // _SPECIAL - 1)
        if not self.operatories:
            return Shift("Practice", self.today, _OPENS, _CLOSES)
        position = schedule - schedule // _SPECIAL - 1
        day, operatory = divmod(position, self.operatories)
        named = position % _UNNAMED != _UNNAMED // 2
        return Shift("Provider", self._day(day), _OPENS, _CLOSES, operatory + 1, named)

    def _special(self, position: int) -> Shift:
        day = self._day((self._past + position) % self._days)
        operatory = 1 + position % self.operatories if self.operatories else 0
        match _SPECIAL_KINDS[position % len(_SPECIAL_KINDS)]:
            case "lunch":
                return Shift(
                    "Blockout", day, _NOON, _NOON + 1, operatory, named=bool(operatory), forbids=True
                )
            case "last hour":
                return Shift("Blockout", day, _CLOSES - 1, _CLOSES, operatory, named=bool(operatory))
            case kind:
                return Shift(kind, day, _OPENS, _CLOSES)

    def with_operatories(self) -> list[int]:
        """Return the ids of the schedules that name an operatory."""
        if self._named is None:
            self._named = [each for each in range(1, self._schedules + 1) if self.shift(each).named]
        return self._named

    def visit(self, appointment: int) -> Visit | None:
        """Return the place of an appointment; None if it is not on the schedule."""
        if self._latest[0] != appointment:  # all columns of a row ask for the same place
            self._latest = (appointment, self._place(appointment))
        return self._latest[1]

    def _place(self, appointment: int) -> Visit | None:
        number = appointment - 1 - appointment // _UNSCHEDULED
        if appointment % _UNSCHEDULED == 0 or number >= self._visits:
            return None
        if self._visits >= self._shifts:
            position = number * self._shifts // self._visits
            rank = number - -(-position * self._visits // self._shifts)
        else:  # fewer than schedules: the first one is today
            position = (
                self._past * self.operatories + number * (self._shifts // self._visits)
            ) % self._shifts
            rank = 0
        day, operatory = divmod(position, self.operatories)
        hour = _HOURS[(self._seed + position * 5 + rank * _STEP) % len(_HOURS)]
        status = "Scheduled"
        if day < self._past:
            status = "Broken" if (appointment + self._seed) % _BROKEN == 0 else "Complete"
        return Visit(self._day_text(day), hour, operatory + 1, status)

    def status(self, appointment: int) -> str:
        """Return the status of an appointment."""
        visit = self.visit(appointment)
        if visit is not None:
            return visit.status
        return "Planned" if is_planned(appointment) else "UnschedList"

    def _day_text(self, number: int) -> str:
        text = self._day_texts.get(number)
        if text is None:
            text = self._day_texts[number] = f"{self._day(number)}"
        return text

    def _day(self, number: int) -> dt.date:
        return self.today + dt.timedelta(days=number - self._past)


def is_planned(appointment: int) -> bool:
    """Return whether an appointment is a planned one; the next one was scheduled from it."""
    return appointment > 0 and appointment % (2 * _UNSCHEDULED) == 0
