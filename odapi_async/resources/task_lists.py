"""TaskLists: DOC."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from odapi_async.enums import task_lists as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class TaskList(Row, frozen=True):
    """DOC TaskList."""

    TaskListNum: int = 0
    Descript: str = ""
    Parent: int = 0
    DateTL: date | None = None
    IsRepeating: bool = False
    DateType: str = ""
    FromNum: int = 0
    ObjectType: str = ""
    DateTimeEntry: datetime | None = None
    TaskListStatus: str = ""


class TaskListFilters(TypedDict, total=False):
    """Filters of `list`."""

    TaskListStatus: enums.TaskListStatus | str
    """Default: Active."""


LIST = Operation("GET", "/tasklists", TaskList, since="22.3.15", query=TaskListFilters)


class TaskLists(Resource):
    """TaskLists. Read only."""

    def list(self, **filters: Unpack[TaskListFilters]) -> Rows[TaskList]:
        """List task list rows. API: TaskLists GET, 22.3.15."""
        return self._rows(LIST, query=filters)
