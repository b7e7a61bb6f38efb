"""PayPlans: agreements with patients to pay over time."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateFormats, DateLike, Ids, Money, Since
from odapi_async.enums import pay_plans as enums
from odapi_async.resources.base import Resource, Row


class PayPlan(Row, frozen=True):
    """A payment plan."""

    PayPlanNum: int = 0
    PatNum: int = 0
    Guarantor: int = 0
    """The PatNum of the person who pays."""
    PayPlanDate: date | None = None
    APR: Decimal = Decimal(0)
    Note: str = ""
    PlanNum: int = 0
    CompletedAmt: Decimal = Decimal(0)
    """Dynamic plans only."""
    InsSubNum: int = 0
    PaySchedule: str = ""
    """Text, but a number in the response of `close`."""
    NumberOfPayments: int = 0
    """0 for a dynamic plan."""
    PayAmt: Decimal = Decimal(0)
    DownPayment: Decimal = Decimal(0)
    IsClosed: bool = False
    PlanCategory: int = 0
    planCategory: str = ""
    IsDynamic: bool = False
    ChargeFrequency: str = ""
    DatePayPlanStart: date | None = None
    """Dynamic plans only."""
    IsLocked: bool = False
    DateInterestStart: date | None = None
    DynamicPayPlanTPOption: str = ""
    """Text, but a number in the response of `close`."""
    principalAmount: Decimal = Decimal(0)
    SheetDefNum: Annotated[int, Since("25.3.31")] = 0


class PayPlanFilters(DateFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    Guarantor: int
    """A PatNum."""


class PayPlanCreateDynamicBody(DateFormats, total=False):
    """Body of `create_dynamic`."""

    PatNum: Required[int]
    PayAmt: Money
    NumberOfPayments: int
    """Only used to calculate PayAmt: it is read back as 0."""
    procNums: Ids
    adjNums: Ids
    Guarantor: int
    """The PatNum of the person who pays. Default: the patient."""
    PayPlanDate: DateLike
    """Default: today."""
    APR: Money
    """If it is above 0, IsLocked is required."""
    DownPayment: Money
    Note: str
    """Appended to the terms, which the server writes."""
    ChargeFrequency: enums.ChargeFrequency | str
    """Default: Monthly."""
    DatePayPlanStart: DateLike
    """Default: one month after PayPlanDate."""
    DateInterestStart: DateLike
    """Default: None."""
    IsLocked: bool
    """Default: True."""
    DynamicPayPlanTPOption: enums.DynamicPayPlanTPOption | str
    """Default: AwaitComplete."""
    PlanCategory: Annotated[int, Since("25.3.31")]
    """A definition of category 47; 0 for none."""


class NewPayPlan(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    useEstBalance: Annotated[bool, Since("22.2")]
    """Use the estimated balance as the principal."""
    principalAmount: Money
    PayAmt: Money
    NumberOfPayments: int
    Guarantor: int
    """The PatNum of the person who pays. Default: the patient."""
    PayPlanDate: DateLike
    """Default: today."""
    APR: Money
    DownPayment: Money
    Note: str
    """Appended to the terms, which the server writes."""
    ChargeFrequency: enums.ChargeFrequency | str
    """Default: Monthly."""
    DatePayPlanStart: DateLike
    """Default: one month after PayPlanDate."""
    DateInterestStart: DateLike
    """Default: None."""


class PayPlanUpdateDynamicBody(DateFormats, total=False):
    """Body of `update_dynamic`."""

    PayAmt: Money
    """For each charge."""
    NumberOfPayments: int
    """Only used to calculate PayAmt: it is read back as 0."""
    Guarantor: int
    """A PatNum. It cannot be changed once there are charges or payments."""
    PayPlanDate: DateLike
    """A future date only if the office allows it."""
    APR: Money
    """If it is above 0, a preference of the office may require IsLocked."""
    Note: str
    """Replaces the stored text."""
    PlanCategory: int
    """A definition of category 47; 0 for none."""
    ChargeFrequency: enums.ChargeFrequency | str
    DatePayPlanStart: DateLike
    """It cannot be changed once there are charges."""
    DateInterestStart: DateLike
    """Only with an APR above 0."""
    IsLocked: bool
    """If the APR is above 0, a preference of the office may require True."""
    SheetDefNum: int
    """Only with the preference PayPlansUseSheets."""


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
    read_back=GET,
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
CLOSE = Operation(
    "PUT", "/payplans/{PayPlanNum}/Close", PayPlan, since="22.4.39", permission="AllOthers", read_back=GET
)
UPDATE_DYNAMIC = Operation(
    "PUT",
    "/payplans/{PayPlanNum}/Dynamic",
    PayPlan,
    since="25.3.31",
    permission="PayPlans",
    body=PayPlanUpdateDynamicBody,
    rules=(Rule("at_most_one", ("PayAmt", "NumberOfPayments")),),
    read_back=GET,
)


class PayPlans(Resource):
    """Payment plans: dynamic plans, insurance plans and patient plans.

    A dynamic plan has IsDynamic, an insurance plan has PlanNum and InsSubNum above 0, and the others are
    patient plans. Since 23.3.1 only dynamic plans can be added; the others can still be read.
    """

    async def get(self, PayPlanNum: int, **formats: Unpack[DateFormats]) -> PayPlan:
        """Read one payment plan. API: PayPlans GET (single), 24.4.30."""
        return await self._call(GET, PayPlanNum, query=formats)

    def list(self, **filters: Unpack[PayPlanFilters]) -> Rows[PayPlan]:
        """List payment plans. Pass PatNum, Guarantor, or both. API: PayPlans GET (multiple), 22.2.16."""
        return self._rows(LIST, query=filters)

    async def create_dynamic(self, **body: Unpack[PayPlanCreateDynamicBody]) -> PayPlan:
        """Add a dynamic plan that pays for procedures and adjustments.

        Pass PayAmt or NumberOfPayments, and procNums or adjNums.

        API: PayPlans POST Dynamic, 22.2.22, permission PayPlans.
        """
        return await self._call(CREATE_DYNAMIC, body=body)

    async def create(self, **body: Unpack[NewPayPlan]) -> str:
        """Add a patient plan and return its terms as text.

        Deprecated: since 23.3.1 the server responds with 410 (`Gone`); use `create_dynamic`. Pass
        useEstBalance or principalAmount, and PayAmt or NumberOfPayments.

        API: PayPlans POST (create), 22.4.39, permission PayPlans.
        """
        return await self._call(CREATE, body=body)

    async def close(self, PayPlanNum: int, **formats: Unpack[DateFormats]) -> PayPlan:
        """Close a plan; outstanding interest becomes due at once.

        Insurance plans cannot be closed this way.

        API: PayPlans PUT Close, 22.4.39, permission AllOthers.
        """
        return await self._call(CLOSE, PayPlanNum, query=formats)

    async def update_dynamic(self, PayPlanNum: int, **body: Unpack[PayPlanUpdateDynamicBody]) -> PayPlan:
        """Change the given fields of a dynamic plan; leave the rest.

        Pass at most one of PayAmt and NumberOfPayments.

        API: PayPlans PUT Dynamic, 25.3.31, permission PayPlans.
        """
        return await self._call(UPDATE_DYNAMIC, PayPlanNum, body=body)
