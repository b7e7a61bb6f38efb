"""Claims: claims to insurance companies, from draft to receipt."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Between, DateAndTimeFormats, DateLike, DateTimeLike, Excluding, Ids, Since
from odapi_async.enums import claims as enums
from odapi_async.resources.base import Resource, Row


class Claim(Row, frozen=True):
    """A claim to an insurance company."""

    ClaimNum: int = 0
    PatNum: int = 0
    DateService: date | None = None
    DateSent: date | None = None
    ClaimStatus: str = ""
    """U unsent, H hold, W waiting, S sent, R received, I hold in process."""
    DateReceived: date | None = None
    PlanNum: int = 0
    ProvTreat: int = 0
    ClaimFee: Decimal = Decimal(0)
    InsPayEst: Decimal = Decimal(0)
    InsPayAmt: Decimal = Decimal(0)
    DedApplied: Decimal = Decimal(0)
    IsProsthesis: str = ""
    """N no, I initial, R replacement."""
    PriorDate: date | None = None
    ReasonUnderPaid: str = ""
    ClaimNote: str = ""
    ClaimType: str = ""
    """P primary, S secondary, PreAuth preauthorization."""
    ProvBill: int = 0
    PlaceService: str = ""
    AccidentRelated: str = ""
    """A auto, E employment, O other; empty for none."""
    AccidentDate: date | None = None
    AccidentST: str = ""
    IsOrtho: bool = False
    OrthoRemainM: int = 0
    """Remaining months of treatment."""
    OrthoDate: date | None = None
    PatRelat: str = ""
    PlanNum2: int = 0
    PatRelat2: str = ""
    WriteOff: Decimal = Decimal(0)
    ClaimForm: int = 0
    """The form to print on (ClaimFormNum)."""
    InsSubNum: int = 0
    InsSubNum2: int = 0
    PriorAuthorizationNumber: str = ""
    CustomTracking: int = 0
    """A definition; `customTracking` is its text."""
    customTracking: str = ""
    OrthoTotalM: int = 0
    """Total months of treatment."""
    SecDateTEdit: datetime | None = None


class ClaimSplit(Row, frozen=True):
    """The new claim of a split, and the procedures that were moved to it."""

    ClaimNum: int = 0
    """The new claim."""
    ProcNums: list[int] = []


class ClaimFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 23.3.11."""
    ClaimStatus: Annotated[enums.ClaimStatus | str, Since("23.3.11")]
    """U unsent, H hold, W waiting, S sent, R received, I hold in process."""
    SecDateTEdit: Annotated[DateTimeLike, Since("23.3.11")]
    """Edited at this time or later."""


class NewClaim(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    procNums: Required[Ids]
    ClaimType: Required[enums.ClaimType | str]
    """P primary, S secondary, PreAuth preauthorization."""
    InsSubNum: int
    """Needed for PreAuth. Default: the patient's primary or secondary plan."""
    InsSubNum2: int
    PatRelat: enums.PatRelat | str
    """Needed for PreAuth. Default: the relationship on the plan."""
    PatRelat2: enums.PatRelat2 | str
    """Default: the relationship on the second plan."""
    DateService: DateLike
    """Ignored for PreAuth. Default: the date of the earliest procedure."""
    DateSent: DateLike
    """Default: today."""
    ClaimForm: int
    """The form to print on (ClaimFormNum). Default: the form of the plan."""
    ProvTreat: int
    """Default: as in the program."""
    ProvBill: int
    """Default: as in the program."""


class ClaimUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    ClaimStatus: Annotated[enums.ClaimStatus | str, Excluding("I")]
    """U unsent, H hold, W waiting, S sent, R received."""
    DateReceived: DateLike
    ProvTreat: int
    IsProsthesis: enums.IsProsthesis | str
    """N no, I initial, R replacement."""
    PriorDate: DateLike
    """Paper claims only."""
    ClaimNote: str
    """Replaces the stored note."""
    ReasonUnderPaid: Annotated[str, Since("22.3.31")]
    """Replaces the stored text."""
    ProvBill: int
    PlaceService: str
    """Usually Office; an open list."""
    AccidentRelated: enums.AccidentRelated | str
    """No, A auto, E employment, O other."""
    AccidentDate: Annotated[DateLike, Since("22.1")]
    AccidentST: str
    """The state, two letters."""
    IsOrtho: bool
    OrthoRemainM: Annotated[int, Since("23.2.18"), Between(1, 36)]
    """1 to 36 months."""
    OrthoDate: DateLike
    """A preference of the office may lock it."""
    PatRelat: Annotated[enums.PatRelat | str, Since("24.4.35")]
    PatRelat2: Annotated[enums.PatRelat2 | str, Since("24.4.35")]
    ClaimForm: int
    """The form to print on (ClaimFormNum); 0 for none."""
    InsSubNum2: Annotated[int, Since("24.4.35")]
    PriorAuthorizationNumber: str
    OrthoTotalM: Annotated[int, Between(1, 36)]
    """1 to 36 months."""
    DateSent: Annotated[DateLike, Since("25.4")]
    """Known from third parties only: try it on your server first."""
    MedType: Annotated[str, Since("25.4")]
    """Dental, Medical, Institutional; an open list. Known from third parties only: try it on your server
    first."""


class ClaimUpdateStatusBody(DateAndTimeFormats, total=False):
    """Body of `update_status`."""

    DateSent: Required[DateLike]
    DateSentOrig: DateLike
    """Ignored if the claim was sent before. Default: DateSent."""


class ClaimSplitBody(TypedDict, total=False):
    """Body of `split`."""

    ProcNums: Required[Ids]


GET = Operation("GET", "/claims/{ClaimNum}", Claim, since="23.3.11")
LIST = Operation("GET", "/claims", Claim, since="22.2", query=ClaimFilters)
CREATE = Operation(
    "POST", "/claims", Claim, since="23.2.5", permission="Insurance", body=NewClaim, read_back=GET
)
UPDATE = Operation(
    "PUT", "/claims/{ClaimNum}", Claim, since="21.4", permission="Insurance", body=ClaimUpdate, read_back=GET
)
UPDATE_STATUS = Operation(
    "PUT",
    "/claims/{ClaimNum}/Status",
    Claim,
    since="21.3",
    permission="Insurance",
    body=ClaimUpdateStatusBody,
    idempotent=False,
    read_back=GET,
)
SPLIT = Operation(
    "PUT",
    "/claims/{ClaimNum}/Split",
    ClaimSplit,
    since="22.1",
    permission="Insurance",
    body=ClaimSplitBody,
    idempotent=False,
)
DELETE = Operation(
    "DELETE", "/claims/{ClaimNum}", NoneType, since="22.1", permission="Insurance", read_back=GET
)


class Claims(Resource):
    """Claims to insurance companies. Statuses, types and similar fields are short codes, not words."""

    async def get(self, ClaimNum: int, **formats: Unpack[DateAndTimeFormats]) -> Claim:
        """Read one claim. API: Claims GET (single), 23.3.11."""
        return await self._call(GET, ClaimNum, query=formats)

    def list(self, **filters: Unpack[ClaimFilters]) -> Rows[Claim]:
        """List claims. API: Claims GET (multiple), 22.2."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewClaim]) -> Claim:
        """Add a claim for some procedures of a patient.

        The plan must belong to the patient; P and S select the primary and the secondary plan.

        API: Claims POST (create), 23.2.5, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def update(self, ClaimNum: int, **body: Unpack[ClaimUpdate]) -> Claim:
        """Change the given fields; leave the rest. API: Claims PUT (update), 21.4, permission Insurance."""
        return await self._call(UPDATE, ClaimNum, body=body)

    async def update_status(self, ClaimNum: int, **body: Unpack[ClaimUpdateStatusBody]) -> Claim:
        """Mark a claim as sent, which also writes an etrans row. Prefer `update`.

        API: Claims PUT Status, 21.3, permission Insurance.
        """
        return await self._call(UPDATE_STATUS, ClaimNum, body=body)

    async def split(self, ClaimNum: int, **body: Unpack[ClaimSplitBody]) -> ClaimSplit:
        """Move procedures to a new claim. API: Claims PUT Split, 22.1, permission Insurance."""
        return await self._call(SPLIT, ClaimNum, body=body)

    async def delete(self, ClaimNum: int) -> None:
        """Delete a claim. ERAs are detached first.

        It is refused if the claim is received or payments are attached.

        API: Claims DELETE, 22.1, permission Insurance.
        """
        await self._call(DELETE, ClaimNum)
