"""PayPlanCharges: DOC."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import pay_plan_charges as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Money


class PayPlanCharge(Row, frozen=True):
    """DOC PayPlanCharge."""

    PayPlanChargeNum: int = 0
    PayPlanNum: int = 0
    Guarantor: int = 0
    PatNum: int = 0
    ChargeDate: date | None = None
    Principal: Decimal = Decimal(0)
    Interest: Decimal = Decimal(0)
    Note: str = ""
    ProvNum: int = 0
    ClinicNum: int = 0
    ChargeType: str = ""
    ProcNum: int = 0
    SecDateTEntry: datetime | None = None
    SecDateTEdit: datetime | None = None
    StatementNum: int = 0
    FKey: int = 0
    LinkType: str = ""
    IsOffset: bool = False


class PayPlanChargeFilters(TypedDict, total=False):
    """Filters of `list`."""

    PayPlanNum: Required[int]


class NewPayPlanCharge(TypedDict, total=False):
    """Body of `create`."""

    PayPlanNum: Required[int]
    ChargeDate: Required[DateLike]
    Principal: Required[Money]
    FKey: Required[int]
    """By LinkType."""
    LinkType: Required[enums.LinkType | str]
    Interest: Money
    Note: str


class PayPlanChargeUpdate(TypedDict, total=False):
    """Body of `update`."""

    ChargeDate: DateLike
    Principal: Money
    Interest: Money
    Note: str


LIST = Operation("GET", "/payplancharges", PayPlanCharge, since="23.2.28", query=PayPlanChargeFilters)
CREATE = Operation(
    "POST",
    "/payplancharges",
    PayPlanCharge,
    since="26.1-26.3 (exact build unknown; seen 2026-10-08, absent 2026-06-06)",
    permission="AllOthers",
    body=NewPayPlanCharge,
)
UPDATE = Operation(
    "PUT",
    "/payplancharges/{PayPlanChargeNum}",
    PayPlanCharge,
    since="26.1-26.3 (exact build unknown; seen 2026-10-08, absent 2026-06-06)",
    permission="AllOthers",
    body=PayPlanChargeUpdate,
)
DELETE = Operation(
    "DELETE",
    "/payplancharges/{PayPlanChargeNum}",
    NoneType,
    since="26.1-26.3 (exact build unknown; seen 2026-10-08, absent 2026-06-06)",
    permission="AllOthers",
)


class PayPlanCharges(Resource):
    """PayPlanCharges. Read only before 26.1-26.3 (exact build unknown)."""

    def list(self, **filters: Unpack[PayPlanChargeFilters]) -> Rows[PayPlanCharge]:
        """List pay plan charge rows. API: PayPlanCharges GET, 23.2.28."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPayPlanCharge]) -> PayPlanCharge:
        """Add one pay plan charge.

        The body comes from a third-party reading. Known from third parties only: try it on your server first.

        API: PayPlanCharges POST, 26.1-26.3 (exact build unknown; seen 2026-10-08, absent 2026-06-06),
        permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PayPlanChargeNum: int, **body: Unpack[PayPlanChargeUpdate]) -> PayPlanCharge:
        """Change what is given and leave the rest.

        Path and body come from a third-party reading. Known from third parties only: try it on your server
        first.

        API: PayPlanCharges PUT, 26.1-26.3 (exact build unknown; seen 2026-10-08, absent 2026-06-06),
        permission AllOthers.
        """
        return await self._call(UPDATE, PayPlanChargeNum, body=body)

    async def delete(self, PayPlanChargeNum: int) -> None:
        """Delete one pay plan charge.

        The path is inferred. Known from third parties only: try it on your server first.

        API: PayPlanCharges DELETE, 26.1-26.3 (exact build unknown; seen 2026-10-08, absent 2026-06-06),
        permission AllOthers.
        """
        await self._call(DELETE, PayPlanChargeNum)
