"""QuickPasteCats: the groups of the office's quick paste notes."""

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class QuickPasteCat(Row, frozen=True):
    """A group of quick paste notes."""

    QuickPasteCatNum: int = 0
    Description: str = ""
    ItemOrder: int = 0
    DefaultForTypes: str = ""
    """The kinds of note for which it is the default, separated by commas."""


GET = Operation("GET", "/quickpastecats/{QuickPasteCatNum}", QuickPasteCat, since="22.3.26")
LIST = Operation("GET", "/quickpastecats", QuickPasteCat, since="22.3.26")


class QuickPasteCats(Resource):
    """Groups of quick paste notes. Read only."""

    async def get(self, QuickPasteCatNum: int) -> QuickPasteCat:
        """Read one group of quick paste notes. API: QuickPasteCats GET (single), 22.3.26."""
        return await self._call(GET, QuickPasteCatNum)

    def list(self) -> Rows[QuickPasteCat]:
        """List the groups of quick paste notes. API: QuickPasteCats GET (multiple), 22.3.26."""
        return self._rows(LIST)
