"""RecallTypes: the kinds of recall, such as Prophy, and their intervals."""

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class RecallType(Row, frozen=True):
    """A kind of recall, and its procedures."""

    RecallTypeNum: int = 0
    Description: str = ""
    DefaultInterval: str = ""
    """Years, months, weeks and days, such as 6m1d."""
    TimePattern: str = ""
    """A time pattern of X and /."""
    Procedures: str = ""
    """Procedure codes, separated by commas."""
    AppendToSpecial: bool = False


GET = Operation("GET", "/recalltypes/{RecallTypeNum}", RecallType, since="24.1.44")
LIST = Operation("GET", "/recalltypes", RecallType, since="24.1.44")


class RecallTypes(Resource):
    """Kinds of recall that the office has set up. Read only."""

    async def get(self, RecallTypeNum: int) -> RecallType:
        """Read one recall type. API: RecallTypes GET (single), 24.1.44."""
        return await self._call(GET, RecallTypeNum)

    def list(self) -> Rows[RecallType]:
        """List recall types. API: RecallTypes GET (multiple), 24.1.44."""
        return self._rows(LIST)
