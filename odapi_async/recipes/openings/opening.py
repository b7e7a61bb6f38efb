"""An opening, and the rules for what is looked for. Pure: no request, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from odapi_async.errors import InvalidRequest
from odapi_async.recipes.openings.spans import STEP, Span

LONGEST: Final = 9 * 60
"""Minutes of an appointment at most."""
_MINUTES: Final = 5  # of a character of a pattern
_DAY: Final = 24 * 60
_LONGEST_SEARCH: Final = timedelta(days=366)
_PATTERN: Final = re.compile(r"[X/]+")


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A time at which an appointment can begin, in one operatory and with one provider.

    Make one yourself if a form of yours sends its values back: `Openings.take` checks it as any other.

    Attributes:
        start: when it begins, in office time.
        Op: the operatory (OperatoryNum).
        ProvNum: the provider.
        minutes: how long the appointment is, a multiple of 5, 540 at most.
        ClinicNum: the clinic of the operatory; 0 is none. It tells you, and is not sent.
        Pattern: the pattern of the appointment: X is the provider's time, / the assistant's, one character
            for each 5 minutes. By default all of it is the provider's.

    Raises:
        InvalidRequest: a value breaks one of these rules.
    """

    start: datetime
    Op: int
    ProvNum: int
    minutes: int
    ClinicNum: int = 0
    Pattern: str = ""

    def __post_init__(self) -> None:
        check_office_time("start", self.start)
        if self.start != self.start.replace(minute=self.start.minute // 5 * 5, second=0, microsecond=0):
            raise InvalidRequest("start", "must be a multiple of 5 minutes")
        object.__setattr__(self, "Pattern", pattern_of(self.minutes, self.Pattern))
        if datetime.max - self.start < timedelta(minutes=self.minutes):
            raise InvalidRequest("start", "must be earlier: the appointment would end after the year 9999")

    @property
    def end(self) -> datetime:
        """When it ends, in office time."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Search:
    """What openings are looked for.

    Attributes:
        window: they begin and end in it.
        pattern: the pattern of the appointment.
        every: the time between two starts.
        providers: only these; None for all.
        operatories: only these; None for all.
        clinic: only operatories of this clinic; 0 for those without one; None for all.
    """

    window: Span
    pattern: str
    every: timedelta = STEP
    providers: frozenset[int] | None = None
    operatories: frozenset[int] | None = None
    clinic: int | None = None


def pattern_of(minutes: int, pattern: str) -> str:
    """Return the pattern of an appointment of so many minutes; an empty one is all the provider's time.

    Raises:
        InvalidRequest: the minutes are not possible, or the pattern does not fit them.
    """
    _check_step("minutes", minutes, LONGEST)
    length = minutes // _MINUTES
    if not pattern:
        return "X" * length
    if not _PATTERN.fullmatch(pattern):
        raise InvalidRequest("Pattern", "must have only X and /, one character for each 5 minutes")
    if len(pattern) != length:
        raise InvalidRequest(
            "Pattern", f"has {len(pattern)} characters, but {minutes} minutes are {length}: one for each 5"
        )
    return pattern


def step_of(every: int) -> timedelta:
    """Return the time between two starts.

    Raises:
        InvalidRequest: it is no multiple of 5 minutes, or longer than a day.
    """
    _check_step("every", every, _DAY)
    return timedelta(minutes=every)


def window_of(start: datetime, end: datetime) -> Span:
    """Return the span in which openings are looked for.

    Raises:
        InvalidRequest: a time has a time zone, or it ends before it starts, or more than a year later.
    """
    check_office_time("start", start)
    check_office_time("end", end)
    if end <= start:
        raise InvalidRequest("end", "must be after start")
    if end - start > _LONGEST_SEARCH:
        raise InvalidRequest("end", f"must be at most {_LONGEST_SEARCH.days} days after start")
    return start, end


def check_office_time(name: str, value: object) -> None:
    """Refuse what is no office time.

    Raises:
        InvalidRequest: it is no datetime, or it has a time zone.
    """
    if not isinstance(value, datetime):
        raise InvalidRequest(name, "must be a datetime, such as datetime(2026, 11, 30, 8)")
    if value.tzinfo is not None:
        raise InvalidRequest(name, "has a time zone; recipes.office_time.to_office_time converts it")


def _check_step(name: str, value: object, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value % _MINUTES or not 0 < value <= most:
        raise InvalidRequest(name, f"must be a multiple of 5, from 5 to {most} minutes")
