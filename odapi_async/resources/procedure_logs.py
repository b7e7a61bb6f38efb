"""ProcedureLogs: DOC."""

from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import procedure_logs as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Keys, Money, Since, TimeLike, Without


class ProcedureLog(Row, frozen=True):
    """DOC ProcedureLog."""

    ProcNum: int = 0
    PatNum: int = 0
    AptNum: int = 0
    ProcDate: date | None = None
    ProcFee: Decimal = Decimal(0)
    """Sent as a string."""
    Surf: str = ""
    ToothNum: str = ""
    ToothRange: str = ""
    Priority: int = 0
    priority: str = ""
    ProcStatus: str = ""
    """D, deleted, only on request."""
    ProvNum: int = 0
    provAbbr: str = ""
    Dx: int = 0
    dxName: str = ""
    PlannedAptNum: int = 0
    PlaceService: Annotated[str, Since("25.2.21")] = ""
    Prosthesis: str = ""
    DateOriginalProsth: date | None = None
    ClaimNote: Annotated[str, Since("25.2.21")] = ""
    DateEntryC: Annotated[date | None, Since("25.2.21")] = None
    ClinicNum: int = 0
    CodeNum: int = 0
    procCode: str = ""
    descript: str = ""
    UnitQty: int = 0
    BaseUnits: int = 0
    DateTP: Annotated[date | None, Since("25.2.21")] = None
    SiteNum: Annotated[int, Since("25.2.21")] = 0
    HideGraphics: Annotated[bool, Since("25.2.21")] = False
    CanadianTypeCodes: Annotated[str, Since("25.2.21")] = ""
    ProcTime: Annotated[time | None, Since("25.2.21")] = None
    ProcTimeEnd: Annotated[time | None, Since("25.2.21")] = None
    DateTStamp: datetime | None = None
    Prognosis: Annotated[int, Since("25.2.21")] = 0
    IsLocked: Annotated[bool, Since("25.2.21")] = False
    BillingNote: Annotated[str, Since("25.2.21")] = ""
    Discount: Annotated[Decimal, Since("25.2.21")] = Decimal(0)
    IsDateProsthEst: bool = False
    SecDateEntry: Annotated[datetime | None, Since("25.2.21")] = None
    serverDateTime: datetime | None = None


class InsuranceHistoryItem(Row, frozen=True):
    """DOC InsuranceHistoryItem."""

    insHistPrefName: str = ""
    procDate: str = ""
    """A date, "No History" or "Not Set"."""
    ProcNum: int = 0


class GroupNote(Row, frozen=True):
    """DOC GroupNote."""

    PatNum: int = 0
    ProvNum: Annotated[int, Since("25.2.38")] = 0
    ProcNum: Annotated[int, Since("25.2.38")] = 0
    """The procedure with code ~GRP~ that holds the note."""
    ProcNums: list[int] = []
    Note: str = ""
    isSigned: Annotated[bool, Since("25.2.38")] = False


class _ProcedureLogBody(TypedDict, total=False):
    procCode: str
    """Valid code; sets CodeNum; CodeNum may stand instead. Mandatory before 25.2.21."""
    AptNum: int
    ProcFee: Money
    Surf: str
    """Surfaces, quadrant, sextant or arch; required by the code's treatment area."""
    ToothNum: str
    """Required for treatment areas Surf and Tooth."""
    ToothRange: str
    """Required for area ToothRange; commas and ranges."""
    Priority: int
    """A definition of category 20."""
    ProvNum: int
    Dx: int
    """A definition of category 16."""
    PlannedAptNum: int
    """Only on a planned appointment."""
    ClinicNum: int
    CodeNum: Annotated[int, Since("25.2.21")]
    """Instead of procCode."""
    PlaceService: Annotated[enums.PlaceService | str, Since("25.2.21")]
    """Needs the public health feature."""
    Prosthesis: Annotated[enums.Prosthesis | str, Since("25.2.21")]
    """No, initial, replacement; prosthetic codes only; No reads back as empty."""
    DateOriginalProsth: Annotated[DateLike, Since("25.2.21")]
    """Prosthetic codes only."""
    ClaimNote: Annotated[str, Since("25.2.21")]
    """Goes out on e-claims."""
    DateTP: Annotated[DateLike, Since("25.2.21")]
    """Original date of treatment planning."""
    SiteNum: Annotated[int, Since("25.2.21")]
    """Needs the public health feature."""
    ProcTime: Annotated[TimeLike, Since("25.2.21")]
    """Start."""
    ProcTimeEnd: Annotated[TimeLike, Since("25.2.21")]
    """End; needs the medical insurance feature."""
    Prognosis: Annotated[int, Since("25.2.21")]
    """A definition of category 30."""
    BillingNote: Annotated[str, Since("25.2.21")]
    """Shown in the account."""
    Discount: Annotated[Money, Since("25.2.21")]
    """Dollars."""
    IsDateProsthEst: Annotated[bool, Since("25.2.21")]
    SnomedBodySite: Annotated[str, Since("26.1.36")]
    """SNOMED body site."""


class ProcedureLogFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    AptNum: Annotated[int, Since("22.3.32")]
    PlannedAptNum: Annotated[int, Since("24.4.5")]
    """A Planned appointment."""
    ClinicNum: Annotated[int, Since("23.3.13")]
    DateTStamp: DateTimeLike
    """On or after."""
    ProcStatus: Annotated[enums.ProcStatus | str, Since("25.2.21")]
    """D gives deleted procedures, the one way to see deletions of this table."""
    CodeNum: Annotated[int, Since("25.2.21")]


class ProcedureLogInsuranceHistoryFilters(TypedDict, total=False):
    """Filters of `insurance_history`."""

    PatNum: Required[int]
    InsSubNum: Required[int]


class ProcedureLogGroupNotesFilters(TypedDict, total=False):
    """Filters of `group_notes`."""

    PatNum: Required[int]
    """In the query, as the example shows; the text says in the URL."""


class NewProcedureLog(_ProcedureLogBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    ProcDate: Required[DateLike]
    ProcStatus: Required[Annotated[enums.ProcStatus | str, Without("D", "TPi")]]
    """Planned, complete, existing current provider, existing other, referred out, condition; EC, R and Cn
    since 25.1.14.
    """
    priority: str
    """Text form."""
    dxName: str
    """Text form."""


class ProcedureLogCreateGroupNoteBody(TypedDict, total=False):
    """Body of `create_group_note`."""

    PatNum: Required[int]
    ProcNums: Required[Keys]
    """Duplicates are ignored."""
    Note: Required[str]
    isSigned: Annotated[bool, Since("25.2.38")]
    """Signs the note digitally. Default: false."""
    ProvNum: Annotated[int, Since("25.3.36")]
    """Default: patient's primary provider."""


class ProcedureLogCreateInsuranceHistoryBody(TypedDict, total=False):
    """Body of `create_insurance_history`."""

    PatNum: Required[int]
    InsSubNum: Required[int]
    insHistPrefName: Required[enums.InsHistPrefName | str]
    """Case-sensitive."""
    ProcDate: Required[DateLike]


class ProcedureLogUpdate(_ProcedureLogBody, total=False):
    """Body of `update`."""

    ProcDate: DateLike
    ProcStatus: Annotated[enums.ProcStatus | str, Without("D", "TPi")]
    """Planned, complete, existing current provider, existing other, referred out, condition; EC, R and Cn
    since 25.1.14.
    """


class ProcedureLogUpdateGroupNoteBody(TypedDict, total=False):
    """Body of `update_group_note`."""

    PatNum: Required[int]
    ProcNum: Required[int]
    Note: Required[str]
    doAppendNote: Annotated[bool, Since("25.2.38")]
    """Keeps the old text before the new."""
    isSigned: Annotated[bool, Since("25.2.38")]
    """True signs over an existing signature, false clears it."""
    ProvNum: Annotated[int, Since("25.3.36")]


GET = Operation("GET", "/procedurelogs/{ProcNum}", ProcedureLog, since="23.3.13")
LIST = Operation("GET", "/procedurelogs", ProcedureLog, since="21.1", query=ProcedureLogFilters)
INSURANCE_HISTORY = Operation(
    "GET",
    "/procedurelogs/InsuranceHistory",
    InsuranceHistoryItem,
    since="22.4.31",
    query=ProcedureLogInsuranceHistoryFilters,
)
GROUP_NOTES = Operation(
    "GET", "/procedurelogs/GroupNotes", GroupNote, since="25.2.38", query=ProcedureLogGroupNotesFilters
)
CREATE = Operation(
    "POST",
    "/procedurelogs",
    ProcedureLog,
    since="21.4",
    permission="ProcedureLogs",
    body=NewProcedureLog,
    rules=(
        Rule("at_most_one", ("Priority", "priority")),
        Rule("at_most_one", ("Dx", "dxName")),
        Rule("at_least_one", ("CodeNum", "procCode")),
    ),
)
CREATE_GROUP_NOTE = Operation(
    "POST",
    "/procedurelogs/GroupNote",
    GroupNote,
    since="22.2",
    permission="AllOthers",
    body=ProcedureLogCreateGroupNoteBody,
)
CREATE_INSURANCE_HISTORY = Operation(
    "POST",
    "/procedurelogs/InsuranceHistory",
    ProcedureLog,
    since="22.4.31",
    permission="ProcedureLogs",
    body=ProcedureLogCreateInsuranceHistoryBody,
)
UPDATE = Operation(
    "PUT",
    "/procedurelogs/{ProcNum}",
    ProcedureLog,
    since="22.1",
    permission="ProcedureLogs",
    body=ProcedureLogUpdate,
    rules=(Rule("at_most_one", ("CodeNum", "procCode")),),
)
UPDATE_GROUP_NOTE = Operation(
    "PUT",
    "/procedurelogs/GroupNote",
    NoneType,
    since="22.2.29",
    permission="AllOthers",
    body=ProcedureLogUpdateGroupNoteBody,
    adds_up=True,
)
DELETE = Operation("DELETE", "/procedurelogs/{ProcNum}", NoneType, since="22.1", permission="ProcedureLogs")
DELETE_GROUP_NOTE = Operation(
    "DELETE", "/procedurelogs/{ProcNum}/GroupNote", NoneType, since="22.3.8", permission="AllOthers"
)


class ProcedureLogs(Resource):
    """ProcedureLogs. Charted procedures. ProcFee travels as a string; Priority/priority and Dx/dxName are
    number/text pairs.
    """

    async def get(self, ProcNum: int) -> ProcedureLog:
        """Read one procedure log. API: ProcedureLogs GET (single), 23.3.13."""
        return await self._call(GET, ProcNum)

    def list(self, **filters: Unpack[ProcedureLogFilters]) -> Rows[ProcedureLog]:
        """List procedure log rows. API: ProcedureLogs GET (multiple), 21.1."""
        return self._rows(LIST, query=filters)

    def insurance_history(
        self, **filters: Unpack[ProcedureLogInsuranceHistoryFilters]
    ) -> Rows[InsuranceHistoryItem]:
        """DOC insurance_history.

        ProcDate is a date, "No History" (no record) or "Not Set" (category without codes).

        API: ProcedureLogs GET InsuranceHistory, 22.4.31.
        """
        return self._rows(INSURANCE_HISTORY, query=filters)

    def group_notes(self, **filters: Unpack[ProcedureLogGroupNotesFilters]) -> Rows[GroupNote]:
        """DOC group_notes. API: ProcedureLogs GET GroupNotes, 25.2.38."""
        return self._rows(GROUP_NOTES, query=filters)

    async def create(self, **body: Unpack[NewProcedureLog]) -> ProcedureLog:
        """Add one procedure log.

        ProcNum, provAbbr and descript are ignored on input; so was CodeNum before 25.2.21. Default notes of
        the code are not applied. Since 25.3 a completed procedure needs no appointment. Give at most one of
        Priority and priority. Give at most one of Dx and dxName. Give at least one of CodeNum and procCode.

        API: ProcedureLogs POST (create), 21.4, permission ProcedureLogs.
        """
        return await self._call(CREATE, body=body)

    async def create_group_note(self, **body: Unpack[ProcedureLogCreateGroupNoteBody]) -> GroupNote:
        """DOC create_group_note.

        The procedures must share date, clinic and provider; since 25.3.36 they need not, says a third-party
        reading. Before 25.2.38 the reply had PatNum, ProcNums and Note only.

        API: ProcedureLogs POST GroupNote, 22.2, permission AllOthers.
        """
        return await self._call(CREATE_GROUP_NOTE, body=body)

    async def create_insurance_history(
        self, **body: Unpack[ProcedureLogCreateInsuranceHistoryBody]
    ) -> ProcedureLog:
        """DOC create_insurance_history.

        Creates an EO procedure and an InsHist claimproc, with the patient's clinic and provider and the first
        code of the category.

        API: ProcedureLogs POST InsuranceHistory, 22.4.31, permission ProcedureLogs.
        """
        return await self._call(CREATE_INSURANCE_HISTORY, body=body)

    async def update(self, ProcNum: int, **body: Unpack[ProcedureLogUpdate]) -> ProcedureLog:
        """Change what is given and leave the rest.

        A new procCode must have the same treatment area. Empty ToothNum, Surf and ToothRange are ignored.
        Code and tooth fields are fixed once the status is C. CodeNum and Discount too are fixed once the
        status is C (25.2.21). Give at most one of CodeNum and procCode.

        API: ProcedureLogs PUT (update), 22.1, permission ProcedureLogs.
        """
        return await self._call(UPDATE, ProcNum, body=body)

    async def update_group_note(self, **body: Unpack[ProcedureLogUpdateGroupNoteBody]) -> None:
        """DOC update_group_note.

        No id in the path; the procedure's code must be ~GRP~. Answers without a body. The November 2025 copy
        puts the id in the path, /procedurelogs/{ProcNum}/GroupNote, and shows the group note as the reply.

        API: ProcedureLogs PUT GroupNote, 22.2.29, permission AllOthers.
        """
        await self._call(UPDATE_GROUP_NOTE, body=body)

    async def delete(self, ProcNum: int) -> None:
        """Delete one procedure log.

        Only TP, TPi, or (23.1.11) C; refused when claims, payments, adjustments, prescriptions, plans,
        referrals or an ortho case are attached.

        API: ProcedureLogs DELETE, 22.1, permission ProcedureLogs.
        """
        await self._call(DELETE, ProcNum)

    async def delete_group_note(self, ProcNum: int) -> None:
        """DOC delete_group_note.

        The procedure's code must be ~GRP~.

        API: ProcedureLogs DELETE GroupNote, 22.3.8, permission AllOthers.
        """
        await self._call(DELETE_GROUP_NOTE, ProcNum)
