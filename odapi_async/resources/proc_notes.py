"""ProcNotes: DOC."""

from datetime import datetime
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class ProcNote(Row, frozen=True):
    """DOC ProcNote."""

    ProcNoteNum: int = 0
    PatNum: int = 0
    ProcNum: int = 0
    EntryDateTime: datetime | None = None
    UserNum: int = 0
    Note: str = ""
    SigIsTopaz: bool = False
    isSigned: bool = False


class ProcNoteFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    ProcNum: int


class NewProcNote(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    ProcNum: Required[int]
    Note: Required[str]
    isSigned: Annotated[bool, Since("24.2.29")]
    """Signs the note digitally. Default: false."""
    doAppendNote: Annotated[bool, Since("24.2.29")]
    """Puts the latest note before the new text. Default: false."""


LIST = Operation("GET", "/procnotes", ProcNote, since="24.2.29", query=ProcNoteFilters)
CREATE = Operation("POST", "/procnotes", ProcNote, since="22.2", permission="AllOthers", body=NewProcNote)


class ProcNotes(Resource):
    """ProcNotes. A note is never edited or deleted: each change adds a row."""

    def list(self, **filters: Unpack[ProcNoteFilters]) -> Rows[ProcNote]:
        """List proc note rows.

        Newest first.

        API: ProcNotes GET, 24.2.29.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewProcNote]) -> ProcNote:
        """Add one proc note.

        Runs of 50 or more blank lines are removed. Signing is recorded in the developer's name.

        API: ProcNotes POST, 22.2, permission AllOthers.
        """
        return await self._call(CREATE, body=body)
