"""ScheduleOps: the operatories of schedule blocks."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class ScheduleOp(Row, frozen=True):
    """One operatory of one schedule block."""

    ScheduleOpNum: int = 0
    ScheduleNum: int = 0
    OperatoryNum: int = 0


class ScheduleOpFilters(TypedDict, total=False):
    """Filters of `list`."""

    ScheduleNum: int
    OperatoryNum: int


LIST = Operation("GET", "/scheduleops", ScheduleOp, since="23.2.27", query=ScheduleOpFilters)


class ScheduleOps(Resource):
    """Operatories of schedule blocks. Read only. A block may have many, or none."""

    def list(self, **filters: Unpack[ScheduleOpFilters]) -> Rows[ScheduleOp]:
        """List operatories of schedule blocks. API: ScheduleOps GET, 23.2.27."""
        return self._rows(LIST, query=filters)
