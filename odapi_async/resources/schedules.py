"""Schedules: working hours, blockouts and notes, day by day."""

from datetime import date, datetime, time
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, Since
from odapi_async.enums import schedules as enums
from odapi_async.resources.base import Resource, Row


class Schedule(Row, frozen=True):
    """A block of time on one day: of the practice, a provider or an employee, or a blockout."""

    ScheduleNum: int = 0
    SchedDate: date | None = None
    StartTime: time | None = None
    StopTime: time | None = None
    SchedType: str = ""
    ProvNum: int = 0
    """0 unless SchedType is Provider."""
    BlockoutType: int = 0
    """A definition of category 25, or 0 unless SchedType is Blockout; `blockoutType` is its text."""
    blockoutType: str = ""
    Note: str = ""
    operatories: list[int] = []
    """Ids of operatories (OperatoryNum); empty for none."""
    EmployeeNum: int = 0
    """0 unless SchedType is Employee."""
    DateTStamp: Annotated[datetime | None, Since("25.1")] = None
    """The last change. A list cannot be filtered by it."""


class ScheduleFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    date: DateLike
    """One day. Default: today."""
    dateStart: DateLike
    """The first day of a range."""
    dateEnd: DateLike
    """The last day of a range, which is included."""
    SchedType: enums.SchedType | str
    BlockoutDefNum: int
    """A definition of category 25."""
    ProvNum: int
    EmployeeNum: int


GET = Operation("GET", "/schedules/{ScheduleNum}", Schedule, since="22.1")
LIST = Operation("GET", "/schedules", Schedule, since="22.1", query=ScheduleFilters)


class Schedules(Resource):
    """Blocks of time: working hours, blockouts and notes of the practice. Read only."""

    async def get(self, ScheduleNum: int, **formats: Unpack[DateAndTimeFormats]) -> Schedule:
        """Read one block of time. API: Schedules GET (single), 22.1."""
        return await self._call(GET, ScheduleNum, query=formats)

    def list(self, **filters: Unpack[ScheduleFilters]) -> Rows[Schedule]:
        """List blocks of time; by default those of today.

        They are sorted by StartTime, so the days of a range are mixed.

        API: Schedules GET (multiple), 22.1.
        """
        return self._rows(LIST, query=filters)
