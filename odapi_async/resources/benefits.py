"""Benefits: the rules of insurance plans: payments, limits and exclusions."""

from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import NONE_IS_MINUS_ONE, AtMost, DateTimeFormats, Money, Since
from odapi_async.enums import benefits as enums
from odapi_async.resources.base import Resource, Row


class Benefit(Row, frozen=True):
    """One rule of an insurance plan, or of a single patient's plan."""

    BenefitNum: int = 0
    PlanNum: int = 0
    PatPlanNum: int = 0
    CovCatNum: int = 0
    """The insurance category (see `cov_cats`)."""
    BenefitType: str = ""
    Percent: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    """None if there is none."""
    MonetaryAmt: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None if there is none."""
    TimePeriod: str = ""
    QuantityQualifier: str = ""
    Quantity: int = 0
    CodeNum: int = 0
    procCode: str = ""
    CoverageLevel: str = ""
    SecDateTEntry: datetime | None = None
    SecDateTEdit: datetime | None = None
    CodeGroupNum: int = 0
    TreatArea: Annotated[str, Since("25.3.7")] = ""
    ToothRange: Annotated[str, Since("26.2.5")] = ""
    """The teeth that it is limited to, such as 1-4,A: for exclusions and age limits only."""


class _BenefitBody(DateTimeFormats, total=False):
    CovCatNum: int
    """The insurance category (see `cov_cats`)."""
    Percent: Annotated[int | None, NONE_IS_MINUS_ONE]
    """0 to 100, for CoInsurance only; None for none."""
    MonetaryAmt: Annotated[Money | None, NONE_IS_MINUS_ONE]
    """For CoPayment, Limitations and Deductible; None for none."""
    TimePeriod: enums.TimePeriod | str
    QuantityQualifier: enums.QuantityQualifier | str
    Quantity: int
    """0 to 100; above 0 for AgeLimit."""
    CodeNum: int
    """Only with CovCatNum 0. It overrides procCode."""
    procCode: str
    """Only with CovCatNum 0."""
    TreatArea: Annotated[enums.TreatArea | str, Since("25.3.7")]
    """For frequency limitations only."""
    ToothRange: Annotated[str, Since("26.2.5"), AtMost(255)]
    """The teeth that it is limited to, such as 1-4,A: for exclusions and age limits only, at most 255
    characters. Known from third parties only: try it on your server first."""


class BenefitFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PlanNum: int
    """Mandatory before 23.2.62."""
    PatPlanNum: int
    """Mandatory before 23.2.62."""


class NewBenefit(_BenefitBody, total=False):
    """Body of `create`."""

    PlanNum: int
    PatPlanNum: int
    BenefitType: Required[enums.BenefitType | str]
    CoverageLevel: Required[enums.CoverageLevel | str]
    CodeGroupNum: Annotated[int, Since("23.2.62")]


class BenefitUpdate(_BenefitBody, total=False):
    """Body of `update`."""

    BenefitType: enums.BenefitType | str
    CoverageLevel: enums.CoverageLevel | str
    CodeGroupNum: Annotated[int, Since("25.3.7")]
    """Cannot be changed on a frequency or age limitation that already has a group."""


GET = Operation("GET", "/benefits/{BenefitNum}", Benefit, since="25.3.7")
LIST = Operation("GET", "/benefits", Benefit, since="22.3.27", query=BenefitFilters)
CREATE = Operation(
    "POST",
    "/benefits",
    Benefit,
    since="22.3.17",
    permission="Insurance",
    body=NewBenefit,
    rules=(Rule("at_least_one", ("PlanNum", "PatPlanNum")),),
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/benefits/{BenefitNum}",
    Benefit,
    since="22.4.7",
    permission="Insurance",
    body=BenefitUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/benefits/{BenefitNum}", NoneType, since="22.4.7", permission="Insurance", read_back=GET
)


class Benefits(Resource):
    """The benefits of insurance plans: each row belongs to a plan, or to the plan of one patient."""

    async def get(self, BenefitNum: int, **formats: Unpack[DateTimeFormats]) -> Benefit:
        """Read one benefit. API: Benefits GET (single), 25.3.7."""
        return await self._call(GET, BenefitNum, query=formats)

    def list(self, **filters: Unpack[BenefitFilters]) -> Rows[Benefit]:
        """List benefits. API: Benefits GET, 22.3.27."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewBenefit]) -> Benefit:
        """Add a benefit to an insurance plan (PlanNum) or to a patient's plan (PatPlanNum).

        Pass at least one of the two. A WaitingPeriod needs the QuantityQualifier Months or Years.

        API: Benefits POST (create), 22.3.17, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def update(self, BenefitNum: int, **body: Unpack[BenefitUpdate]) -> Benefit:
        """Change the given fields; leave the rest.

        A WaitingPeriod needs the QuantityQualifier Months or Years.

        API: Benefits PUT (update), 22.4.7, permission Insurance.
        """
        return await self._call(UPDATE, BenefitNum, body=body)

    async def delete(self, BenefitNum: int) -> None:
        """Delete a benefit. API: Benefits DELETE, 22.4.7, permission Insurance."""
        await self._call(DELETE, BenefitNum)
