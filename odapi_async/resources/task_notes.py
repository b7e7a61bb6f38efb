"""TaskNotes: notes of users on tasks."""

from datetime import datetime
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike
from odapi_async.resources.base import Resource, Row


class TaskNote(Row, frozen=True):
    """A note of one user on one task."""

    TaskNoteNum: int = 0
    TaskNum: int = 0
    UserNum: int = 0
    DateTimeNote: datetime | None = None
    Note: str = ""


class TaskNoteFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    TaskNum: int
    UserNum: int


class NewTaskNote(DateTimeFormats, total=False):
    """Body of `create`."""

    TaskNum: Required[int]
    UserNum: Required[int]
    Note: Required[str]
    """Not empty."""


class TaskNoteUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    DateTimeNote: DateTimeLike
    Note: str
    """Not empty."""


GET = Operation("GET", "/tasknotes/{TaskNoteNum}", TaskNote, since="24.4.22.0")
LIST = Operation("GET", "/tasknotes", TaskNote, since="24.4.22.0", query=TaskNoteFilters)
CREATE = Operation(
    "POST",
    "/tasknotes",
    TaskNote,
    since="24.4.22.0",
    permission="AllOthers",
    body=NewTaskNote,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/tasknotes/{TaskNoteNum}",
    TaskNote,
    since="24.4.22.0",
    permission="AllOthers",
    body=TaskNoteUpdate,
    read_back=GET,
)


class TaskNotes(Resource):
    """Notes on tasks. They cannot be deleted."""

    async def get(self, TaskNoteNum: int, **formats: Unpack[DateTimeFormats]) -> TaskNote:
        """Read one task note. API: TaskNotes GET (single), 24.4.22.0."""
        return await self._call(GET, TaskNoteNum, query=formats)

    def list(self, **filters: Unpack[TaskNoteFilters]) -> Rows[TaskNote]:
        """List task notes. API: TaskNotes GET (multiple), 24.4.22.0."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewTaskNote]) -> TaskNote:
        """Add a note to a task. API: TaskNotes POST (create), 24.4.22.0, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, TaskNoteNum: int, **body: Unpack[TaskNoteUpdate]) -> TaskNote:
        """Change the given fields; leave the rest.

        API: TaskNotes PUT (update), 24.4.22.0, permission AllOthers.
        """
        return await self._call(UPDATE, TaskNoteNum, body=body)
