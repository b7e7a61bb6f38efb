"""ClockEvents: DOC."""

from datetime import datetime, time
from typing import TypedDict, Unpack

from odapi_async.enums import clock_events as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike


class ClockEvent(Row, frozen=True):
    """DOC ClockEvent."""

    ClockEventNum: int = 0
    EmployeeNum: int = 0
    TimeEntered1: datetime | None = None
    TimeDisplayed1: datetime | None = None
    ClockStatus: str = ""
    Note: str = ""
    TimeEntered2: datetime | None = None
    TimeDisplayed2: datetime | None = None
    OTimeHours: time | None = None
    """-01:00:00 = not set."""
    OTimeAuto: time | None = None
    Adjust: time | None = None
    AdjustAuto: time | None = None
    AdjustIsOverridden: bool = False
    Rate2Hours: time | None = None
    """-01:00:00 = not set."""
    Rate2Auto: time | None = None
    ClinicNum: int = 0
    Rate3Hours: time | None = None
    """-01:00:00 = not set."""
    Rate3Auto: time | None = None
    IsWorkingHome: bool = False


class ClockEventFilters(TypedDict, total=False):
    """Filters of `list`."""

    EmployeeNum: int
    ClockStatus: enums.ClockStatus | str
    ClinicNum: int
    date: DateLike
    """One day."""
    dateStart: DateLike
    """TimeDisplayed1 on or after."""
    dateEnd: DateLike
    """TimeDisplayed1 before."""


GET = Operation("GET", "/clockevents/{ClockEventNum}", ClockEvent, since="24.1.11")
LIST = Operation("GET", "/clockevents", ClockEvent, since="24.1.11", query=ClockEventFilters)


class ClockEvents(Resource):
    """ClockEvents. Read only. Time spans are HH:mm:ss and may be negative; -01:00:00 marks an override that
    is not set.
    """

    async def get(self, ClockEventNum: int) -> ClockEvent:
        """Read one clock event. API: ClockEvents GET (single), 24.1.11."""
        return await self._call(GET, ClockEventNum)

    def list(self, **filters: Unpack[ClockEventFilters]) -> Rows[ClockEvent]:
        """List clock event rows. API: ClockEvents GET (multiple), 24.1.11."""
        return self._rows(LIST, query=filters)
