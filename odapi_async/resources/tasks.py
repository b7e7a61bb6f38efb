"""Tasks: to-do items of users, optionally for a patient or an appointment."""

from datetime import date, datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import AtMost, DateAndTimeFormats, DateTimeLike, Since
from odapi_async.enums import tasks as enums
from odapi_async.resources.base import Resource, Row


class Task(Row, frozen=True):
    """A task in a task list."""

    TaskNum: int = 0
    TaskListNum: int = 0
    DateTask: date | None = None
    KeyNum: int = 0
    """A PatNum or an AptNum, depending on ObjectType; 0 for none."""
    Descript: str = ""
    TaskStatus: str = ""
    IsRepeating: bool = False
    DateType: str = ""
    FromNum: int = 0
    ObjectType: str = ""
    DateTimeEntry: datetime | None = None
    UserNum: int = 0
    DateTimeFinished: datetime | None = None
    """None until it is done."""
    PriorityDefNum: int = 0
    """A definition of category 33."""
    ReminderGroupId: str = ""
    ReminderType: str = ""
    ReminderFrequency: int = 0
    DateTimeOriginal: datetime | None = None
    SecDateTEdit: datetime | None = None
    DescriptOverride: str = ""
    IsReadOnly: bool = False


class _TaskBody(DateAndTimeFormats, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    KeyNum: int
    """A PatNum or an AptNum, depending on ObjectType."""
    ObjectType: enums.ObjectType | str
    """Required with KeyNum."""
    DateTimeEntry: DateTimeLike
    """Default: now."""
    PriorityDefNum: int
    """A definition of category 33. Default: the office's own default, else the first one."""
    DescriptOverride: Annotated[str, AtMost(256)]
    """At most 256 characters."""
    Category: Annotated[int, Since("25.4")]
    """Its meaning is not documented. Known from third parties only: try it on your server first."""


class TaskFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    TaskListNum: int
    KeyNum: int
    """A PatNum or an AptNum, depending on ObjectType."""
    ObjectType: enums.ObjectType | str
    """Required with KeyNum; without KeyNum all tasks of that kind are listed."""
    TaskStatus: enums.TaskStatus | str
    DateTimeOriginal: DateTimeLike
    """Created after this time. Default: 14 days ago."""


class NewTask(_TaskBody, total=False):
    """Body of `create`."""

    TaskListNum: Required[int]
    Descript: Required[str]
    UserNum: Required[int]


class TaskUpdate(_TaskBody, total=False):
    """Body of `update`."""

    Descript: str
    """Replaces the text, and sets a Done task back to Viewed."""
    TaskStatus: Annotated[enums.TaskStatus | str, Since("24.2.10")]


_OBJECT_TYPE = Rule("requires", ("KeyNum", "ObjectType"))

GET = Operation("GET", "/tasks/{TaskNum}", Task, since="24.4.13")
LIST = Operation("GET", "/tasks", Task, since="22.3.16", query=TaskFilters, rules=(_OBJECT_TYPE,))
CREATE = Operation(
    "POST",
    "/tasks",
    Task,
    since="22.3.17",
    permission="AllOthers",
    body=NewTask,
    rules=(_OBJECT_TYPE,),
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/tasks/{TaskNum}",
    Task,
    since="22.4.15",
    permission="AllOthers",
    body=TaskUpdate,
    rules=(_OBJECT_TYPE,),
    read_back=GET,
)


class Tasks(Resource):
    """Tasks, each of which may belong to a patient or an appointment. They cannot be deleted."""

    async def get(self, TaskNum: int, **formats: Unpack[DateAndTimeFormats]) -> Task:
        """Read one task. API: Tasks GET (single), 24.4.13."""
        return await self._call(GET, TaskNum, query=formats)

    def list(self, **filters: Unpack[TaskFilters]) -> Rows[Task]:
        """List tasks; by default those of the last 14 days (see DateTimeOriginal).

        API: Tasks GET (multiple), 22.3.16.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewTask]) -> Task:
        """Add a task. API: Tasks POST (create), 22.3.17, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, TaskNum: int, **body: Unpack[TaskUpdate]) -> Task:
        """Change the given fields; leave the rest. API: Tasks PUT (update), 22.4.15, permission AllOthers."""
        return await self._call(UPDATE, TaskNum, body=body)
