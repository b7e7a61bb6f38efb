"""InsVerifies: the latest verifications of insurance."""

from datetime import date, datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, DateTimeLike, Since
from odapi_async.enums import ins_verifies as enums
from odapi_async.resources.base import Resource, Row


class InsVerify(Row, frozen=True):
    """The state of verification of one patient's enrollment or of one plan's benefits."""

    InsVerifyNum: int = 0
    DateLastVerified: date | None = None
    UserNum: int = 0
    VerifyType: str = ""
    FKey: int = 0
    """A PatPlanNum for PatientEnrollment, a PlanNum for InsuranceBenefit."""
    DefNum: int = 0
    """The status: a definition of category 38."""
    Note: str = ""
    DateLastAssigned: date | None = None
    SecDateTEdit: datetime | None = None


class InsVerifyFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    VerifyType: enums.VerifyType | str
    """Required with FKey."""
    FKey: Annotated[int, Since("24.4.17")]
    """A PatPlanNum for PatientEnrollment, a PlanNum for InsuranceBenefit."""
    SecDateTEdit: DateTimeLike
    """Changed after this time."""


class InsVerifyUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    DateLastVerified: DateLike
    """Mandatory before 24.1.17."""
    VerifyType: Required[enums.VerifyType | str]
    FKey: Required[int]
    """A PatPlanNum for PatientEnrollment, a PlanNum for InsuranceBenefit."""
    DefNum: int
    """The status: a definition of category 38."""
    Note: Annotated[str, Since("24.1.17")]


GET = Operation("GET", "/insverifies/{InsVerifyNum}", InsVerify, since="23.2.23")
LIST = Operation(
    "GET",
    "/insverifies",
    InsVerify,
    since="23.2.23",
    query=InsVerifyFilters,
    rules=(Rule("requires", ("FKey", "VerifyType")),),
)
UPDATE = Operation(
    "PUT", "/insverifies", InsVerify, since="21.1", permission="InsuranceSimple", body=InsVerifyUpdate
)


class InsVerifies(Resource):
    """Verifications of insurance. The server keeps a history of them, which the API does not show."""

    async def get(self, InsVerifyNum: int, **formats: Unpack[DateAndTimeFormats]) -> InsVerify:
        """Read one verification. API: InsVerifies GET (single), 23.2.23."""
        return await self._call(GET, InsVerifyNum, query=formats)

    def list(self, **filters: Unpack[InsVerifyFilters]) -> Rows[InsVerify]:
        """List verifications. API: InsVerifies GET (multiple), 23.2.23."""
        return self._rows(LIST, query=filters)

    async def update(self, **body: Unpack[InsVerifyUpdate]) -> InsVerify:
        """Change the given fields; leave the rest.

        The row is found by VerifyType and FKey, not by its id.

        API: InsVerifies PUT, 21.1, permission InsuranceSimple.
        """
        return await self._call(UPDATE, body=body)
