"""PayPlans: DOC."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import pay_plans as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Keys, Money, Since


class PayPlan(Row, frozen=True):
    """DOC PayPlan."""

    PayPlanNum: int = 0
    PatNum: int = 0
    Guarantor: int = 0
    PayPlanDate: date | None = None
    APR: Decimal = Decimal(0)
    Note: str = ""
    PlanNum: int = 0
    CompletedAmt: Decimal = Decimal(0)
    InsSubNum: int = 0
    PaySchedule: str = ""
    NumberOfPayments: int = 0
    PayAmt: Decimal = Decimal(0)
    DownPayment: Decimal = Decimal(0)
    IsClosed: bool = False
    PlanCategory: int = 0
    planCategory: str = ""
    IsDynamic: bool = False
    ChargeFrequency: str = ""
    DatePayPlanStart: date | None = None
    IsLocked: bool = False
    DateInterestStart: date | None = None
    DynamicPayPlanTPOption: str = ""
    principalAmount: Decimal = Decimal(0)
    SheetDefNum: Annotated[int, Since("25.3.31")] = 0
    """Build inferred; seen in the November 2025 copy."""


class PayPlanFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    Guarantor: int


class PayPlanCreateDynamicBody(TypedDict, total=False):
    """Body of `create_dynamic`."""

    PatNum: Required[int]
    PayAmt: Money
    NumberOfPayments: int
    """Only used to work out PayAmt; reads back as 0."""
    procNums: Keys
    adjNums: Keys
    Guarantor: int
    """Default: the patient."""
    PayPlanDate: DateLike
    """Default: today."""
    APR: Money
    """Default: 0."""
    DownPayment: Money
    """Default: 0.0."""
    Note: str
    """Added after the generated terms."""
    ChargeFrequency: enums.ChargeFrequency | str
    """Default: Monthly."""
    DatePayPlanStart: DateLike
    """Default: one month after PayPlanDate."""
    DateInterestStart: DateLike
    """Default: minimum date."""
    IsLocked: bool
    """Default: true."""
    DynamicPayPlanTPOption: enums.DynamicPayPlanTPOption | str
    """Default: AwaitComplete."""
    PlanCategory: Annotated[int, Since("25.3.31")]
    """0 = none. A definition of category 47. Default: 0."""


class NewPayPlan(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    useEstBalance: Annotated[bool, Since("22.2")]
    """Take the estimated balance as principal."""
    principalAmount: Money
    PayAmt: Money
    NumberOfPayments: int
    Guarantor: int
    """Default: the patient."""
    PayPlanDate: DateLike
    """Default: today."""
    APR: Money
    """Default: 0."""
    DownPayment: Money
    """Default: 0.0."""
    Note: str
    """Added after the generated terms."""
    ChargeFrequency: enums.ChargeFrequency | str
    """Default: Monthly."""
    DatePayPlanStart: DateLike
    """Default: one month after PayPlanDate."""
    DateInterestStart: DateLike
    """Default: minimum date."""


class PayPlanUpdateDynamicBody(TypedDict, total=False):
    """Body of `update_dynamic`."""

    PayAmt: Money
    """For each charge."""
    NumberOfPayments: int
    """Only used to work out PayAmt: the stored value stays 0, so what is written is not what is read back."""
    Guarantor: int
    """PatNum; fixed once charges or payments exist."""
    PayPlanDate: DateLike
    """A future date only if the office allows."""
    APR: Money
    """May need IsLocked true beside it, by preference."""
    Note: str
    """Replaces the stored text."""
    PlanCategory: int
    """0 = none. A definition of category 47."""
    ChargeFrequency: enums.ChargeFrequency | str
    DatePayPlanStart: DateLike
    """Fixed once charges exist."""
    DateInterestStart: DateLike
    """Only with an APR above 0."""
    IsLocked: bool
    """Must be true with an APR above 0, by preference."""
    SheetDefNum: int
    """Only if preference PayPlansUseSheets is on."""


GET = Operation("GET", "/payplans/{PayPlanNum}", PayPlan, since="24.4.30")
LIST = Operation(
    "GET",
    "/payplans",
    PayPlan,
    since="22.2.16",
    query=PayPlanFilters,
    rules=(Rule("at_least_one", ("PatNum", "Guarantor")),),
)
CREATE_DYNAMIC = Operation(
    "POST",
    "/payplans/Dynamic",
    PayPlan,
    since="22.2.22",
    permission="PayPlans",
    body=PayPlanCreateDynamicBody,
    rules=(
        Rule("at_least_one", ("PayAmt", "NumberOfPayments")),
        Rule("at_least_one", ("procNums", "adjNums")),
    ),
)
CREATE = Operation(
    "POST",
    "/payplans",
    str,
    since="22.4.39",
    permission="PayPlans",
    body=NewPayPlan,
    rules=(
        Rule("at_least_one", ("useEstBalance", "principalAmount")),
        Rule("at_least_one", ("PayAmt", "NumberOfPayments")),
    ),
    deprecated="23.3.1",
)
CLOSE = Operation("PUT", "/payplans/{PayPlanNum}/Close", PayPlan, since="22.4.39", permission="AllOthers")
UPDATE_DYNAMIC = Operation(
    "PUT",
    "/payplans/{PayPlanNum}/Dynamic",
    PayPlan,
    since="25.3.31",
    permission="PayPlans",
    body=PayPlanUpdateDynamicBody,
    rules=(Rule("at_most_one", ("PayAmt", "NumberOfPayments")),),
)


class PayPlans(Resource):
    """PayPlans. Since 23.3.1 only dynamic plans can be created; the older patient plans remain readable.
    Insurance plan: PlanNum and InsSubNum above 0. Dynamic plan: IsDynamic true. Otherwise a patient plan.
    """

    async def get(self, PayPlanNum: int) -> PayPlan:
        """Read one pay plan. API: PayPlans GET (single), 24.4.30."""
        return await self._call(GET, PayPlanNum)

    def list(self, **filters: Unpack[PayPlanFilters]) -> Rows[PayPlan]:
        """List pay plan rows.

        DatePayPlanStart and CompletedAmt have a meaning only for dynamic plans. Give at least one of PatNum
        and Guarantor.

        API: PayPlans GET (multiple), 22.2.16.
        """
        return self._rows(LIST, query=filters)

    async def create_dynamic(self, **body: Unpack[PayPlanCreateDynamicBody]) -> PayPlan:
        """DOC create_dynamic.

        IsLocked must be true when APR is above 0. Give at least one of PayAmt and NumberOfPayments. Give at
        least one of procNums and adjNums.

        API: PayPlans POST Dynamic, 22.2.22, permission PayPlans.
        """
        return await self._call(CREATE_DYNAMIC, body=body)

    async def create(self, **body: Unpack[NewPayPlan]) -> str:
        """Add one pay plan.

        Deprecated: answers 410 on newer versions; use POST Dynamic. The reply is a JSON string with the
        terms, not an object. Give at least one of useEstBalance and principalAmount. Give at least one of
        PayAmt and NumberOfPayments.

        API: PayPlans POST (create), 22.4.39, permission PayPlans.
        """
        return await self._call(CREATE, body=body)

    async def close(self, PayPlanNum: int) -> PayPlan:
        """DOC close.

        No body. Not for insurance plans; outstanding interest becomes due at once. The example reply uses
        real booleans and enum numbers, unlike the other methods.

        API: PayPlans PUT Close, 22.4.39, permission AllOthers.
        """
        return await self._call(CLOSE, PayPlanNum)

    async def update_dynamic(self, PayPlanNum: int, **body: Unpack[PayPlanUpdateDynamicBody]) -> PayPlan:
        """DOC update_dynamic.

        Give at most one of PayAmt and NumberOfPayments.

        API: PayPlans PUT Dynamic, 25.3.31, permission PayPlans.
        """
        return await self._call(UPDATE_DYNAMIC, PayPlanNum, body=body)
