"""DiscountPlanSubs: subscriptions of patients to discount plans."""

from datetime import date
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._wire import DateFormats, DateLike
from odapi_async.resources.base import Resource, Row


class DiscountPlanSub(Row, frozen=True):
    """The subscription of a patient to a discount plan."""

    DiscountSubNum: int = 0
    DiscountPlanNum: int = 0
    PatNum: int = 0
    DateEffective: date | None = None
    DateTerm: date | None = None
    SubNote: str = ""


class DiscountPlanSubGetFilters(DateFormats, total=False):
    """Filters of `get`."""

    PatNum: Required[int]


class NewDiscountPlanSub(TypedDict, total=False):
    """Body of `create`."""

    DiscountPlanNum: Required[int]
    PatNum: Required[int]
    DateEffective: DateLike
    """Default: None, for the start of this calendar year."""
    DateTerm: DateLike
    """Default: None, for no end."""
    SubNote: str


class DiscountPlanSubUpdate(TypedDict, total=False):
    """Body of `update`."""

    PatNum: Required[int]
    """The patient of the subscription, required in addition to the id."""
    DateEffective: DateLike
    DateTerm: DateLike
    SubNote: str
    """Replaces the stored note."""


GET = Operation("GET", "/discountplansubs", DiscountPlanSub, since="21.3", query=DiscountPlanSubGetFilters)
CREATE = Operation(
    "POST",
    "/discountplansubs",
    NoneType,
    since="21.3",
    permission="AllOthers",
    body=NewDiscountPlanSub,
)
UPDATE = Operation(
    "PUT",
    "/discountplansubs/{DiscountSubNum}",
    NoneType,
    since="22.3.13",
    permission="AllOthers",
    body=DiscountPlanSubUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/discountplansubs/{DiscountSubNum}", NoneType, since="23.1.12", permission="AllOthers"
)


class DiscountPlanSubs(Resource):
    """Subscriptions of patients to discount plans. The id is named DiscountSubNum."""

    async def get(self, **filters: Unpack[DiscountPlanSubGetFilters]) -> DiscountPlanSub:
        """Read the subscription of a patient. API: DiscountPlanSubs GET, 21.3."""
        return await self._call(GET, query=filters)

    async def create(self, **body: Unpack[NewDiscountPlanSub]) -> None:
        """Put a patient on a discount plan. API: DiscountPlanSubs POST, 21.3, permission AllOthers."""
        await self._call(CREATE, body=body)

    async def update(self, DiscountSubNum: int, **body: Unpack[DiscountPlanSubUpdate]) -> None:
        """Change the given fields; leave the rest.

        API: DiscountPlanSubs PUT, 22.3.13, permission AllOthers.
        """
        await self._call(UPDATE, DiscountSubNum, body=body)

    async def delete(self, DiscountSubNum: int) -> None:
        """Remove a patient from a discount plan.

        API: DiscountPlanSubs DELETE, 23.1.12, permission AllOthers.
        """
        await self._call(DELETE, DiscountSubNum)
