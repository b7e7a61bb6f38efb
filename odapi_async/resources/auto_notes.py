"""AutoNotes: templates of notes, with prompts inside."""

from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class AutoNote(Row, frozen=True):
    """A template of a note."""

    AutoNoteNum: int = 0
    AutoNoteName: str = ""
    MainText: str = ""
    """It contains prompts as [Prompt:"<Descript>"]."""
    Category: int = 0
    """A definition of category 41, 0 for none; `category` is its text."""
    category: str = ""


class AutoNoteFilters(TypedDict, total=False):
    """Filters of `list`."""

    Category: int
    """A definition of category 41."""


class NewAutoNote(TypedDict, total=False):
    """Body of `create`."""

    AutoNoteName: Required[str]
    MainText: Required[str]
    Category: int
    """A definition of category 41; 0 for none."""


class AutoNoteUpdate(TypedDict, total=False):
    """Body of `update`."""

    AutoNoteName: str
    MainText: str
    Category: int
    """A definition of category 41; 0 for none."""


LIST = Operation("GET", "/autonotes", AutoNote, since="22.3.22", query=AutoNoteFilters)
CREATE = Operation("POST", "/autonotes", AutoNote, since="22.3.33", permission="AllOthers", body=NewAutoNote)
UPDATE = Operation(
    "PUT", "/autonotes/{AutoNoteNum}", AutoNote, since="22.3.33", permission="AllOthers", body=AutoNoteUpdate
)


class AutoNotes(Resource):
    """Templates of notes. They cannot be deleted.

    MainText contains prompts as [Prompt:"<Descript>"], with the Descript of a row of `auto_note_controls`.
    """

    def list(self, **filters: Unpack[AutoNoteFilters]) -> Rows[AutoNote]:
        """List note templates. API: AutoNotes GET, 22.3.22."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAutoNote]) -> AutoNote:
        """Add a note template. API: AutoNotes POST (create), 22.3.33, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, AutoNoteNum: int, **body: Unpack[AutoNoteUpdate]) -> AutoNote:
        """Change the given fields; leave the rest.

        API: AutoNotes PUT (update), 22.3.33, permission AllOthers.
        """
        return await self._call(UPDATE, AutoNoteNum, body=body)
