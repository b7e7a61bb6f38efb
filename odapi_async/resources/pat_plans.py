"""PatPlans: insurance coverage of patients, in order."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import NONE_IS_MINUS_ONE, DateAndTimeFormats, Since
from odapi_async.enums import pat_plans as enums
from odapi_async.resources.base import Resource, Row


class PatPlan(Row, frozen=True):
    """The coverage of one patient by one subscription."""

    PatPlanNum: int = 0
    PatNum: int = 0
    Ordinal: int = 0
    """1 for primary, 2 for secondary, and so on."""
    IsPending: bool = False
    Relationship: str = ""
    """The relationship of the patient to the subscriber; an injured plaintiff is spelled InjuredPlantiff."""
    PatID: str = ""
    """Overrides the subscriber's id."""
    InsSubNum: int = 0
    OrthoAutoFeeBilledOverride: Annotated[Decimal | None, NONE_IS_MINUS_ONE] = None
    """None for no override."""
    OrthoAutoNextClaimDate: date | None = None
    SecDateTEntry: datetime | None = None
    SecDateTEdit: datetime | None = None


class PatPlanFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    InsSubNum: int


class NewPatPlan(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    InsSubNum: Required[int]
    Ordinal: int
    """1 for primary, 2 for secondary, and so on. Default: 1."""
    Relationship: enums.Relationship | str
    """The relationship of the patient to the subscriber. Default: Self."""
    PatID: Annotated[str, Since("21.4")]
    """Overrides the subscriber's id."""


class PatPlanUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    InsSubNum: int
    Ordinal: int
    """1 for primary, 2 for secondary, and so on."""
    Relationship: enums.Relationship | str
    """The relationship of the patient to the subscriber."""
    PatID: str
    """Overrides the subscriber's id."""


LIST = Operation("GET", "/patplans", PatPlan, since="22.4.27", query=PatPlanFilters)
CREATE = Operation("POST", "/patplans", PatPlan, since="21.1", permission="InsuranceSimple", body=NewPatPlan)
UPDATE = Operation(
    "PUT", "/patplans/{PatPlanNum}", PatPlan, since="21.4", permission="InsuranceSimple", body=PatPlanUpdate
)
DELETE = Operation("DELETE", "/patplans/{PatPlanNum}", NoneType, since="21.1", permission="InsuranceSimple")


class PatPlans(Resource):
    """Insurance coverage of patients.

    A row means that the patient is covered. Setting Ordinal to 1 moves an existing primary coverage to 2.
    """

    def list(self, **filters: Unpack[PatPlanFilters]) -> Rows[PatPlan]:
        """List coverage. API: PatPlans GET, 22.4.27."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPatPlan]) -> PatPlan:
        """Cover a patient; refused if the subscription covers the patient already.

        API: PatPlans POST (create), 21.1, permission InsuranceSimple.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PatPlanNum: int, **body: Unpack[PatPlanUpdate]) -> PatPlan:
        """Change the given fields; leave the rest.

        PatNum cannot be changed: delete the row and create another.

        API: PatPlans PUT (update), 21.4, permission InsuranceSimple.
        """
        return await self._call(UPDATE, PatPlanNum, body=body)

    async def delete(self, PatPlanNum: int) -> None:
        """Drop coverage; the plan and the subscription stay.

        API: PatPlans DELETE, 21.1, permission InsuranceSimple.
        """
        await self._call(DELETE, PatPlanNum)
