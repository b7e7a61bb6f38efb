"""ClockEvents: the time clock: arrivals, breaks and departures of employees."""

from datetime import datetime, timedelta
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateLike, DateTimeFormats, NullText
from odapi_async.enums import clock_events as enums
from odapi_async.resources.base import Resource, Row


class ClockEvent(Row, frozen=True):
    """One entry of an employee's time clock."""

    ClockEventNum: int = 0
    EmployeeNum: int = 0
    TimeEntered1: datetime | None = None
    TimeDisplayed1: datetime | None = None
    ClockStatus: str = ""
    Note: str = ""
    TimeEntered2: datetime | None = None
    TimeDisplayed2: datetime | None = None
    OTimeHours: Annotated[timedelta | None, NullText("-01:00:00")] = None
    """A duration; None if OTimeAuto is not overridden."""
    OTimeAuto: timedelta | None = None
    """A duration, which may be negative."""
    Adjust: timedelta | None = None
    """A duration, which may be negative."""
    AdjustAuto: timedelta | None = None
    """A duration, which may be negative."""
    AdjustIsOverridden: bool = False
    Rate2Hours: Annotated[timedelta | None, NullText("-01:00:00")] = None
    """A duration; None if Rate2Auto is not overridden."""
    Rate2Auto: timedelta | None = None
    """A duration, which may be negative."""
    ClinicNum: int = 0
    Rate3Hours: Annotated[timedelta | None, NullText("-01:00:00")] = None
    """A duration; None if Rate3Auto is not overridden."""
    Rate3Auto: timedelta | None = None
    """A duration, which may be negative."""
    IsWorkingHome: bool = False


class ClockEventFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    EmployeeNum: int
    ClockStatus: enums.ClockStatus | str
    ClinicNum: int
    date: DateLike
    """One day."""
    dateStart: DateLike
    """TimeDisplayed1 on or after this day."""
    dateEnd: DateLike
    """TimeDisplayed1 before this day."""


GET = Operation("GET", "/clockevents/{ClockEventNum}", ClockEvent, since="24.1.11")
LIST = Operation("GET", "/clockevents", ClockEvent, since="24.1.11", query=ClockEventFilters)


class ClockEvents(Resource):
    """The time clock of employees. Read only."""

    async def get(self, ClockEventNum: int, **formats: Unpack[DateTimeFormats]) -> ClockEvent:
        """Read one clock event. API: ClockEvents GET (single), 24.1.11."""
        return await self._call(GET, ClockEventNum, query=formats)

    def list(self, **filters: Unpack[ClockEventFilters]) -> Rows[ClockEvent]:
        """List clock events. API: ClockEvents GET (multiple), 24.1.11."""
        return self._rows(LIST, query=filters)
