"""QuickPasteNotes: texts that staff insert by an abbreviation."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class QuickPasteNote(Row, frozen=True):
    """A text and its abbreviation."""

    QuickPasteNoteNum: int = 0
    QuickPasteCatNum: int = 0
    ItemOrder: int = 0
    Note: str = ""
    Abbreviation: str = ""


class QuickPasteNoteFilters(TypedDict, total=False):
    """Filters of `list`."""

    QuickPasteCatNum: int


GET = Operation("GET", "/quickpastenotes/{QuickPasteNoteNum}", QuickPasteNote, since="22.3.24")
LIST = Operation("GET", "/quickpastenotes", QuickPasteNote, since="22.3.24", query=QuickPasteNoteFilters)


class QuickPasteNotes(Resource):
    """Texts that staff paste into notes. Read only."""

    async def get(self, QuickPasteNoteNum: int) -> QuickPasteNote:
        """Read one quick paste note. API: QuickPasteNotes GET (single), 22.3.24."""
        return await self._call(GET, QuickPasteNoteNum)

    def list(self, **filters: Unpack[QuickPasteNoteFilters]) -> Rows[QuickPasteNote]:
        """List quick paste notes. API: QuickPasteNotes GET (multiple), 22.3.24."""
        return self._rows(LIST, query=filters)
