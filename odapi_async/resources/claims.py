"""Claims: DOC."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import claims as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Keys, Since, Without


class Claim(Row, frozen=True):
    """DOC Claim."""

    ClaimNum: int = 0
    PatNum: int = 0
    DateService: date | None = None
    DateSent: date | None = None
    ClaimStatus: str = ""
    DateReceived: date | None = None
    PlanNum: int = 0
    ProvTreat: int = 0
    ClaimFee: Decimal = Decimal(0)
    InsPayEst: Decimal = Decimal(0)
    InsPayAmt: Decimal = Decimal(0)
    DedApplied: Decimal = Decimal(0)
    IsProsthesis: str = ""
    PriorDate: date | None = None
    ReasonUnderPaid: str = ""
    ClaimNote: str = ""
    ClaimType: str = ""
    ProvBill: int = 0
    PlaceService: str = ""
    AccidentRelated: str = ""
    AccidentDate: date | None = None
    AccidentST: str = ""
    IsOrtho: bool = False
    """Capitalised "True"/"False"."""
    OrthoRemainM: int = 0
    OrthoDate: date | None = None
    PatRelat: str = ""
    PlanNum2: int = 0
    PatRelat2: str = ""
    WriteOff: Decimal = Decimal(0)
    ClaimForm: int = 0
    """Sent as a string."""
    InsSubNum: int = 0
    InsSubNum2: int = 0
    PriorAuthorizationNumber: str = ""
    CustomTracking: int = 0
    customTracking: str = ""
    OrthoTotalM: int = 0
    SecDateTEdit: datetime | None = None


class ClaimSplit(Row, frozen=True):
    """DOC ClaimSplit."""

    ClaimNum: int = 0
    ProcNums: list[int] = []


class ClaimFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 23.3.11."""
    ClaimStatus: Annotated[enums.ClaimStatus | str, Since("23.3.11")]
    """Unsent, hold, waiting, sent, received, hold in process."""
    SecDateTEdit: Annotated[DateTimeLike, Since("23.3.11")]
    """Edited at or after."""


class NewClaim(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    procNums: Required[Keys]
    ClaimType: Required[enums.ClaimType | str]
    """Primary, secondary, preauthorisation."""
    InsSubNum: int
    """Required for PreAuth. Default: patient's plan for P or S."""
    InsSubNum2: int
    """Default: 0."""
    PatRelat: enums.PatRelat | str
    """Required for PreAuth. Default: relationship on the plan for P or S."""
    PatRelat2: enums.PatRelat2 | str
    """Default: relationship on the second plan."""
    DateService: DateLike
    """Ignored for PreAuth. Default: date of the earliest procedure."""
    DateSent: DateLike
    """Default: today."""
    ClaimForm: int
    """Default: form of the plan."""
    ProvTreat: int
    """Default: as in the application."""
    ProvBill: int
    """Default: as in the application."""


class ClaimUpdate(TypedDict, total=False):
    """Body of `update`."""

    ClaimStatus: Annotated[enums.ClaimStatus | str, Without("I")]
    """Unsent, hold, waiting, sent, received."""
    DateReceived: DateLike
    ProvTreat: int
    IsProsthesis: enums.IsProsthesis | str
    """No, initial, replacement."""
    PriorDate: DateLike
    """Paper claims only."""
    ClaimNote: str
    """Replaces the stored text."""
    ReasonUnderPaid: Annotated[str, Since("22.3.31")]
    """Replaces the stored text."""
    ProvBill: int
    PlaceService: str
    """Open list of the database schema, usually Office."""
    AccidentRelated: enums.AccidentRelated | str
    """Auto, employment, other."""
    AccidentDate: Annotated[DateLike, Since("22.1")]
    AccidentST: str
    """Two letters."""
    IsOrtho: bool
    OrthoRemainM: Annotated[int, Since("23.2.18")]
    """1-36."""
    OrthoDate: DateLike
    """Locked by one ortho preference."""
    PatRelat: Annotated[enums.PatRelat | str, Since("24.4.35")]
    PatRelat2: Annotated[enums.PatRelat2 | str, Since("24.4.35")]
    ClaimForm: int
    """0 = not assigned."""
    InsSubNum2: Annotated[int, Since("24.4.35")]
    PriorAuthorizationNumber: str
    OrthoTotalM: int
    """1-36."""


class ClaimUpdateStatusBody(TypedDict, total=False):
    """Body of `update_status`."""

    DateSent: Required[DateLike]
    DateSentOrig: DateLike
    """Ignored when sent before. Default: DateSent."""


class ClaimSplitBody(TypedDict, total=False):
    """Body of `split`."""

    ProcNums: Required[Keys]


GET = Operation("GET", "/claims/{ClaimNum}", Claim, since="23.3.11")
LIST = Operation("GET", "/claims", Claim, since="22.2", query=ClaimFilters)
CREATE = Operation("POST", "/claims", Claim, since="23.2.5", permission="Insurance", body=NewClaim)
UPDATE = Operation("PUT", "/claims/{ClaimNum}", Claim, since="21.4", permission="Insurance", body=ClaimUpdate)
UPDATE_STATUS = Operation(
    "PUT",
    "/claims/{ClaimNum}/Status",
    Claim,
    since="21.3",
    permission="Insurance",
    body=ClaimUpdateStatusBody,
    adds_up=True,
)
SPLIT = Operation(
    "PUT",
    "/claims/{ClaimNum}/Split",
    ClaimSplit,
    since="22.1",
    permission="Insurance",
    body=ClaimSplitBody,
    adds_up=True,
)
DELETE = Operation("DELETE", "/claims/{ClaimNum}", NoneType, since="22.1", permission="Insurance")


class Claims(Resource):
    """Claims. ClaimStatus, ClaimType, IsProsthesis and AccidentRelated are short codes, not words."""

    async def get(self, ClaimNum: int) -> Claim:
        """Read one claim. API: Claims GET (single), 23.3.11."""
        return await self._call(GET, ClaimNum)

    def list(self, **filters: Unpack[ClaimFilters]) -> Rows[Claim]:
        """List claim rows. API: Claims GET (multiple), 22.2."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewClaim]) -> Claim:
        """Add one claim.

        The plan must be one of the patient's; P and S take the primary and secondary plan by themselves.

        API: Claims POST (create), 23.2.5, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def update(self, ClaimNum: int, **body: Unpack[ClaimUpdate]) -> Claim:
        """Change what is given and leave the rest. API: Claims PUT (update), 21.4, permission Insurance."""
        return await self._call(UPDATE, ClaimNum, body=body)

    async def update_status(self, ClaimNum: int, **body: Unpack[ClaimUpdateStatusBody]) -> Claim:
        """DOC update_status.

        Marks the claim sent and writes an etrans row; PUT (update) is preferred.

        API: Claims PUT Status, 21.3, permission Insurance.
        """
        return await self._call(UPDATE_STATUS, ClaimNum, body=body)

    async def split(self, ClaimNum: int, **body: Unpack[ClaimSplitBody]) -> ClaimSplit:
        """DOC split.

        Moves procedures to a new claim and answers 201; ClaimNum in the reply is the new claim. The list is
        spelt ProcNums here, procNums on create.

        API: Claims PUT Split, 22.1, permission Insurance.
        """
        return await self._call(SPLIT, ClaimNum, body=body)

    async def delete(self, ClaimNum: int) -> None:
        """Delete one claim.

        Refused when received or when payments are attached; ERAs are detached first.

        API: Claims DELETE, 22.1, permission Insurance.
        """
        await self._call(DELETE, ClaimNum)
