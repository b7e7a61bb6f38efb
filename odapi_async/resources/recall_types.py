"""RecallTypes: DOC."""

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class RecallType(Row, frozen=True):
    """DOC RecallType."""

    RecallTypeNum: int = 0
    Description: str = ""
    DefaultInterval: str = ""
    TimePattern: str = ""
    Procedures: str = ""
    AppendToSpecial: bool = False


GET = Operation("GET", "/recalltypes/{RecallTypeNum}", RecallType, since="24.1.44")
LIST = Operation("GET", "/recalltypes", RecallType, since="24.1.44")


class RecallTypes(Resource):
    """RecallTypes. Read only. Intervals look like 6m1d; Procedures is a comma-separated code list."""

    async def get(self, RecallTypeNum: int) -> RecallType:
        """Read one recall type. API: RecallTypes GET (single), 24.1.44."""
        return await self._call(GET, RecallTypeNum)

    def list(self) -> Rows[RecallType]:
        """List recall type rows. API: RecallTypes GET (multiple), 24.1.44."""
        return self._rows(LIST)
