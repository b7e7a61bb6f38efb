"""InsSubs: DOC."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Since


class InsSub(Row, frozen=True):
    """DOC InsSub."""

    InsSubNum: int = 0
    PlanNum: int = 0
    Subscriber: int = 0
    DateEffective: date | None = None
    DateTerm: date | None = None
    SubscriberID: str = ""
    BenefitNotes: str = ""
    ReleaseInfo: bool = False
    AssignBen: bool = False
    SubscNote: str = ""
    SecDateTEdit: datetime | None = None


class _InsSubBody(TypedDict, total=False):
    BenefitNotes: str
    ReleaseInfo: Annotated[bool, Since("21.4")]
    """Signature on file."""
    AssignBen: Annotated[bool, Since("21.4")]
    SubscNote: Annotated[str, Since("22.4.26")]


class InsSubFilters(TypedDict, total=False):
    """Filters of `list`."""

    PlanNum: int
    Subscriber: int
    SecDateTEdit: DateTimeLike
    """Edited at or after."""


class NewInsSub(_InsSubBody, total=False):
    """Body of `create`."""

    PlanNum: Required[int]
    Subscriber: Required[int]
    SubscriberID: Required[str]
    DateEffective: DateLike
    DateTerm: DateLike


class InsSubUpdate(_InsSubBody, total=False):
    """Body of `update`."""

    PlanNum: int
    Subscriber: Annotated[int, Since("21.4")]
    SubscriberID: Annotated[str, Since("21.4")]
    DateEffective: Annotated[DateLike, Since("21.4")]
    DateTerm: Annotated[DateLike, Since("21.4")]


GET = Operation("GET", "/inssubs/{InsSubNum}", InsSub, since="22.4.28")
LIST = Operation("GET", "/inssubs", InsSub, since="22.4.28", query=InsSubFilters)
CREATE = Operation("POST", "/inssubs", InsSub, since="21.1", permission="InsuranceSimple", body=NewInsSub)
UPDATE = Operation(
    "PUT", "/inssubs/{InsSubNum}", NoneType, since="21.1", permission="InsuranceSimple", body=InsSubUpdate
)
DELETE = Operation("DELETE", "/inssubs/{InsSubNum}", NoneType, since="21.1", permission="InsuranceSimple")


class InsSubs(Resource):
    """InsSubs. Joins an insurance plan to its subscriber (a patient). Coverage itself is a PatPlan."""

    async def get(self, InsSubNum: int) -> InsSub:
        """Read one ins sub. API: InsSubs GET (single), 22.4.28."""
        return await self._call(GET, InsSubNum)

    def list(self, **filters: Unpack[InsSubFilters]) -> Rows[InsSub]:
        """List ins sub rows.

        Ordered by InsSubNum without filters.

        API: InsSubs GET (multiple), 22.4.28.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewInsSub]) -> InsSub:
        """Add one ins sub.

        Creates no plan and changes no benefits. No location header.

        API: InsSubs POST (create), 21.1, permission InsuranceSimple.
        """
        return await self._call(CREATE, body=body)

    async def update(self, InsSubNum: int, **body: Unpack[InsSubUpdate]) -> None:
        """Change what is given and leave the rest.

        Moving to another PlanNum or Subscriber keeps the InsSubNum, so patient plans stay attached.

        API: InsSubs PUT (update), 21.1, permission InsuranceSimple.
        """
        await self._call(UPDATE, InsSubNum, body=body)

    async def delete(self, InsSubNum: int) -> None:
        """Delete one ins sub.

        Refused while patient plans exist.

        API: InsSubs DELETE, 21.1, permission InsuranceSimple.
        """
        await self._call(DELETE, InsSubNum)
