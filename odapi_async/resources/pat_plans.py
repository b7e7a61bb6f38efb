"""PatPlans: DOC."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import pat_plans as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class PatPlan(Row, frozen=True):
    """DOC PatPlan."""

    PatPlanNum: int = 0
    PatNum: int = 0
    Ordinal: int = 0
    IsPending: bool = False
    Relationship: str = ""
    PatID: str = ""
    InsSubNum: int = 0
    OrthoAutoFeeBilledOverride: Decimal = Decimal(0)
    OrthoAutoNextClaimDate: date | None = None
    SecDateTEntry: datetime | None = None
    SecDateTEdit: datetime | None = None


class PatPlanFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    InsSubNum: int


class NewPatPlan(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    InsSubNum: Required[int]
    Ordinal: int
    """1 primary, 2 secondary, ... Default: 1."""
    Relationship: enums.Relationship | str
    """Spelt InjuredPlantiff here, InjuredPlaintiff elsewhere. Default: Self."""
    PatID: Annotated[str, Since("21.4")]
    """Overrides the subscriber id."""


class PatPlanUpdate(TypedDict, total=False):
    """Body of `update`."""

    InsSubNum: int
    Ordinal: int
    """1 primary, 2 secondary, ..."""
    Relationship: enums.Relationship | str
    """Spelt InjuredPlantiff here, InjuredPlaintiff elsewhere."""
    PatID: str
    """Overrides the subscriber id."""


LIST = Operation("GET", "/patplans", PatPlan, since="22.4.27", query=PatPlanFilters)
CREATE = Operation("POST", "/patplans", PatPlan, since="21.1", permission="InsuranceSimple", body=NewPatPlan)
UPDATE = Operation(
    "PUT", "/patplans/{PatPlanNum}", PatPlan, since="21.4", permission="InsuranceSimple", body=PatPlanUpdate
)
DELETE = Operation("DELETE", "/patplans/{PatPlanNum}", NoneType, since="21.1", permission="InsuranceSimple")


class PatPlans(Resource):
    """PatPlans. A row means coverage; deleting it drops the coverage and leaves the plan alone. Ordinal
    starts at 1; setting 1 pushes an existing primary to 2.
    """

    def list(self, **filters: Unpack[PatPlanFilters]) -> Rows[PatPlan]:
        """List pat plan rows. API: PatPlans GET, 22.4.27."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPatPlan]) -> PatPlan:
        """Add one pat plan.

        400 when the patient is already linked to that InsSub.

        API: PatPlans POST (create), 21.1, permission InsuranceSimple.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PatPlanNum: int, **body: Unpack[PatPlanUpdate]) -> PatPlan:
        """Change what is given and leave the rest.

        PatNum is fixed; delete and create instead.

        API: PatPlans PUT (update), 21.4, permission InsuranceSimple.
        """
        return await self._call(UPDATE, PatPlanNum, body=body)

    async def delete(self, PatPlanNum: int) -> None:
        """Delete one pat plan.

        Drops the coverage; the plan stays.

        API: PatPlans DELETE, 21.1, permission InsuranceSimple.
        """
        await self._call(DELETE, PatPlanNum)
