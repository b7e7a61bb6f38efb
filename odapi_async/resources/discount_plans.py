"""DiscountPlans: the office's own plans with reduced fees."""

from decimal import Decimal
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import NONE_IS_MINUS_ONE, Money
from odapi_async.resources.base import Resource, Row


class DiscountPlan(Row, frozen=True):
    """A discount plan of the office. None in a limit or in AnnualMax means no limit."""

    DiscountPlanNum: int = 0
    Description: str = ""
    FeeSchedNum: int = 0
    DefNum: int = 0
    """The adjustment type, a definition of category 1; `adjustmentType` is its text."""
    adjustmentType: str = ""
    IsHidden: bool = False
    PlanNote: str = ""
    ExamFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    XrayFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    ProphyFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    FluorideFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    PerioFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    LimitedExamFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    PAFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    AnnualMax: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None


class _DiscountPlanBody(TypedDict, total=False):
    IsHidden: bool
    PlanNote: str
    ExamFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    XrayFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    ProphyFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    FluorideFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    PerioFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    LimitedExamFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    PAFreqLimit: Annotated[int | None, NONE_IS_MINUS_ONE]
    AnnualMax: Annotated[Money | None, NONE_IS_MINUS_ONE]


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
    "POST",
    "/discountplans",
    DiscountPlan,
    since="23.1.20",
    permission="AllOthers",
    body=NewDiscountPlan,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/discountplans/{DiscountPlanNum}",
    DiscountPlan,
    since="23.1.20",
    permission="AllOthers",
    body=DiscountPlanUpdate,
    read_back=GET,
)


class DiscountPlans(Resource):
    """Discount plans. They cannot be deleted, only hidden.

    None in a frequency limit or in AnnualMax means no limit, the default of a new plan.
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
