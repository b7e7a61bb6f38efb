"""TreatPlans: active, inactive and saved treatment plans."""

from datetime import date, datetime
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, DateTimeLike
from odapi_async.enums import treat_plans as enums
from odapi_async.resources.base import Resource, Row


class TreatPlan(Row, frozen=True):
    """A treatment plan of one patient."""

    TreatPlanNum: int = 0
    PatNum: int = 0
    DateTP: date | None = None
    """None unless the plan is saved."""
    Heading: str = ""
    Note: str = ""
    SigIsTopaz: bool = False
    ResponsParty: int = 0
    """The PatNum of the responsible person; 0 for none."""
    DocNum: int = 0
    TPStatus: str = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    UserNumPresenter: int = 0
    TPType: str = ""
    DateTSigned: datetime | None = None
    """When the patient signed; None if not."""
    DateTPracticeSigned: datetime | None = None
    """When the practice signed; None if not."""
    SignatureText: str = ""
    SignaturePracticeText: str = ""
    isSigned: bool = False
    """Whether the patient signed."""
    isSignedPractice: bool = False
    """Whether the practice signed."""


class TreatPlanFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    SecDateTEdit: DateTimeLike
    """Changed after this time."""
    TPStatus: enums.TPStatus | str


class NewTreatPlan(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Heading: str
    """Default: Inactive Treatment Plan."""
    Note: str
    """Default: the text of the preference TreatmentPlanNote."""
    TPType: enums.TPType | str
    """Default: Discount for subscribers of a discount plan, else Insurance."""


class TreatPlanCreateSavedBody(DateAndTimeFormats, total=False):
    """Body of `create_saved`."""

    TreatPlanNum: Required[int]
    """An active or inactive plan."""
    Heading: str
    """Default: the value of the plan."""
    UserNumPresenter: int
    """The user who presents it; 0 for none."""


class TreatPlanUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    DateTP: DateLike
    """Saved plans only."""
    Heading: str
    Note: str
    ResponsParty: int
    """The PatNum of the responsible person."""
    TPType: enums.TPType | str
    SignatureText: str
    SignaturePracticeText: str
    isSigned: bool
    """True signs for the patient, False clears the signature."""
    isSignedPractice: bool
    """True signs for the practice, False clears the signature."""


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
    """Treatment plans. Saved plans are frozen, and their procedures are in ProcTPs.

    The procedures of active and inactive plans are in TreatPlanAttaches.
    """

    def list(self, **filters: Unpack[TreatPlanFilters]) -> Rows[TreatPlan]:
        """List treatment plans. API: TreatPlans GET, 22.4.16."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewTreatPlan]) -> TreatPlan:
        """Add an inactive treatment plan. API: TreatPlans POST (create), 23.2.13, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def create_saved(self, **body: Unpack[TreatPlanCreateSavedBody]) -> TreatPlan:
        """Save an active or inactive treatment plan as a new one, which is unsigned.

        API: TreatPlans POST Saved, 23.2.22, permission AllOthers.
        """
        return await self._call(CREATE_SAVED, body=body)

    async def update(self, TreatPlanNum: int, **body: Unpack[TreatPlanUpdate]) -> TreatPlan:
        """Change the given fields; leave the rest.

        Only saved plans can be signed; a new signature replaces the old one. The office's sheet layout
        determines whether the practice signs.

        API: TreatPlans PUT (update), 24.1.10, permission AllOthers.
        """
        return await self._call(UPDATE, TreatPlanNum, body=body)

    async def delete(self, TreatPlanNum: int) -> None:
        """Delete one treatment plan; the ProcTPs of a saved plan are deleted with it.

        API: TreatPlans DELETE, 24.4.26, permission AllOthers.
        """
        await self._call(DELETE, TreatPlanNum)
