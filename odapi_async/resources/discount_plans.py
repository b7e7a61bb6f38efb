"""DiscountPlans: the office's own plans with reduced fees."""

from decimal import Decimal
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Money
from odapi_async.resources.base import Resource, Row


class DiscountPlan(Row, frozen=True):
    """A discount plan of the office. -1 in a limit or in AnnualMax means no limit."""

    DiscountPlanNum: int = 0
    Description: str = ""
    FeeSchedNum: int = 0
    DefNum: int = 0
    """The adjustment type, a definition of category 1; `adjustmentType` is its text."""
    adjustmentType: str = ""
    IsHidden: bool = False
    PlanNote: str = ""
    ExamFreqLimit: int = 0
    XrayFreqLimit: int = 0
    ProphyFreqLimit: int = 0
    FluorideFreqLimit: int = 0
    PerioFreqLimit: int = 0
    LimitedExamFreqLimit: int = 0
    PAFreqLimit: int = 0
    AnnualMax: Decimal = Decimal(0)


class _DiscountPlanBody(TypedDict, total=False):
    IsHidden: bool
    PlanNote: str
    ExamFreqLimit: int
    XrayFreqLimit: int
    ProphyFreqLimit: int
    FluorideFreqLimit: int
    PerioFreqLimit: int
    LimitedExamFreqLimit: int
    PAFreqLimit: int
    AnnualMax: Money


class NewDiscountPlan(_DiscountPlanBody, total=False):
    """Body of `create`."""

    Description: Required[str]
    FeeSchedNum: Required[int]
    DefNum: Required[int]
    """The adjustment type: a definition of category 1 whose ItemValue is dp."""


class DiscountPlanUpdate(_DiscountPlanBody, total=False):
    """Body of `update`."""

    Description: str
    FeeSchedNum: int
    DefNum: int
    """The adjustment type: a definition of category 1 whose ItemValue is dp."""


GET = Operation("GET", "/discountplans/{DiscountPlanNum}", DiscountPlan, since="22.4.19")
LIST = Operation("GET", "/discountplans", DiscountPlan, since="22.4.19")
CREATE = Operation(
    "POST", "/discountplans", DiscountPlan, since="23.1.20", permission="AllOthers", body=NewDiscountPlan
)
UPDATE = Operation(
    "PUT",
    "/discountplans/{DiscountPlanNum}",
    DiscountPlan,
    since="23.1.20",
    permission="AllOthers",
    body=DiscountPlanUpdate,
)


class DiscountPlans(Resource):
    """Discount plans. They cannot be deleted, only hidden.

    -1 in a frequency limit or in AnnualMax means no limit, the default of a new plan.
    """

    async def get(self, DiscountPlanNum: int) -> DiscountPlan:
        """Read one discount plan. API: DiscountPlans GET (single), 22.4.19."""
        return await self._call(GET, DiscountPlanNum)

    def list(self) -> Rows[DiscountPlan]:
        """List discount plans. API: DiscountPlans GET (multiple), 22.4.19."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewDiscountPlan]) -> DiscountPlan:
        """Add a discount plan. API: DiscountPlans POST, 23.1.20, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, DiscountPlanNum: int, **body: Unpack[DiscountPlanUpdate]) -> DiscountPlan:
        """Change the given fields; leave the rest. API: DiscountPlans PUT, 23.1.20, permission AllOthers."""
        return await self._call(UPDATE, DiscountPlanNum, body=body)
