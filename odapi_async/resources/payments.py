"""Payments: payments by patients; those of insurance are ClaimPayments."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, Ids, Money, Since
from odapi_async.enums import payments as enums
from odapi_async.resources.base import Resource, Row


class Payment(Row, frozen=True):
    """A payment by a patient; its parts are in `PaySplits`."""

    PayNum: int = 0
    PayType: int = 0
    """A DefNum; `payType` is its text."""
    payType: str = ""
    PayDate: date | None = None
    PayAmt: Decimal = Decimal(0)
    """Negative for a refund."""
    CheckNum: str = ""
    BankBranch: str = ""
    PayNote: str = ""
    PatNum: int = 0
    ClinicNum: int = 0
    DateEntry: date | None = None
    DepositNum: int = 0
    Receipt: str = ""
    IsRecurringCC: bool = False
    SecUserNumEntry: int = 0
    SecDateTEdit: datetime | None = None
    PaymentSource: str = ""
    ProcessStatus: str = ""
    RecurringChargeDate: date | None = None
    IsCcCompleted: bool = False
    serverDateTime: datetime | None = None


class PayPlanChargeNumAndAmount(TypedDict):
    """A charge, and its share of the payment."""

    PayPlanChargeNum: int
    """A charge of a dynamic plan of the patient or family."""
    Amount: Money


class ProcNumAndAmount(TypedDict):
    """A procedure, and its share of the payment."""

    ProcNum: int
    """An outstanding procedure of the patient or family."""
    Amount: Money


class PaymentFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PayType: Annotated[int, Since("23.3.11")]
    """A definition of category 10."""
    PatNum: int
    """Mandatory before 23.3.11."""
    DateEntry: DateLike
    """Entered on this day or later."""


class NewPayment(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PayAmt: Required[Money]
    PatNum: Required[int]
    PayType: Annotated[int, Since("23.1.27")]
    """A definition of category 10. Default: the preference ApiPaymentType."""
    PayDate: DateLike
    """Default: today. A future date only if the office allows it."""
    CheckNum: str
    PayNote: str
    BankBranch: str
    ClinicNum: int
    """Default: the patient's clinic."""
    isPatientPreferred: bool
    """Assign all splits to this patient."""
    isPrepayment: Annotated[bool, Since("22.4.8")]
    """Create one unearned split."""
    procNums: Annotated[Ids, Since("22.4.16")]
    """The procedures to pay. Procedures outside the family are ignored, and with isPrepayment all of them."""
    payPlanNum: Annotated[int, Since("23.1.31")]
    """A dynamic plan. Before 23.3.4 only with isPrepayment."""
    isUnallocatedPrepayment: Annotated[bool, Since("25.4.42")]
    """Leave it unallocated, even if the office enforces rigorous accounting."""
    MerchantFee: Annotated[Money, Since("26.1")]
    """The fee of the card processor."""


class PaymentRefundBody(DateAndTimeFormats, total=False):
    """Body of `refund`."""

    PayNum: Required[int]
    """The payment to refund."""


class PaymentUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    PayType: int
    """A definition of category 10."""
    CheckNum: str
    BankBranch: str
    PayNote: str
    ProcessStatus: Annotated[enums.ProcessStatus | str, Since("24.3.26")]


class PaymentUpdatePartialBody(DateAndTimeFormats, total=False):
    """Body of `update_partial`."""

    procNumsAndAmounts: Sequence[ProcNumAndAmount]
    """Mandatory before 25.2.45."""
    payPlanChargeNumsAndAmounts: Annotated[Sequence[PayPlanChargeNumAndAmount], Since("25.2.45")]


LIST = Operation("GET", "/payments", Payment, since="22.2.32", query=PaymentFilters)
CREATE = Operation("POST", "/payments", Payment, since="21.2", permission="Payments", body=NewPayment)
REFUND = Operation(
    "POST", "/payments/Refund", Payment, since="24.4.28", permission="Payments", body=PaymentRefundBody
)
UPDATE = Operation(
    "PUT", "/payments/{PayNum}", Payment, since="23.3.11", permission="Payments", body=PaymentUpdate
)
UPDATE_PARTIAL = Operation(
    "PUT",
    "/payments/{PayNum}/Partial",
    Payment,
    since="25.1.11",
    permission="Payments",
    body=PaymentUpdatePartialBody,
    rules=(Rule("at_least_one", ("procNumsAndAmounts", "payPlanChargeNumsAndAmounts")),),
)


class Payments(Resource):
    """Payments by patients; those of insurance are in `ClaimPayments`.

    They cannot be deleted; a refund is a separate payment.
    """

    def list(self, **filters: Unpack[PaymentFilters]) -> Rows[Payment]:
        """List payments. API: Payments GET, 22.2.32."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPayment]) -> Payment:
        """Add a payment, and its splits according to the preferences of the office.

        It pays outstanding charges, the oldest first, and the rest becomes unearned income. If a payment
        plan can be paid, it is paid; of several plans, the oldest one.

        API: Payments POST (create), 21.2, permission Payments.
        """
        return await self._call(CREATE, body=body)

    async def refund(self, **body: Unpack[PaymentRefundBody]) -> Payment:
        """Refund a payment: creates a new payment with a negative PayAmt.

        Refused for payments on payment plans or with negative splits.

        API: Payments POST Refund, 24.4.28, permission Payments.
        """
        return await self._call(REFUND, body=body)

    async def update(self, PayNum: int, **body: Unpack[PaymentUpdate]) -> Payment:
        """Change the given fields; leave the rest. Texts replace the stored texts.

        API: Payments PUT (update), 23.3.11, permission Payments.
        """
        return await self._call(UPDATE, PayNum, body=body)

    async def update_partial(self, PayNum: int, **body: Unpack[PaymentUpdatePartialBody]) -> Payment:
        """Split a payment again: all its splits are deleted and new ones are created.

        Pass procNumsAndAmounts, payPlanChargeNumsAndAmounts, or both; the sum of all amounts must be the
        PayAmt. Read the splits from `PaySplits`. Seldom needed.

        API: Payments PUT Partial, 25.1.11, permission Payments.
        """
        return await self._call(UPDATE_PARTIAL, PayNum, body=body)
