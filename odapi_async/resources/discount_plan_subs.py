"""DiscountPlanSubs: DOC."""

from datetime import date
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.wire import DateLike


class DiscountPlanSub(Row, frozen=True):
    """DOC DiscountPlanSub."""

    DiscountSubNum: int = 0
    DiscountPlanNum: int = 0
    PatNum: int = 0
    DateEffective: date | None = None
    DateTerm: date | None = None
    SubNote: str = ""


class DiscountPlanSubGetFilters(TypedDict, total=False):
    """Filters of `get`."""

    PatNum: Required[int]


class NewDiscountPlanSub(TypedDict, total=False):
    """Body of `create`."""

    DiscountPlanNum: Required[int]
    PatNum: Required[int]
    DateEffective: DateLike
    """0001-01-01 = start of this calendar year. Default: 0001-01-01."""
    DateTerm: DateLike
    """0001-01-01 = no end. Default: 0001-01-01."""
    SubNote: str


class DiscountPlanSubUpdate(TypedDict, total=False):
    """Body of `update`."""

    PatNum: Required[int]
    """Patient of the subscription."""
    DateEffective: DateLike
    DateTerm: DateLike
    SubNote: str
    """Replaces the stored text."""


GET = Operation("GET", "/discountplansubs", DiscountPlanSub, since="21.3", query=DiscountPlanSubGetFilters)
CREATE = Operation(
    "POST", "/discountplansubs", NoneType, since="21.3", permission="AllOthers", body=NewDiscountPlanSub
)
UPDATE = Operation(
    "PUT",
    "/discountplansubs/{DiscountSubNum}",
    NoneType,
    since="22.3.13",
    permission="AllOthers",
    body=DiscountPlanSubUpdate,
)
DELETE = Operation(
    "DELETE", "/discountplansubs/{DiscountSubNum}", NoneType, since="23.1.12", permission="AllOthers"
)


class DiscountPlanSubs(Resource):
    """DiscountPlanSubs. Subscription of one patient to a discount plan; the key is DiscountSubNum."""

    async def get(self, **filters: Unpack[DiscountPlanSubGetFilters]) -> DiscountPlanSub:
        """Read one discount plan sub.

        Returns one object although it is asked by PatNum.

        API: DiscountPlanSubs GET, 21.3.
        """
        return await self._call(GET, query=filters)

    async def create(self, **body: Unpack[NewDiscountPlanSub]) -> None:
        """Add one discount plan sub. API: DiscountPlanSubs POST, 21.3, permission AllOthers."""
        await self._call(CREATE, body=body)

    async def update(self, DiscountSubNum: int, **body: Unpack[DiscountPlanSubUpdate]) -> None:
        """Change what is given and leave the rest.

        PatNum must be sent although the id is in the path.

        API: DiscountPlanSubs PUT, 22.3.13, permission AllOthers.
        """
        await self._call(UPDATE, DiscountSubNum, body=body)

    async def delete(self, DiscountSubNum: int) -> None:
        """Delete one discount plan sub. API: DiscountPlanSubs DELETE, 23.1.12, permission AllOthers."""
        await self._call(DELETE, DiscountSubNum)
