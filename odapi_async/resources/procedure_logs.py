"""ProcedureLogs: procedures in charts, planned, completed or existing."""

import contextlib
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Annotated, Final, Required, TypedDict, Unpack

import msgspec

from odapi_async._core.operation import Operation, Rule, is_newer
from odapi_async._paging.rows import Rows
from odapi_async._wire import (
    DateAndTimeFormats,
    DateLike,
    DateTimeLike,
    Excluding,
    Ids,
    Money,
    Since,
    SinceValue,
    TimeLike,
)
from odapi_async.enums import procedure_logs as enums
from odapi_async.errors import NotFound
from odapi_async.resources.base import Resource, Row, View, empty

_WrittenStatus = Annotated[
    enums.ProcStatus | str,
    Excluding("D", "TPi"),
    SinceValue("EC", "25.1.14"),
    SinceValue("R", "25.1.14"),
    SinceValue("Cn", "25.1.14"),
]


class ProcedureLog(Row, frozen=True):
    """A procedure in a patient's chart.

    Responses to writes may leave Prosthesis, DateOriginalProsth, IsDateProsthEst and serverDateTime empty.
    """

    ProcNum: int = 0
    PatNum: int = 0
    AptNum: int = 0
    ProcDate: date | None = None
    ProcFee: Decimal = Decimal(0)
    Surf: str = ""
    ToothNum: str = ""
    ToothRange: str = ""
    Priority: int = 0
    """A definition of category 20; `priority` is its text."""
    priority: str = ""
    ProcStatus: str = ""
    """Deleted procedures (D) are returned only if requested."""
    ProvNum: int = 0
    provAbbr: str = ""
    Dx: int = 0
    """A definition of category 16; `dxName` is its text."""
    dxName: str = ""
    PlannedAptNum: int = 0
    PlaceService: Annotated[str, Since("25.2.21")] = ""
    Prosthesis: str = ""
    """I for initial, R for a replacement, empty for none."""
    DateOriginalProsth: date | None = None
    ClaimNote: Annotated[str, Since("25.2.21")] = ""
    """Sent on electronic claims."""
    DateEntryC: Annotated[date | None, Since("25.2.21")] = None
    ClinicNum: int = 0
    CodeNum: int = 0
    procCode: str = ""
    descript: str = ""
    UnitQty: int = 0
    BaseUnits: int = 0
    DateTP: Annotated[date | None, Since("25.2.21")] = None
    """The day of treatment planning."""
    SiteNum: Annotated[int, Since("25.2.21")] = 0
    HideGraphics: Annotated[bool, Since("25.2.21")] = False
    CanadianTypeCodes: Annotated[str, Since("25.2.21")] = ""
    ProcTime: Annotated[time | None, Since("25.2.21")] = None
    ProcTimeEnd: Annotated[time | None, Since("25.2.21")] = None
    DateTStamp: datetime | None = None
    Prognosis: Annotated[int, Since("25.2.21")] = 0
    """A definition of category 30."""
    IsLocked: Annotated[bool, Since("25.2.21")] = False
    BillingNote: Annotated[str, Since("25.2.21")] = ""
    """Shown in the account."""
    Discount: Annotated[Decimal, Since("25.2.21")] = Decimal(0)
    IsDateProsthEst: bool = False
    SecDateEntry: Annotated[datetime | None, Since("25.2.21")] = None
    serverDateTime: datetime | None = None


class InsuranceHistoryItem(View, frozen=True):
    """The last treatment of one category, for the history of an insurance plan."""

    insHistPrefName: str = ""
    procDate: str = ""
    """A date, "No History" if there is no record, or "Not Set" if the category has no codes."""
    ProcNum: int = 0


class GroupNote(Row, frozen=True):
    """One note on several procedures."""

    PatNum: int = 0
    ProvNum: Annotated[int, Since("25.2.38")] = 0
    ProcNum: Annotated[int, Since("25.2.38")] = 0
    """The procedure with the code ~GRP~ that contains the note."""
    ProcNums: list[int] = []
    Note: str = ""
    isSigned: Annotated[bool, Since("25.2.38")] = False


class _ProcedureLogBody(DateAndTimeFormats, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    procCode: str
    """Sets CodeNum. Before 25.2.21 `create` needs it."""
    AptNum: int
    ProcFee: Money
    """Default: the fee for the code and the patient's insurance."""
    Surf: str
    """Surfaces, quadrant, sextant or arch, as the treatment area of the code requires."""
    ToothNum: str
    """Required for the treatment areas Surf and Tooth."""
    ToothRange: str
    """Required for the treatment area ToothRange: teeth separated by commas, or ranges, such as 2,3,13-15."""
    Priority: int
    """A definition of category 20. Default: the first one."""
    ProvNum: int
    """Default: the provider of the appointment, else of the patient, else of the office."""
    Dx: int
    """A definition of category 16. Default: the first one."""
    PlannedAptNum: int
    """A planned appointment."""
    ClinicNum: int
    """Default: the patient's clinic."""
    CodeNum: Annotated[int, Since("25.2.21")]
    """An alternative to procCode."""
    PlaceService: Annotated[enums.PlaceService | str, Since("25.2.21")]
    """Needs the public health feature. Default: the value of the clinic or of the office."""
    Prosthesis: Annotated[enums.Prosthesis | str, Since("25.2.21")]
    """Prosthetic codes only. No is read back as empty text."""
    DateOriginalProsth: Annotated[DateLike, Since("25.2.21")]
    """Prosthetic codes only."""
    ClaimNote: Annotated[str, Since("25.2.21")]
    """Sent on electronic claims."""
    DateTP: Annotated[DateLike, Since("25.2.21")]
    """The day of treatment planning. Default: the day of creation."""
    SiteNum: Annotated[int, Since("25.2.21")]
    """Needs the public health feature."""
    ProcTime: Annotated[TimeLike, Since("25.2.21")]
    """The start."""
    ProcTimeEnd: Annotated[TimeLike, Since("25.2.21")]
    """The end. Needs the medical insurance feature."""
    Prognosis: Annotated[int, Since("25.2.21")]
    """A definition of category 30."""
    BillingNote: Annotated[str, Since("25.2.21")]
    """Shown in the account."""
    Discount: Annotated[Money, Since("25.2.21")]
    """An amount in dollars."""
    IsDateProsthEst: Annotated[bool, Since("25.2.21")]
    SnomedBodySite: Annotated[str, Since("26.1.36")]
    """Known from third parties only: try it on your server first."""


class ProcedureLogFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    AptNum: Annotated[int, Since("22.3.32")]
    PlannedAptNum: Annotated[int, Since("24.4.5")]
    """A planned appointment."""
    ClinicNum: Annotated[int, Since("23.3.13")]
    DateTStamp: DateTimeLike
    """Created (or changed; the reference is unclear) then or later. Take it from the `serverDateTime` of an
    earlier response."""
    ProcStatus: Annotated[enums.ProcStatus | str, Since("25.2.21")]
    """D returns deleted procedures: the only way to see deletions here."""
    CodeNum: Annotated[int, Since("25.2.21")]


class ProcedureLogInsuranceHistoryFilters(TypedDict, total=False):
    """Filters of `insurance_history`."""

    PatNum: Required[int]
    InsSubNum: Required[int]


class ProcedureLogGroupNotesFilters(TypedDict, total=False):
    """Filters of `group_notes`."""

    PatNum: Required[int]


class NewProcedureLog(_ProcedureLogBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    ProcDate: Required[DateLike]
    ProcStatus: Required[_WrittenStatus]
    """EC, R and Cn exist since 25.1.14."""
    priority: str
    """The text of a definition of category 20, an alternative to Priority."""
    dxName: str
    """The text of a definition of category 16, an alternative to Dx."""


class ProcedureLogCreateGroupNoteBody(TypedDict, total=False):
    """Body of `create_group_note`."""

    PatNum: Required[int]
    ProcNums: Required[Ids]
    """Duplicates are ignored."""
    Note: Required[str]
    isSigned: Annotated[bool, Since("25.2.38")]
    """True signs the note digitally."""
    ProvNum: Annotated[int, Since("25.3.36")]
    """Default: the patient's primary provider."""


class ProcedureLogCreateInsuranceHistoryBody(DateAndTimeFormats, total=False):
    """Body of `create_insurance_history`."""

    PatNum: Required[int]
    InsSubNum: Required[int]
    insHistPrefName: Required[enums.InsHistPrefName | str]
    """The category of treatment."""
    ProcDate: Required[DateLike]


class ProcedureLogUpdate(_ProcedureLogBody, total=False):
    """Body of `update`."""

    ProcDate: DateLike
    ProcStatus: _WrittenStatus
    """EC, R and Cn exist since 25.1.14."""


class ProcedureLogUpdateGroupNoteBody(TypedDict, total=False):
    """Body of `update_group_note`."""

    PatNum: Required[int]
    Note: Required[str]
    doAppendNote: Annotated[bool, Since("25.2.38")]
    """True puts the old text before the new text."""
    isSigned: Annotated[bool, Since("25.2.38")]
    """True signs over an existing signature, False clears it."""
    ProvNum: Annotated[int, Since("25.3.36")]


class _ProcedureLogUpdateGroupNoteBodyWithId(ProcedureLogUpdateGroupNoteBody, total=False):
    """Body of `update_group_note` at an office that expects the id there."""

    ProcNum: Required[int]


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
    read_back=GET,
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
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/procedurelogs/{ProcNum}",
    ProcedureLog,
    since="22.1",
    permission="ProcedureLogs",
    body=ProcedureLogUpdate,
    rules=(Rule("at_most_one", ("CodeNum", "procCode")),),
    read_back=GET,
)
UPDATE_GROUP_NOTE = Operation(
    "PUT",
    "/procedurelogs/{ProcNum}/GroupNote",
    GroupNote,
    since="22.2.29",
    permission="AllOthers",
    body=ProcedureLogUpdateGroupNoteBody,
    idempotent=False,
)
# the id moved from the body into the path in a version that the reference does not tell: the row that the new
# form returns has fields of this version, so no older one has it
_ID_IN_PATH: Final = "25.2.38"
_UPDATE_GROUP_NOTE_BY_BODY = msgspec.structs.replace(
    UPDATE_GROUP_NOTE, path="/procedurelogs/GroupNote", body=_ProcedureLogUpdateGroupNoteBodyWithId
)
DELETE = Operation(
    "DELETE", "/procedurelogs/{ProcNum}", NoneType, since="22.1", permission="ProcedureLogs", read_back=GET
)
DELETE_GROUP_NOTE = Operation(
    "DELETE",
    "/procedurelogs/{ProcNum}/GroupNote",
    NoneType,
    since="22.3.8",
    permission="AllOthers",
    read_back=GET,
)


class ProcedureLogs(Resource):
    """Procedures in patients' charts, whether planned, completed or done elsewhere.

    Priority and Dx are ids of definitions; priority and dxName are their texts. Notes on one procedure are
    in ProcNotes; notes on several procedures (group notes) are here.
    """

    async def get(self, ProcNum: int, **formats: Unpack[DateAndTimeFormats]) -> ProcedureLog:
        """Read one procedure. API: ProcedureLogs GET (single), 23.3.13."""
        return await self._call(GET, ProcNum, query=formats)

    def list(self, **filters: Unpack[ProcedureLogFilters]) -> Rows[ProcedureLog]:
        """List procedures; deleted ones are left out unless ProcStatus is D.

        API: ProcedureLogs GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    def insurance_history(
        self, **filters: Unpack[ProcedureLogInsuranceHistoryFilters]
    ) -> Rows[InsuranceHistoryItem]:
        """List the last treatment of each category, for one patient and insurance plan.

        API: ProcedureLogs GET InsuranceHistory, 22.4.31.
        """
        return self._rows(INSURANCE_HISTORY, query=filters)

    def group_notes(self, **filters: Unpack[ProcedureLogGroupNotesFilters]) -> Rows[GroupNote]:
        """List the group notes of one patient. API: ProcedureLogs GET GroupNotes, 25.2.38."""
        return self._rows(GROUP_NOTES, query=filters)

    async def create(self, **body: Unpack[NewProcedureLog]) -> ProcedureLog:
        """Add a procedure.

        The default notes of the code are not applied. Before 25.3 a completed procedure needs an appointment.
        Pass at least one of CodeNum and procCode, at most one of Priority and priority, and at most one of Dx
        and dxName.

        API: ProcedureLogs POST (create), 21.4, permission ProcedureLogs.
        """
        return await self._call(CREATE, body=body)

    async def create_group_note(self, **body: Unpack[ProcedureLogCreateGroupNoteBody]) -> GroupNote:
        """Write one note for several procedures.

        The procedures must have the same date, clinic and provider; not from 25.3.36 on, according to third
        parties.

        API: ProcedureLogs POST GroupNote, 22.2, permission AllOthers.
        """
        return await self._call(CREATE_GROUP_NOTE, body=body)

    async def create_insurance_history(
        self, **body: Unpack[ProcedureLogCreateInsuranceHistoryBody]
    ) -> ProcedureLog:
        """Record treatment that was done elsewhere as insurance history.

        Creates a procedure of status EO and a claim procedure of status InsHist, with the patient's clinic
        and provider and the first code of the category.

        API: ProcedureLogs POST InsuranceHistory, 22.4.31, permission ProcedureLogs.
        """
        return await self._call(CREATE_INSURANCE_HISTORY, body=body)

    async def update(self, ProcNum: int, **body: Unpack[ProcedureLogUpdate]) -> ProcedureLog:
        """Change the given fields; leave the rest.

        A new code must have the treatment area of the old one. Empty ToothNum, Surf and ToothRange are
        ignored. If the status is C, the code, the tooth fields and Discount can no longer be changed. Pass
        at most one of CodeNum and procCode.

        API: ProcedureLogs PUT (update), 22.1, permission ProcedureLogs.
        """
        return await self._call(UPDATE, ProcNum, body=body)

    async def update_group_note(
        self, ProcNum: int, **body: Unpack[ProcedureLogUpdateGroupNoteBody]
    ) -> GroupNote:
        """Replace the text of a group note, or append to it with doAppendNote, and return its row.

        Appending twice adds the text twice. Older servers expect ProcNum in the body and return no row: then
        all fields of the row are empty. If the practice's version does not tell which form the server knows,
        a 404 to the new form is followed by a second request in the old form.

        Args:
            ProcNum: the procedure with the code ~GRP~ that contains the note.
            **body: the fields to write.

        API: ProcedureLogs PUT GroupNote, 22.2.29, permission AllOthers.
        """
        version = self._calls.known_version
        try:
            if not (version and is_newer(_ID_IN_PATH, version)):
                with contextlib.suppress(NotFound):
                    return await self._call(UPDATE_GROUP_NOTE, ProcNum, body={**body})
            return await self._call(_UPDATE_GROUP_NOTE_BY_BODY, body={"ProcNum": ProcNum, **body})
        finally:
            empty(body)

    async def delete(self, ProcNum: int) -> None:
        """Delete one procedure of status TP, TPi or, since 23.1.11, C.

        Refused if a claim, payment, adjustment, prescription, plan, referral or ortho case is attached.

        API: ProcedureLogs DELETE, 22.1, permission ProcedureLogs.
        """
        await self._call(DELETE, ProcNum)

    async def delete_group_note(self, ProcNum: int) -> None:
        """Delete one group note: the procedure with the code ~GRP~ that contains it.

        API: ProcedureLogs DELETE GroupNote, 22.3.8, permission AllOthers.
        """
        await self._call(DELETE_GROUP_NOTE, ProcNum)
