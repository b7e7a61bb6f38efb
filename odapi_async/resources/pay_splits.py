"""PaySplits: parts of patient payments, by procedure, provider and plan."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, Since
from odapi_async.resources.base import Resource, Row


class PaySplit(Row, frozen=True):
    """A part of a payment, for one procedure, provider or plan."""

    SplitNum: int = 0
    SplitAmt: Decimal = Decimal(0)
    PatNum: int = 0
    PayNum: int = 0
    ProvNum: int = 0
    PayPlanNum: int = 0
    DatePay: date | None = None
    ProcNum: int = 0
    DateEntry: date | None = None
    UnearnedType: int = 0
    """A DefNum; `unearnedType` is its text."""
    unearnedType: str = ""
    ClinicNum: int = 0
    SecDateTEdit: datetime | None = None
    AdjNum: int = 0
    PayPlanChargeNum: int = 0
    PayPlanDebitType: str = ""


class PaySplitFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    """This or PayNum is mandatory before 24.4.24."""
    PayNum: int
    """This or PatNum is mandatory before 24.4.24."""
    ProcNum: Annotated[int, Since("24.4.24")]


class PaySplitUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    ProvNum: int
    """For unearned splits only with the preference AllowPrepayProvider."""
    ClinicNum: int


LIST = Operation("GET", "/paysplits", PaySplit, since="22.4.16", query=PaySplitFilters)
UPDATE = Operation(
    "PUT", "/paysplits/{SplitNum}", PaySplit, since="25.2.9", permission="Payments", body=PaySplitUpdate
)


class PaySplits(Resource):
    """Parts of patient payments. They are created with the payment; see `Payments`."""

    def list(self, **filters: Unpack[PaySplitFilters]) -> Rows[PaySplit]:
        """List splits. API: PaySplits GET, 22.4.16."""
        return self._rows(LIST, query=filters)

    async def update(self, SplitNum: int, **body: Unpack[PaySplitUpdate]) -> PaySplit:
        """Change the given fields; leave the rest. Seldom needed.

        API: PaySplits PUT (update), 25.2.9, permission Payments.
        """
        return await self._call(UPDATE, SplitNum, body=body)
