"""PayPlanCharges: the installments of payment plans."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, Money
from odapi_async.enums import pay_plan_charges as enums
from odapi_async.resources.base import Resource, Row


class PayPlanCharge(Row, frozen=True):
    """An installment of a payment plan."""

    PayPlanChargeNum: int = 0
    PayPlanNum: int = 0
    Guarantor: int = 0
    """The PatNum of the person who pays."""
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
    """The id of the row that LinkType refers to."""
    LinkType: str = ""
    IsOffset: bool = False


class PayPlanChargeFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PayPlanNum: Required[int]


class NewPayPlanCharge(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PayPlanNum: Required[int]
    ChargeDate: Required[DateLike]
    Principal: Required[Money]
    FKey: Required[int]
    """The id of the row that LinkType refers to."""
    LinkType: Required[enums.LinkType | str]
    Interest: Money
    Note: str


class PayPlanChargeUpdate(DateAndTimeFormats, total=False):
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
    since="26.1",
    permission="AllOthers",
    body=NewPayPlanCharge,
)
UPDATE = Operation(
    "PUT",
    "/payplancharges/{PayPlanChargeNum}",
    PayPlanCharge,
    since="26.1",
    permission="AllOthers",
    body=PayPlanChargeUpdate,
)
DELETE = Operation(
    "DELETE",
    "/payplancharges/{PayPlanChargeNum}",
    NoneType,
    since="26.1",
    permission="AllOthers",
)


class PayPlanCharges(Resource):
    """Installments of payment plans; versions before 26.1 can only read them."""

    def list(self, **filters: Unpack[PayPlanChargeFilters]) -> Rows[PayPlanCharge]:
        """List the charges of one payment plan. API: PayPlanCharges GET, 23.2.28."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPayPlanCharge]) -> PayPlanCharge:
        """Add a charge.

        Known from third parties only: try it on your server first.

        API: PayPlanCharges POST, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PayPlanChargeNum: int, **body: Unpack[PayPlanChargeUpdate]) -> PayPlanCharge:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: PayPlanCharges PUT, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        return await self._call(UPDATE, PayPlanChargeNum, body=body)

    async def delete(self, PayPlanChargeNum: int) -> None:
        """Delete a charge.

        Known from third parties only: try it on your server first.

        API: PayPlanCharges DELETE, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        await self._call(DELETE, PayPlanChargeNum)
