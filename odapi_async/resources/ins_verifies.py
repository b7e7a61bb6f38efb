"""InsVerifies: DOC."""

from datetime import date, datetime
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import ins_verifies as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Since


class InsVerify(Row, frozen=True):
    """DOC InsVerify."""

    InsVerifyNum: int = 0
    DateLastVerified: date | None = None
    UserNum: int = 0
    VerifyType: str = ""
    FKey: int = 0
    DefNum: int = 0
    Note: str = ""
    DateLastAssigned: date | None = None
    SecDateTEdit: datetime | None = None


class InsVerifyFilters(TypedDict, total=False):
    """Filters of `list`."""

    VerifyType: enums.VerifyType | str
    """Required with FKey."""
    FKey: Annotated[int, Since("24.4.17")]
    """PatPlanNum or PlanNum, by VerifyType."""
    SecDateTEdit: DateTimeLike
    """Changed after this moment."""


class InsVerifyUpdate(TypedDict, total=False):
    """Body of `update`."""

    DateLastVerified: DateLike
    """Mandatory before 24.1.17. Mandatory before 24.1.17."""
    VerifyType: Required[enums.VerifyType | str]
    FKey: Required[int]
    """PatPlanNum or PlanNum, by VerifyType."""
    DefNum: int
    """A definition of category 38."""
    Note: Annotated[str, Since("24.1.17")]


GET = Operation("GET", "/insverifies/{InsVerifyNum}", InsVerify, since="23.2.23")
LIST = Operation("GET", "/insverifies", InsVerify, since="23.2.23", query=InsVerifyFilters)
UPDATE = Operation(
    "PUT", "/insverifies", InsVerify, since="21.1", permission="InsuranceSimple", body=InsVerifyUpdate
)


class InsVerifies(Resource):
    """InsVerifies. FKey points at a patplan or an insplan, depending on VerifyType. History rows are kept on
    the server.
    """

    async def get(self, InsVerifyNum: int) -> InsVerify:
        """Read one ins verify. API: InsVerifies GET (single), 23.2.23."""
        return await self._call(GET, InsVerifyNum)

    def list(self, **filters: Unpack[InsVerifyFilters]) -> Rows[InsVerify]:
        """List ins verify rows. API: InsVerifies GET (multiple), 23.2.23."""
        return self._rows(LIST, query=filters)

    async def update(self, **body: Unpack[InsVerifyUpdate]) -> InsVerify:
        """Change what is given and leave the rest.

        Addressed by VerifyType and FKey, no id in the path.

        API: InsVerifies PUT, 21.1, permission InsuranceSimple.
        """
        return await self._call(UPDATE, body=body)
