"""ClaimProcs: procedures on claims, with estimates and payments."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import NONE_IS_MINUS_ONE, DateAndTimeFormats, DateLike, Excluding, Money, Since
from odapi_async.enums import claim_procs as enums
from odapi_async.resources.base import Resource, Row


class ClaimProc(Row, frozen=True):
    """The estimate and the payment of one claim or one insurance plan for one procedure."""

    ClaimProcNum: int = 0
    ProcNum: int = 0
    ClaimNum: int = 0
    PatNum: int = 0
    ProvNum: int = 0
    FeeBilled: Decimal = Decimal(0)
    InsPayEst: Decimal = Decimal(0)
    DedApplied: Decimal = Decimal(0)
    Status: str = ""
    InsPayAmt: Decimal = Decimal(0)
    Remarks: str = ""
    ClaimPaymentNum: int = 0
    PlanNum: int = 0
    DateCP: date | None = None
    WriteOff: Decimal = Decimal(0)
    CodeSent: str = ""
    AllowedOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    Percentage: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    """None if there is none."""
    PercentOverride: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    CopayAmt: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if there is none."""
    NoBillIns: bool = False
    PaidOtherIns: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if there is none, as for the claims of a primary insurance."""
    BaseEst: Decimal = Decimal(0)
    CopayOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    ProcDate: date | None = None
    DateEntry: date | None = None
    DedEst: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it has not been worked out."""
    DedEstOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    InsEstTotal: Decimal = Decimal(0)
    InsEstTotalOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    PaidOtherInsOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    EstimateNote: str = ""
    WriteOffEst: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if there is none."""
    WriteOffEstOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if it is not set."""
    ClinicNum: int = 0
    InsSubNum: int = 0
    PaymentRow: int = 0
    PayPlanNum: int = 0
    ClaimPaymentTracking: int = 0
    """A definition of category 36; `claimPaymentTracking` is its text."""
    claimPaymentTracking: str = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    DateSuppReceived: date | None = None
    DateInsFinalized: date | None = None
    IsTransfer: bool = False
    ClaimAdjReasonCodes: str = ""


class ClaimProcFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    ProcNum: Annotated[int, Since("23.2.16")]
    ClaimNum: int
    """Mandatory before 23.2.16."""
    PatNum: int
    """Mandatory before 23.2.16."""
    Status: Annotated[enums.Status | str, Since("24.4.13")]
    ClaimPaymentNum: Annotated[int, Since("23.2.16")]


class ClaimProcUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    ProvNum: int
    """A preference of the office may forbid it."""
    FeeBilled: Money
    DedApplied: Money
    """Follows DedEstOverride while the Status is NotReceived or Preauth."""
    Status: Annotated[
        enums.Status | str, Excluding("Adjustment", "CapClaim", "CapComplete", "CapEstimate", "InsHist")
    ]
    """Received and Supplemental set DateEntry to now."""
    InsPayAmt: Money
    """Cannot be changed once it is on a check."""
    Remarks: str
    """Replaces the stored text."""
    ClaimPaymentNum: Annotated[int, Since("24.3.24")]
    """A partial payment. The other rows of the claim are attached too; 0 detaches them."""
    WriteOff: Money
    CodeSent: str
    PercentOverride: Annotated[int | None, NONE_IS_MINUS_ONE]
    """0 to 100; None to unset it."""
    NoBillIns: Annotated[bool, Since("23.2.10")]
    """True clears estimates and overrides."""
    CopayOverride: Annotated[Money | None, NONE_IS_MINUS_ONE]
    """None to unset it."""
    DedEstOverride: Annotated[Money | None, NONE_IS_MINUS_ONE]
    """None to unset it."""
    InsEstTotalOverride: Annotated[Money | None, NONE_IS_MINUS_ONE]
    """None to unset it."""
    PaidOtherInsOverride: Annotated[Money | None, NONE_IS_MINUS_ONE]
    """None to unset it."""
    WriteOffEstOverride: Annotated[Money | None, NONE_IS_MINUS_ONE]
    """None to unset it."""
    ClaimPaymentTracking: int
    """A definition of category 36."""


class ClaimProcUpdateInsAdjustBody(TypedDict, total=False):
    """Body of `update_ins_adjust`."""

    PatPlanNum: Required[int]
    insUsed: Money
    """The total insurance used, not the difference."""
    deductibleUsed: Money
    """The total deductible used, not the difference."""
    date: DateLike
    """A day within the benefit year. Default: today."""


class ClaimProcCreateInsAdjustBody(DateAndTimeFormats, total=False):
    """Body of `create_ins_adjust`."""

    PatPlanNum: Required[int]
    insUsed: Money
    deductibleUsed: Money
    date: DateLike
    """Default: today."""


class ClaimProcCreateSupplementalBody(DateAndTimeFormats, total=False):
    """Body of `create_supplemental`."""

    ClaimProcNum: Required[int]
    """The row to supplement."""
    InsPayAmt: Money


GET = Operation("GET", "/claimprocs/{ClaimProcNum}", ClaimProc, since="25.1.27")
LIST = Operation("GET", "/claimprocs", ClaimProc, since="22.2.33", query=ClaimProcFilters)
UPDATE = Operation(
    "PUT",
    "/claimprocs/{ClaimProcNum}",
    ClaimProc,
    since="22.3.33",
    permission="Insurance",
    body=ClaimProcUpdate,
    read_back=GET,
)
UPDATE_INS_ADJUST = Operation(
    "PUT",
    "/claimprocs/InsAdjust",
    NoneType,
    since="21.1",
    permission="InsuranceSimple",
    body=ClaimProcUpdateInsAdjustBody,
    rules=(Rule("at_least_one", ("insUsed", "deductibleUsed")),),
)
CREATE_INS_ADJUST = Operation(
    "POST",
    "/claimprocs/InsAdjust",
    ClaimProc,
    since="23.2.5",
    permission="InsuranceSimple",
    body=ClaimProcCreateInsAdjustBody,
    read_back=GET,
)
CREATE_SUPPLEMENTAL = Operation(
    "POST",
    "/claimprocs/Supplemental",
    ClaimProc,
    since="25.2.7",
    permission="Insurance",
    body=ClaimProcCreateSupplementalBody,
    read_back=GET,
)
DELETE = Operation(
    "DELETE",
    "/claimprocs/{ClaimProcNum}",
    NoneType,
    since="26.1",
    permission="AllOthers",
    read_back=GET,
)


class ClaimProcs(Resource):
    """The links from procedures to claims, insurance payments and estimates."""

    async def get(self, ClaimProcNum: int, **formats: Unpack[DateAndTimeFormats]) -> ClaimProc:
        """Read one claim procedure. API: ClaimProcs GET (single), 25.1.27."""
        return await self._call(GET, ClaimProcNum, query=formats)

    def list(self, **filters: Unpack[ClaimProcFilters]) -> Rows[ClaimProc]:
        """List claim procedures. API: ClaimProcs GET, 22.2.33."""
        return self._rows(LIST, query=filters)

    async def update(self, ClaimProcNum: int, **body: Unpack[ClaimProcUpdate]) -> ClaimProc:
        """Change the given fields; leave the rest.

        The status of the row and that of its claim together determine which fields can change; the totals of
        the claim are recalculated. Refused if IsTransfer is true, or if Status is Adjustment (use
        `update_ins_adjust`), InsHist, CapClaim, CapComplete or CapEstimate. Editing a received row may delete
        income transfers of the claim.

        API: ClaimProcs PUT (update), 22.3.33, permission Insurance.
        """
        return await self._call(UPDATE, ClaimProcNum, body=body)

    async def update_ins_adjust(self, **body: Unpack[ClaimProcUpdateInsAdjustBody]) -> None:
        """Set how much insurance and deductible a patient has used.

        Pass totals, at least one of them. Paid claims are subtracted, and an adjustment row is added, changed
        or deleted to match; the response does not say which. Family and lifetime benefits are not
        distinguished.

        API: ClaimProcs PUT InsAdjust, 21.1, permission InsuranceSimple.
        """
        await self._call(UPDATE_INS_ADJUST, body=body)

    async def create_ins_adjust(self, **body: Unpack[ClaimProcCreateInsAdjustBody]) -> ClaimProc:
        """Add an adjustment of the insurance and deductible used.

        API: ClaimProcs POST InsAdjust, 23.2.5, permission InsuranceSimple.
        """
        return await self._call(CREATE_INS_ADJUST, body=body)

    async def create_supplemental(self, **body: Unpack[ClaimProcCreateSupplementalBody]) -> ClaimProc:
        """Add a row of status Supplemental for a further payment.

        API: ClaimProcs POST Supplemental, 25.2.7, permission Insurance.
        """
        return await self._call(CREATE_SUPPLEMENTAL, body=body)

    async def delete(self, ClaimProcNum: int) -> None:
        """Delete a claim procedure.

        25.4.48 refuses it as an invalid method. Known from third parties only: try it on your server first.

        API: ClaimProcs DELETE, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        await self._call(DELETE, ClaimProcNum)
