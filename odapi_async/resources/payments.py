"""Payments: DOC."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import payments as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Keys, Money, Since


class Payment(Row, frozen=True):
    """DOC Payment."""

    PayNum: int = 0
    PayType: int = 0
    payType: str = ""
    PayDate: date | None = None
    PayAmt: Decimal = Decimal(0)
    """Sent as a string."""
    CheckNum: str = ""
    BankBranch: str = ""
    PayNote: str = ""
    PatNum: int = 0
    ClinicNum: int = 0
    """Sent as a string."""
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
    """One pair."""

    PayPlanChargeNum: int
    """Charge of a dynamic plan of the patient or family."""
    Amount: Money
    """Share of the payment."""


class ProcNumAndAmount(TypedDict):
    """One pair."""

    ProcNum: int
    """Outstanding procedure of the patient or family."""
    Amount: Money
    """Share of the payment."""


class PaymentFilters(TypedDict, total=False):
    """Filters of `list`."""

    PayType: Annotated[int, Since("23.3.11")]
    """A definition of category 10."""
    PatNum: int
    """Mandatory before 23.3.11."""
    DateEntry: DateLike
    """Entered on or after."""


class NewPayment(TypedDict, total=False):
    """Body of `create`."""

    PayAmt: Required[Money]
    PatNum: Required[int]
    PayType: Annotated[int, Since("23.1.27")]
    """A definition of category 10. Default: preference ApiPaymentType."""
    PayDate: DateLike
    """A future date only if the office allows. Default: today."""
    CheckNum: str
    PayNote: str
    BankBranch: str
    ClinicNum: int
    """Default: patient's clinic."""
    isPatientPreferred: bool
    """Keep the splits on this patient. Default: false."""
    isPrepayment: Annotated[bool, Since("22.4.8")]
    """One unearned split. Default: false."""
    procNums: Annotated[Keys, Since("22.4.16")]
    """Ignored with isPrepayment; procedures outside the family are ignored. Default: empty list."""
    payPlanNum: Annotated[int, Since("23.1.31")]
    """Dynamic plan; before 23.3.4 only with isPrepayment. Default: 0."""
    isUnallocatedPrepayment: Annotated[bool, Since("25.4.42")]
    """Unallocated prepayment even where the office enforces rigorous accounting."""
    MerchantFee: Money
    """Fee of the card processor."""


class PaymentRefundBody(TypedDict, total=False):
    """Body of `refund`."""

    PayNum: Required[int]
    """Payment to refund; shown in the example only."""


class PaymentUpdate(TypedDict, total=False):
    """Body of `update`."""

    PayType: int
    """A definition of category 10."""
    CheckNum: str
    """Replaces the stored text."""
    BankBranch: str
    """Replaces the stored text."""
    PayNote: str
    """Replaces the stored text."""
    ProcessStatus: Annotated[enums.ProcessStatus | str, Since("24.3.26")]
    """Only these two can be set."""


class PaymentUpdatePartialBody(TypedDict, total=False):
    """Body of `update_partial`."""

    procNumsAndAmounts: Sequence[ProcNumAndAmount]
    """One or more pairs. Mandatory before 25.2.45."""
    payPlanChargeNumsAndAmounts: Annotated[Sequence[PayPlanChargeNumAndAmount], Since("25.2.45")]
    """One or more pairs; charges of dynamic plans."""


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
    """Payments. Patient payments only; insurance payments are ClaimPayments. PayAmt and ClinicNum travel as
    strings.
    """

    def list(self, **filters: Unpack[PaymentFilters]) -> Rows[Payment]:
        """List payment rows. API: Payments GET, 22.2.32."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPayment]) -> Payment:
        """Add one payment.

        Goes to outstanding charges, oldest first; the rest becomes unearned income. An eligible payment plan
        is paid, the oldest if several. Makes the paysplits by the office's allocation preferences.

        API: Payments POST (create), 21.2, permission Payments.
        """
        return await self._call(CREATE, body=body)

    async def refund(self, **body: Unpack[PaymentRefundBody]) -> Payment:
        """DOC refund.

        Refused for payments on payment plans or with negative splits. The refund has a negative PayAmt.

        API: Payments POST Refund, 24.4.28, permission Payments.
        """
        return await self._call(REFUND, body=body)

    async def update(self, PayNum: int, **body: Unpack[PaymentUpdate]) -> Payment:
        """Change what is given and leave the rest.

        API: Payments PUT (update), 23.3.11, permission Payments.
        """
        return await self._call(UPDATE, PayNum, body=body)

    async def update_partial(self, PayNum: int, **body: Unpack[PaymentUpdatePartialBody]) -> Payment:
        """DOC update_partial.

        Deletes all splits of the payment and makes new ones; the amounts must add up to PayAmt. Read the
        result through PaySplits. Seldom used. Payment plan charges may be paid since 25.3, carried back to
        25.2.45; the amounts of both lists together must add up to PayAmt. Give at least one of
        procNumsAndAmounts and payPlanChargeNumsAndAmounts.

        API: Payments PUT Partial, 25.1.11, permission Payments.
        """
        return await self._call(UPDATE_PARTIAL, PayNum, body=body)
