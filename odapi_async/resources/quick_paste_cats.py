"""QuickPasteCats: DOC."""

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class QuickPasteCat(Row, frozen=True):
    """DOC QuickPasteCat."""

    QuickPasteCatNum: int = 0
    Description: str = ""
    ItemOrder: int = 0
    DefaultForTypes: str = ""


GET = Operation("GET", "/quickpastecats/{QuickPasteCatNum}", QuickPasteCat, since="22.3.26")
LIST = Operation("GET", "/quickpastecats", QuickPasteCat, since="22.3.26")


class QuickPasteCats(Resource):
    """QuickPasteCats. Read only. DefaultForTypes is a comma-separated list."""

    async def get(self, QuickPasteCatNum: int) -> QuickPasteCat:
        """Read one quick paste cat. API: QuickPasteCats GET (single), 22.3.26."""
        return await self._call(GET, QuickPasteCatNum)

    def list(self) -> Rows[QuickPasteCat]:
        """List quick paste cat rows. API: QuickPasteCats GET (multiple), 22.3.26."""
        return self._rows(LIST)
