"""ClaimPayments: checks and other payments from insurance companies."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, DateTimeLike, Ids, Money, Since, SinceValue
from odapi_async.resources.base import Resource, Row


class ClaimPayment(Row, frozen=True):
    """A payment from an insurance company, for one claim or for several."""

    ClaimPaymentNum: int = 0
    CheckDate: date | None = None
    """The day of entry, not the date on the check."""
    CheckAmt: Decimal = Decimal(0)
    CheckNum: str = ""
    BankBranch: str = ""
    Note: str = ""
    ClinicNum: int = 0
    DepositNum: int = 0
    CarrierName: str = ""
    DateIssued: date | None = None
    """The date on the check."""
    IsPartial: bool = False
    PayType: int = 0
    """A definition of category 32; `payType` is its text."""
    payType: str = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    PayGroup: int = 0
    """A definition of category 40; `payGroup` is its text."""
    payGroup: str = ""


class _ClaimPaymentBody(DateAndTimeFormats, total=False):
    CheckNum: str
    BankBranch: str
    Note: str
    CarrierName: str
    """For reports only."""
    PayType: int
    """A definition of category 32."""
    PayGroup: int
    """A definition of category 40."""


class ClaimPaymentFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    SecDateTEdit: DateTimeLike
    """Edited at this time or later."""


class NewClaimPayment(_ClaimPaymentBody, total=False):
    """Body of `create`."""

    claimNum: Required[int]
    CheckAmt: Required[Annotated[Money, SinceValue(0, "25.1.21")]]
    """The sum of InsPayAmt of the claim procedures that are not yet paid. 0 since 25.1.21."""
    CheckDate: DateLike
    """The day of entry, not the date on the check. Default: today."""
    ClinicNum: int
    """Default: the clinic of the claim."""
    DateIssued: DateLike
    """The date on the check."""


class ClaimPaymentCreateBatchBody(DateAndTimeFormats, total=False):
    """Body of `create_batch`."""

    claimNums: Required[Ids]
    CheckAmt: Required[Money]
    """If it is not the sum of the claim procedures, the payment is partial."""
    CheckDate: DateLike
    """The day of entry, not the date on the check. Default: today."""
    CheckNum: str
    BankBranch: str
    Note: str
    ClinicNum: int
    CarrierName: str
    """Default: the carrier of the first claim's plan."""
    DateIssued: DateLike
    """The date on the check."""
    PayType: int
    """A definition of category 32. Default: the first of them."""
    PayGroup: int
    """A definition of category 40. Default: the first of them."""


class ClaimPaymentUpdate(_ClaimPaymentBody, total=False):
    """Body of `update`."""

    CheckAmt: Annotated[Money, Since("25.2.26")]
    """If it is not the sum of the attached claim procedures, the payment is partial."""


GET = Operation("GET", "/claimpayments/{ClaimPaymentNum}", ClaimPayment, since="23.2.15")
LIST = Operation("GET", "/claimpayments", ClaimPayment, since="23.2.15", query=ClaimPaymentFilters)
CREATE = Operation(
    "POST",
    "/claimpayments",
    ClaimPayment,
    since="22.4.8",
    permission="Insurance",
    body=NewClaimPayment,
    read_back=GET,
)
CREATE_BATCH = Operation(
    "POST",
    "/claimpayments/Batch",
    ClaimPayment,
    since="24.2.18",
    permission="Insurance",
    body=ClaimPaymentCreateBatchBody,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/claimpayments/{ClaimPaymentNum}",
    ClaimPayment,
    since="23.2.15",
    permission="Insurance",
    body=ClaimPaymentUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE",
    "/claimpayments/{ClaimPaymentNum}",
    NoneType,
    since="24.3.13",
    permission="Insurance",
    read_back=GET,
)


class ClaimPayments(Resource):
    """Payments from insurance companies. Posting one takes three steps.

    Set the claim procedures to Received or Supplemental with their InsPayAmt, set the status of the claim to
    R, then add the payment.
    """

    async def get(self, ClaimPaymentNum: int, **formats: Unpack[DateAndTimeFormats]) -> ClaimPayment:
        """Read one claim payment. API: ClaimPayments GET (single), 23.2.15."""
        return await self._call(GET, ClaimPaymentNum, query=formats)

    def list(self, **filters: Unpack[ClaimPaymentFilters]) -> Rows[ClaimPayment]:
        """List claim payments. API: ClaimPayments GET (multiple), 23.2.15."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewClaimPayment]) -> ClaimPayment:
        """Add the payment of one claim.

        It is refused if the preference ClaimPaymentBatchOnly is on. No deposit and no EOB is attached.

        API: ClaimPayments POST, 22.4.8, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def create_batch(self, **body: Unpack[ClaimPaymentCreateBatchBody]) -> ClaimPayment:
        """Add the payment of several claims. It may create a deposit (preference ShowAutoDeposit).

        API: ClaimPayments POST Batch, 24.2.18, permission Insurance.
        """
        return await self._call(CREATE_BATCH, body=body)

    async def update(self, ClaimPaymentNum: int, **body: Unpack[ClaimPaymentUpdate]) -> ClaimPayment:
        """Change the given fields; leave the rest. API: ClaimPayments PUT, 23.2.15, permission Insurance."""
        return await self._call(UPDATE, ClaimPaymentNum, body=body)

    async def delete(self, ClaimPaymentNum: int) -> None:
        """Delete a claim payment. It is refused if an EOB or a deposit is attached.

        API: ClaimPayments DELETE, 24.3.13, permission Insurance.
        """
        await self._call(DELETE, ClaimPaymentNum)
