"""InsSubs: subscribers of insurance plans."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, DateTimeLike, Since
from odapi_async.resources.base import Resource, Row


class InsSub(Row, frozen=True):
    """The subscription of a patient to an insurance plan."""

    InsSubNum: int = 0
    PlanNum: int = 0
    Subscriber: int = 0
    """The PatNum of the subscriber."""
    DateEffective: date | None = None
    DateTerm: date | None = None
    SubscriberID: str = ""
    BenefitNotes: str = ""
    ReleaseInfo: bool = False
    """Whether the signature is on file."""
    AssignBen: bool = False
    """Whether benefits are assigned to the practice."""
    SubscNote: str = ""
    SecDateTEdit: datetime | None = None


class _InsSubBody(TypedDict, total=False):
    BenefitNotes: str
    ReleaseInfo: Annotated[bool, Since("21.4")]
    """Whether the signature is on file. Default: True."""
    AssignBen: Annotated[bool, Since("21.4")]
    """Whether benefits are assigned to the practice. Default: the office's preference."""
    SubscNote: Annotated[str, Since("22.4.26")]


class InsSubFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PlanNum: int
    Subscriber: int
    """A PatNum."""
    SecDateTEdit: DateTimeLike
    """Edited at this time or later."""


class NewInsSub(_InsSubBody, DateAndTimeFormats, total=False):
    """Body of `create`."""

    PlanNum: Required[int]
    Subscriber: Required[int]
    """A PatNum."""
    SubscriberID: Required[str]
    DateEffective: DateLike
    DateTerm: DateLike


class InsSubUpdate(_InsSubBody, total=False):
    """Body of `update`."""

    PlanNum: int
    Subscriber: Annotated[int, Since("21.4")]
    """A PatNum."""
    SubscriberID: Annotated[str, Since("21.4")]
    DateEffective: Annotated[DateLike, Since("21.4")]
    DateTerm: Annotated[DateLike, Since("21.4")]


GET = Operation("GET", "/inssubs/{InsSubNum}", InsSub, since="22.4.28")
LIST = Operation("GET", "/inssubs", InsSub, since="22.4.28", query=InsSubFilters)
CREATE = Operation(
    "POST", "/inssubs", InsSub, since="21.1", permission="InsuranceSimple", body=NewInsSub, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/inssubs/{InsSubNum}",
    NoneType,
    since="21.1",
    permission="InsuranceSimple",
    body=InsSubUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/inssubs/{InsSubNum}", NoneType, since="21.1", permission="InsuranceSimple", read_back=GET
)


class InsSubs(Resource):
    """Subscribers of insurance plans.

    A row links a plan to its subscriber. `PatPlans` lists the covered patients, including the subscriber.
    """

    async def get(self, InsSubNum: int, **formats: Unpack[DateAndTimeFormats]) -> InsSub:
        """Read one subscription. API: InsSubs GET (single), 22.4.28."""
        return await self._call(GET, InsSubNum, query=formats)

    def list(self, **filters: Unpack[InsSubFilters]) -> Rows[InsSub]:
        """List subscriptions, in the order of InsSubNum if no filter is given.

        API: InsSubs GET (multiple), 22.4.28.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewInsSub]) -> InsSub:
        """Add a subscriber to an existing plan. Benefits are not changed.

        API: InsSubs POST (create), 21.1, permission InsuranceSimple.
        """
        return await self._call(CREATE, body=body)

    async def update(self, InsSubNum: int, **body: Unpack[InsSubUpdate]) -> None:
        """Change the given fields; leave the rest.

        Moving it to another PlanNum or Subscriber keeps the InsSubNum, so patient plans stay attached.

        API: InsSubs PUT (update), 21.1, permission InsuranceSimple.
        """
        await self._call(UPDATE, InsSubNum, body=body)

    async def delete(self, InsSubNum: int) -> None:
        """Delete a subscription; refused if it has patient plans.

        API: InsSubs DELETE, 21.1, permission InsuranceSimple.
        """
        await self._call(DELETE, InsSubNum)
