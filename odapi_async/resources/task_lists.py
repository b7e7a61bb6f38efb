"""TaskLists: lists of tasks."""

from datetime import date, datetime
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats
from odapi_async.enums import task_lists as enums
from odapi_async.resources.base import Resource, Row


class TaskList(Row, frozen=True):
    """A list of tasks; lists may be inside other lists."""

    TaskListNum: int = 0
    Descript: str = ""
    Parent: int = 0
    """The TaskListNum of its parent list; 0 for none."""
    DateTL: date | None = None
    IsRepeating: bool = False
    DateType: str = ""
    FromNum: int = 0
    ObjectType: str = ""
    DateTimeEntry: datetime | None = None
    TaskListStatus: str = ""


class TaskListFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    TaskListStatus: enums.TaskListStatus | str
    """Default: Active."""


LIST = Operation("GET", "/tasklists", TaskList, since="22.3.15", query=TaskListFilters)


class TaskLists(Resource):
    """Lists of tasks. Read only."""

    def list(self, **filters: Unpack[TaskListFilters]) -> Rows[TaskList]:
        """List task lists; archived ones are left out unless requested.

        API: TaskLists GET, 22.3.15.
        """
        return self._rows(LIST, query=filters)
