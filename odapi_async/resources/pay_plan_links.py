"""PayPlanLinks: procedures and adjustments on dynamic payment plans."""

from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, Money, Since
from odapi_async.enums import pay_plan_links as enums
from odapi_async.resources.base import Resource, Row


class PayPlanLink(Row, frozen=True):
    """A procedure or an adjustment that a dynamic payment plan pays for."""

    PayPlanLinkNum: Annotated[int, Since("25.3.29")] = 0
    PayPlanNum: Annotated[int, Since("25.3.29")] = 0
    LinkType: Annotated[str, Since("25.3.29")] = ""
    FKey: Annotated[int, Since("25.3.29")] = 0
    """A ProcNum or an AdjNum, by LinkType."""
    AmountOverride: Annotated[Decimal, Since("25.3.29")] = Decimal(0)
    """0 for none."""
    SecDateTEntry: Annotated[datetime | None, Since("25.3.29")] = None


class PayPlanLinkFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PayPlanNum: int


class NewPayPlanLink(DateTimeFormats, total=False):
    """Body of `create`."""

    PayPlanNum: Required[int]
    """A dynamic plan that is neither locked nor closed."""
    LinkType: Required[enums.LinkType | str]
    FKey: Required[int]
    """A ProcNum or an AdjNum, by LinkType."""
    AmountOverride: Money
    """At most the remaining amount; 0 for none."""


class PayPlanLinkUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    AmountOverride: Money


GET = Operation("GET", "/payplanlinks/{PayPlanLinkNum}", PayPlanLink, since="25.3.29")
LIST = Operation("GET", "/payplanlinks", PayPlanLink, since="25.3.29", query=PayPlanLinkFilters)
CREATE = Operation(
    "POST",
    "/payplanlinks",
    PayPlanLink,
    since="25.3.29",
    permission="PayPlans",
    body=NewPayPlanLink,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/payplanlinks/{PayPlanLinkNum}",
    PayPlanLink,
    since="25.3",
    permission="PayPlans",
    body=PayPlanLinkUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/payplanlinks/{PayPlanLinkNum}", NoneType, since="25.3", permission="PayPlans", read_back=GET
)


class PayPlanLinks(Resource):
    """Procedures and adjustments of dynamic payment plans."""

    async def get(self, PayPlanLinkNum: int, **formats: Unpack[DateTimeFormats]) -> PayPlanLink:
        """Read one link. API: PayPlanLinks GET (single), 25.3.29."""
        return await self._call(GET, PayPlanLinkNum, query=formats)

    def list(self, **filters: Unpack[PayPlanLinkFilters]) -> Rows[PayPlanLink]:
        """List links. API: PayPlanLinks GET (multiple), 25.3.29."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPayPlanLink]) -> PayPlanLink:
        """Put a procedure or an adjustment on a plan.

        API: PayPlanLinks POST (create), 25.3.29, permission PayPlans.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PayPlanLinkNum: int, **body: Unpack[PayPlanLinkUpdate]) -> PayPlanLink:
        """Change the amount.

        Known from third parties only: try it on your server first.

        API: PayPlanLinks PUT (update), 25.3, permission PayPlans.
        """
        return await self._call(UPDATE, PayPlanLinkNum, body=body)

    async def delete(self, PayPlanLinkNum: int) -> None:
        """Remove a procedure or an adjustment from a plan.

        Known from third parties only: try it on your server first.

        API: PayPlanLinks DELETE, 25.3, permission PayPlans.
        """
        await self._call(DELETE, PayPlanLinkNum)
