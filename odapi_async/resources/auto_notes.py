"""AutoNotes: DOC."""

from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class AutoNote(Row, frozen=True):
    """DOC AutoNote."""

    AutoNoteNum: int = 0
    AutoNoteName: str = ""
    MainText: str = ""
    Category: int = 0
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
    """0 = uncategorised. A definition of category 41. Default: 0."""


class AutoNoteUpdate(TypedDict, total=False):
    """Body of `update`."""

    AutoNoteName: str
    MainText: str
    Category: int
    """0 = uncategorised. A definition of category 41."""


LIST = Operation("GET", "/autonotes", AutoNote, since="22.3.22", query=AutoNoteFilters)
CREATE = Operation("POST", "/autonotes", AutoNote, since="22.3.33", permission="AllOthers", body=NewAutoNote)
UPDATE = Operation(
    "PUT", "/autonotes/{AutoNoteNum}", AutoNote, since="22.3.33", permission="AllOthers", body=AutoNoteUpdate
)


class AutoNotes(Resource):
    """AutoNotes. Note templates; a prompt is written inside MainText as [Prompt:"<control Descript>"]."""

    def list(self, **filters: Unpack[AutoNoteFilters]) -> Rows[AutoNote]:
        """List auto note rows. API: AutoNotes GET, 22.3.22."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAutoNote]) -> AutoNote:
        """Add one auto note. API: AutoNotes POST (create), 22.3.33, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, AutoNoteNum: int, **body: Unpack[AutoNoteUpdate]) -> AutoNote:
        """Change what is given and leave the rest.

        API: AutoNotes PUT (update), 22.3.33, permission AllOthers.
        """
        return await self._call(UPDATE, AutoNoteNum, body=body)
