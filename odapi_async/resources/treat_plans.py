"""TreatPlans: DOC."""

from datetime import date, datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import treat_plans as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike


class TreatPlan(Row, frozen=True):
    """DOC TreatPlan."""

    TreatPlanNum: int = 0
    PatNum: int = 0
    DateTP: date | None = None
    Heading: str = ""
    Note: str = ""
    SigIsTopaz: bool = False
    ResponsParty: int = 0
    DocNum: int = 0
    TPStatus: str = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    UserNumPresenter: int = 0
    TPType: str = ""
    DateTSigned: datetime | None = None
    DateTPracticeSigned: datetime | None = None
    SignatureText: str = ""
    SignaturePracticeText: str = ""
    isSigned: bool = False
    isSignedPractice: bool = False


class TreatPlanFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    SecDateTEdit: DateTimeLike
    """Changed after this moment."""
    TPStatus: enums.TPStatus | str
    """Default: all."""


class NewTreatPlan(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Heading: str
    """Default: Inactive Treatment Plan."""
    Note: str
    """Default: preference TreatmentPlanNote."""
    TPType: enums.TPType | str
    """Default: Discount for subscribers of a discount plan, else Insurance."""


class TreatPlanCreateSavedBody(TypedDict, total=False):
    """Body of `create_saved`."""

    TreatPlanNum: Required[int]
    Heading: str
    """Default: source plan's heading."""
    UserNumPresenter: int
    """Default: 0."""


class TreatPlanUpdate(TypedDict, total=False):
    """Body of `update`."""

    DateTP: DateLike
    """Saved plans only."""
    Heading: str
    Note: str
    """Replaces the stored text."""
    ResponsParty: int
    """PatNum."""
    TPType: enums.TPType | str
    SignatureText: str
    SignaturePracticeText: str
    isSigned: bool
    """Patient signature."""
    isSignedPractice: bool
    """Practice signature."""


LIST = Operation("GET", "/treatplans", TreatPlan, since="22.4.16", query=TreatPlanFilters)
CREATE = Operation(
    "POST", "/treatplans", TreatPlan, since="23.2.13", permission="AllOthers", body=NewTreatPlan
)
CREATE_SAVED = Operation(
    "POST",
    "/treatplans/Saved",
    TreatPlan,
    since="23.2.22",
    permission="AllOthers",
    body=TreatPlanCreateSavedBody,
)
UPDATE = Operation(
    "PUT",
    "/treatplans/{TreatPlanNum}",
    TreatPlan,
    since="24.1.10",
    permission="AllOthers",
    body=TreatPlanUpdate,
)
DELETE = Operation("DELETE", "/treatplans/{TreatPlanNum}", NoneType, since="24.4.26", permission="AllOthers")


class TreatPlans(Resource):
    """TreatPlans. Saved plans are frozen and use ProcTPs; active and inactive ones use TreatPlanAttaches."""

    def list(self, **filters: Unpack[TreatPlanFilters]) -> Rows[TreatPlan]:
        """List treat plan rows. API: TreatPlans GET, 22.4.16."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewTreatPlan]) -> TreatPlan:
        """Add one treat plan.

        Creates an Inactive plan.

        API: TreatPlans POST (create), 23.2.13, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def create_saved(self, **body: Unpack[TreatPlanCreateSavedBody]) -> TreatPlan:
        """DOC create_saved.

        Makes an unsigned Saved plan from an active or inactive one.

        API: TreatPlans POST Saved, 23.2.22, permission AllOthers.
        """
        return await self._call(CREATE_SAVED, body=body)

    async def update(self, TreatPlanNum: int, **body: Unpack[TreatPlanUpdate]) -> TreatPlan:
        """Change what is given and leave the rest.

        Signing works on Saved plans only and replaces an existing signature; "false" clears it. Whether the
        practice fields exist depends on the office's sheet layout.

        API: TreatPlans PUT (update), 24.1.10, permission AllOthers.
        """
        return await self._call(UPDATE, TreatPlanNum, body=body)

    async def delete(self, TreatPlanNum: int) -> None:
        """Delete one treat plan.

        A Saved plan loses its ProcTPs too.

        API: TreatPlans DELETE, 24.4.26, permission AllOthers.
        """
        await self._call(DELETE, TreatPlanNum)
