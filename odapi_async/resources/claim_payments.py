"""ClaimPayments: DOC."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Keys, Money, Since


class ClaimPayment(Row, frozen=True):
    """DOC ClaimPayment."""

    ClaimPaymentNum: int = 0
    CheckDate: date | None = None
    CheckAmt: Decimal = Decimal(0)
    """Sent as a string."""
    CheckNum: str = ""
    BankBranch: str = ""
    Note: str = ""
    ClinicNum: int = 0
    DepositNum: int = 0
    CarrierName: str = ""
    DateIssued: date | None = None
    IsPartial: bool = False
    PayType: int = 0
    payType: str = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    PayGroup: int = 0
    payGroup: str = ""


class _ClaimPaymentBody(TypedDict, total=False):
    CheckNum: str
    BankBranch: str
    Note: str
    CarrierName: str
    PayType: int
    """A definition of category 32."""
    PayGroup: int
    """A definition of category 40."""


class ClaimPaymentFilters(TypedDict, total=False):
    """Filters of `list`."""

    SecDateTEdit: DateTimeLike
    """Edited at or after."""


class NewClaimPayment(_ClaimPaymentBody, total=False):
    """Body of `create`."""

    claimNum: Required[int]
    CheckAmt: Required[Money]
    """Must equal the sum of InsPayAmt of the unpaid claimprocs; 0 is accepted since 25.1.21."""
    CheckDate: DateLike
    """Date of entry, not on the check. Default: today."""
    ClinicNum: int
    """Default: claim's clinic."""
    DateIssued: DateLike
    """Date on the check."""


class ClaimPaymentCreateBatchBody(TypedDict, total=False):
    """Body of `create_batch`."""

    claimNums: Required[Keys]
    CheckAmt: Required[Money]
    """Differs from the claimproc sum: partial."""
    CheckDate: DateLike
    """Date of entry, not on the check. Default: today."""
    CheckNum: str
    BankBranch: str
    Note: str
    ClinicNum: int
    """Default: 0."""
    CarrierName: str
    """Default: carrier of the first claim's plan."""
    DateIssued: DateLike
    """Default: 0001-01-01."""
    PayType: int
    """A definition of category 32. Default: first definition of the category."""
    PayGroup: int
    """A definition of category 40. Default: first definition of the category."""


class ClaimPaymentUpdate(_ClaimPaymentBody, total=False):
    """Body of `update`."""

    CheckAmt: Annotated[Money, Since("25.2.26")]
    """A difference from the attached claimprocs makes the payment partial."""


GET = Operation("GET", "/claimpayments/{ClaimPaymentNum}", ClaimPayment, since="23.2.15")
LIST = Operation("GET", "/claimpayments", ClaimPayment, since="23.2.15", query=ClaimPaymentFilters)
CREATE = Operation(
    "POST", "/claimpayments", ClaimPayment, since="22.4.8", permission="Insurance", body=NewClaimPayment
)
CREATE_BATCH = Operation(
    "POST",
    "/claimpayments/Batch",
    ClaimPayment,
    since="24.2.18",
    permission="Insurance",
    body=ClaimPaymentCreateBatchBody,
)
UPDATE = Operation(
    "PUT",
    "/claimpayments/{ClaimPaymentNum}",
    ClaimPayment,
    since="23.2.15",
    permission="Insurance",
    body=ClaimPaymentUpdate,
)
DELETE = Operation(
    "DELETE", "/claimpayments/{ClaimPaymentNum}", NoneType, since="24.3.13", permission="Insurance"
)


class ClaimPayments(Resource):
    """ClaimPayments. Insurance checks. CheckAmt travels as a string. Sequence before paying: set the
    claimprocs to Received or Supplemental with their InsPayAmt, set the claim to R, then post the payment.
    """

    async def get(self, ClaimPaymentNum: int) -> ClaimPayment:
        """Read one claim payment. API: ClaimPayments GET (single), 23.2.15."""
        return await self._call(GET, ClaimPaymentNum)

    def list(self, **filters: Unpack[ClaimPaymentFilters]) -> Rows[ClaimPayment]:
        """List claim payment rows. API: ClaimPayments GET (multiple), 23.2.15."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewClaimPayment]) -> ClaimPayment:
        """Add one claim payment.

        One claim only; refused when preference ClaimPaymentBatchOnly is on. No deposit and no EOB is
        attached.

        API: ClaimPayments POST, 22.4.8, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def create_batch(self, **body: Unpack[ClaimPaymentCreateBatchBody]) -> ClaimPayment:
        """DOC create_batch.

        May create a deposit (preference ShowAutoDeposit). A differing sum makes the payment partial.

        API: ClaimPayments POST Batch, 24.2.18, permission Insurance.
        """
        return await self._call(CREATE_BATCH, body=body)

    async def update(self, ClaimPaymentNum: int, **body: Unpack[ClaimPaymentUpdate]) -> ClaimPayment:
        """Change what is given and leave the rest. API: ClaimPayments PUT, 23.2.15, permission Insurance."""
        return await self._call(UPDATE, ClaimPaymentNum, body=body)

    async def delete(self, ClaimPaymentNum: int) -> None:
        """Delete one claim payment.

        Refused when an EOB or a deposit is attached.

        API: ClaimPayments DELETE, 24.3.13, permission Insurance.
        """
        await self._call(DELETE, ClaimPaymentNum)
