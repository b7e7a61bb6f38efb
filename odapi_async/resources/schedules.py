"""Schedules: DOC."""

from datetime import date, datetime, time
from typing import Annotated, TypedDict, Unpack

from odapi_async.enums import schedules as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Since


class Schedule(Row, frozen=True):
    """DOC Schedule."""

    ScheduleNum: int = 0
    SchedDate: date | None = None
    StartTime: time | None = None
    StopTime: time | None = None
    SchedType: str = ""
    ProvNum: int = 0
    BlockoutType: int = 0
    blockoutType: str = ""
    Note: str = ""
    operatories: list[int] = []
    """Comma-separated string."""
    EmployeeNum: int = 0
    DateTStamp: Annotated[datetime | None, Since("25.1")] = None
    """Last change; no filter by it is documented."""


class ScheduleFilters(TypedDict, total=False):
    """Filters of `list`."""

    date: DateLike
    """One day. Default: today."""
    dateStart: DateLike
    """Range, both ends included."""
    dateEnd: DateLike
    """Range, both ends included."""
    SchedType: enums.SchedType | str
    BlockoutDefNum: int
    """A definition of category 25."""
    ProvNum: int
    EmployeeNum: int


GET = Operation("GET", "/schedules/{ScheduleNum}", Schedule, since="22.1")
LIST = Operation("GET", "/schedules", Schedule, since="22.1", query=ScheduleFilters)


class Schedules(Resource):
    """Schedules. Read only. All ids travel as strings; operatories is a comma-separated id list."""

    async def get(self, ScheduleNum: int) -> Schedule:
        """Read one schedule. API: Schedules GET (single), 22.1."""
        return await self._call(GET, ScheduleNum)

    def list(self, **filters: Unpack[ScheduleFilters]) -> Rows[Schedule]:
        """List schedule rows.

        Sorted by StartTime. ProvNum is 0 unless Provider, EmployeeNum 0 unless Employee, BlockoutType 0
        unless Blockout.

        API: Schedules GET (multiple), 22.1.
        """
        return self._rows(LIST, query=filters)
