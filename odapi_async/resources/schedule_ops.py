"""ScheduleOps: DOC."""

from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class ScheduleOp(Row, frozen=True):
    """DOC ScheduleOp."""

    ScheduleOpNum: int = 0
    ScheduleNum: int = 0
    OperatoryNum: int = 0


class ScheduleOpFilters(TypedDict, total=False):
    """Filters of `list`."""

    ScheduleNum: int
    OperatoryNum: int


LIST = Operation("GET", "/scheduleops", ScheduleOp, since="23.2.27", query=ScheduleOpFilters)


class ScheduleOps(Resource):
    """ScheduleOps. Read only. One schedule block may have many operatories, or none."""

    def list(self, **filters: Unpack[ScheduleOpFilters]) -> Rows[ScheduleOp]:
        """List schedule op rows. API: ScheduleOps GET, 23.2.27."""
        return self._rows(LIST, query=filters)
