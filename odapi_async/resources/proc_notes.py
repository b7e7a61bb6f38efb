"""ProcNotes: the clinical notes of procedures."""

from datetime import datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, Since
from odapi_async.resources.base import Resource, Row


class ProcNote(Row, frozen=True):
    """A version of the note of one procedure."""

    ProcNoteNum: int = 0
    PatNum: int = 0
    ProcNum: int = 0
    EntryDateTime: datetime | None = None
    UserNum: int = 0
    Note: str = ""
    SigIsTopaz: bool = False
    isSigned: bool = False


class ProcNoteFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    ProcNum: int


class NewProcNote(DateTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    ProcNum: Required[int]
    Note: Required[str]
    isSigned: Annotated[bool, Since("24.2.29")]
    """Sign it digitally with the developer's name."""
    doAppendNote: Annotated[bool, Since("24.2.29")]
    """Put the newest note before the new text instead of replacing it."""


LIST = Operation("GET", "/procnotes", ProcNote, since="24.2.29", query=ProcNoteFilters)
CREATE = Operation("POST", "/procnotes", ProcNote, since="22.2", permission="AllOthers", body=NewProcNote)


class ProcNotes(Resource):
    """Notes of procedures.

    A note is never changed or deleted: each change adds a row, and the newest one is valid.
    """

    def list(self, **filters: Unpack[ProcNoteFilters]) -> Rows[ProcNote]:
        """List notes, the newest first. API: ProcNotes GET, 24.2.29."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewProcNote]) -> ProcNote:
        """Add a note, which replaces the one before.

        Sequences of 50 or more empty lines are removed.

        API: ProcNotes POST, 22.2, permission AllOthers.
        """
        return await self._call(CREATE, body=body)
