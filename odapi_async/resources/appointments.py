"""Appointments: DOC."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import appointments as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Keys, Since, TimeLike, Without


class Appointment(Row, frozen=True):
    """DOC Appointment."""

    serverDateTime: Annotated[datetime | None, Since("21.2")] = None
    AptNum: int = 0
    PatNum: int = 0
    AptStatus: str = ""
    Pattern: str = ""
    """X and /, 5 minutes each."""
    Confirmed: int = 0
    confirmed: str = ""
    """Text of Confirmed."""
    TimeLocked: bool = False
    Op: int = 0
    """OperatoryNum."""
    Note: str = ""
    ProvNum: int = 0
    provAbbr: str = ""
    ProvHyg: int = 0
    AptDateTime: datetime | None = None
    NextAptNum: int = 0
    """Planned appointment it came from."""
    UnschedStatus: int = 0
    unschedStatus: str = ""
    """Text of UnschedStatus."""
    IsNewPatient: bool = False
    ProcDescript: str = ""
    ClinicNum: int = 0
    IsHygiene: bool = False
    DateTStamp: datetime | None = None
    DateTimeArrived: datetime | None = None
    DateTimeSeated: datetime | None = None
    DateTimeDismissed: datetime | None = None
    InsPlan1: int = 0
    InsPlan2: int = 0
    DateTimeAskedToArrive: datetime | None = None
    colorOverride: str = ""
    """R,G,B."""
    AppointmentTypeNum: int = 0
    SecUserNumEntry: Annotated[int, Since("25.1.27")] = 0
    SecDateTEntry: datetime | None = None
    Priority: str = ""
    PatternSecondary: str = ""
    ItemOrderPlanned: int = 0


class AppointmentSlot(Row, frozen=True):
    """DOC AppointmentSlot."""

    DateTimeStart: datetime | None = None
    DateTimeEnd: datetime | None = None
    ProvNum: int = 0
    OpNum: int = 0


class WebSchedAppointment(Row, frozen=True):
    """DOC WebSchedAppointment."""

    AptNum: int = 0
    PatNum: int = 0
    AptStatus: str = ""
    Pattern: str = ""
    Confirmed: int = 0
    confirmed: str = ""
    Op: int = 0
    Note: str = ""
    ProvNum: int = 0
    provAbbr: str = ""
    ProvHyg: int = 0
    AptDateTime: datetime | None = None
    NextAptNum: int = 0
    UnschedStatus: int = 0
    unschedStatus: str = ""
    ProcDescript: str = ""
    ClinicNum: int = 0
    IsHygiene: bool = False
    DateTStamp: datetime | None = None
    DateTimeArrived: datetime | None = None
    DateTimeSeated: datetime | None = None
    DateTimeDismissed: datetime | None = None
    AppointmentTypeNum: int = 0
    eServiceLogType: str = ""
    serverDateTime: datetime | None = None


class _AppointmentBody(TypedDict, total=False):
    Pattern: str
    """X and /; cut to 9 hours."""
    Confirmed: int
    """A definition of category 2."""
    Note: str
    ProvNum: int
    ProvHyg: int
    """ProvNum."""
    ClinicNum: int
    IsHygiene: bool
    IsNewPatient: Annotated[bool, Since("21.3")]
    Priority: Annotated[enums.Priority | str, Since("22.1")]
    AppointmentTypeNum: Annotated[int, Since("22.1")]
    """0 = none; its pattern applies only without Pattern."""
    colorOverride: Annotated[str, Since("22.3.9")]
    """R,G,B; defaults to the appointment type's colour if one is given."""
    PatternSecondary: Annotated[str, Since("23.3.17")]
    """Same length as Pattern."""
    DateTimeArrived: Annotated[TimeLike, Since("25.2.10")]
    """A time of day (HH:mm:ss); reads back as a date and time."""
    DateTimeSeated: Annotated[TimeLike, Since("25.2.10")]
    """A time of day (HH:mm:ss); reads back as a date and time."""
    DateTimeDismissed: Annotated[TimeLike, Since("25.2.10")]
    """A time of day (HH:mm:ss); reads back as a date and time."""


class AppointmentFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Annotated[int, Since("21.4")]
    AptStatus: Annotated[enums.AptStatus | str, Since("22.4.28")]
    """PtNote and PtNoteCompleted are rare."""
    Op: Annotated[int, Since("23.2.27")]
    date: DateLike
    """One day."""
    dateStart: DateLike
    """Range, both ends included."""
    dateEnd: DateLike
    """Range, both ends included."""
    ClinicNum: int
    """0 = appointments without a clinic; omit for all."""
    DateTStamp: DateTimeLike
    """Changed after this moment; a plain date is accepted."""
    AppointmentTypeNum: Annotated[int, Since("24.4.22")]


class AppointmentAsapFilters(TypedDict, total=False):
    """Filters of `asap`."""

    ClinicNum: int
    """Required where the office uses clinics; 0 = without a clinic."""
    ProvNum: int


class AppointmentSlotsFilters(TypedDict, total=False):
    """Filters of `slots`."""

    date: DateLike
    """Today or later. Default: next 14 days."""
    dateStart: DateLike
    """Range, both ends included."""
    dateEnd: DateLike
    """Range, both ends included."""
    lengthMinutes: int
    """Drops shorter slots."""
    ProvNum: int
    """Default: practice default provider."""
    OpNum: Annotated[int, Since("22.1")]


class AppointmentSlotsWebSchedFilters(TypedDict, total=False):
    """Filters of `slots_web_sched`."""

    date: DateLike
    """One day."""
    dateStart: DateLike
    """Range, both ends included. Default: next two weeks when no date is given."""
    dateEnd: DateLike
    """Range, both ends included. Default: next two weeks when no date is given."""
    ClinicNum: int
    """Required where the office uses clinics."""
    defNumApptType: int
    """Category 42 new patient or 51 existing patient. A definition of category 42 or 51."""
    isNewPatient: bool
    """Must fit defNumApptType. Default: false."""


class AppointmentWebSchedFilters(TypedDict, total=False):
    """Filters of `web_sched`."""

    date: DateLike
    """One day."""
    dateStart: DateLike
    """Range, both ends included."""
    dateEnd: DateLike
    """Range, both ends included."""
    DateTStamp: DateTimeLike
    """Changed after this moment."""
    ClinicNum: int


class NewAppointment(_AppointmentBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Op: Required[int]
    """FK operatory.OperatoryNum."""
    AptDateTime: Required[DateTimeLike]
    AptStatus: Annotated[enums.AptStatus | str, Without("ASAP", "Broken", "Planned")]
    """Default: Scheduled."""
    SecUserNumEntry: Annotated[int, Since("25.1.27")]
    """Recorded as the creator. Default: 0."""


class AppointmentCreatePlannedBody(TypedDict, total=False):
    """Body of `create_planned`."""

    PatNum: Required[int]
    AppointmentTypeNum: int
    """Its pattern applies only without Pattern."""
    procNums: Keys
    """Duplicates are ignored."""
    Pattern: str
    """X and /; cut to 9 hours. Default: /XX/."""
    Confirmed: int
    """A definition of category 2. Default: first definition of the category."""
    Note: str
    ProvNum: int
    """Default: patient's primary provider, else the office default."""
    ProvHyg: int
    """ProvNum. Default: 0."""
    ClinicNum: int
    """Default: patient's clinic."""
    IsHygiene: bool
    """Default: false."""
    IsNewPatient: bool
    """Default: false."""
    Priority: enums.Priority | str
    """Default: Normal."""
    PatternSecondary: Annotated[str, Since("23.3.17")]
    """Same length as Pattern. Default: slashes as long as Pattern."""


class AppointmentSchedulePlannedBody(TypedDict, total=False):
    """Body of `schedule_planned`."""

    AptNum: Required[int]
    """Must be a Planned appointment."""
    AptDateTime: Required[DateTimeLike]
    ProvNum: Required[int]
    """ProvNum of the slot."""
    Op: Required[int]
    """OpNum of the slot."""
    Confirmed: int
    """A definition of category 2."""
    Note: str
    """Replaces the stored text."""


class AppointmentCreateWebSchedBody(TypedDict, total=False):
    """Body of `create_web_sched`."""

    PatNum: Required[int]
    DateTimeStart: Required[DateTimeLike]
    """The example spells it dateTimeStart."""
    DateTimeEnd: Required[DateTimeLike]
    """The example spells it dateTimeEnd."""
    ProvNum: Required[int]
    OpNum: Required[int]
    defNumApptType: Required[int]
    """Same as used for the slot. A definition of category 42 or 51."""


class AppointmentUpdate(_AppointmentBody, total=False):
    """Body of `update`."""

    AptStatus: Annotated[enums.AptStatus | str, Without("ASAP")]
    Op: int
    AptDateTime: DateTimeLike
    UnschedStatus: Annotated[int, Since("22.2")]
    """0 = none. A definition of category 13."""


class AppointmentBreakBody(TypedDict, total=False):
    """Body of `break_`."""

    sendToUnscheduledList: Required[bool]
    """"false" only together with breakType."""
    breakType: enums.BreakType | str
    """Adds D9986 or D9987; office preference must allow it."""


class AppointmentUpdateNoteBody(TypedDict, total=False):
    """Body of `update_note`."""

    Note: Required[str]


class AppointmentConfirmBody(TypedDict, total=False):
    """Body of `confirm`."""

    confirmVal: enums.ConfirmVal | str
    """"None" = first status of the list."""
    defNum: Annotated[int, Since("21.2")]
    """A definition of category 2."""


GET = Operation("GET", "/appointments/{AptNum}", Appointment, since="21.1")
LIST = Operation("GET", "/appointments", Appointment, since="21.1", query=AppointmentFilters)
ASAP = Operation("GET", "/appointments/ASAP", Appointment, since="21.1", query=AppointmentAsapFilters)
SLOTS = Operation("GET", "/appointments/Slots", AppointmentSlot, since="21.1", query=AppointmentSlotsFilters)
SLOTS_WEB_SCHED = Operation(
    "GET", "/appointments/SlotsWebSched", AppointmentSlot, since="21.1", query=AppointmentSlotsWebSchedFilters
)
WEB_SCHED = Operation(
    "GET", "/appointments/WebSched", WebSchedAppointment, since="21.3", query=AppointmentWebSchedFilters
)
CREATE = Operation(
    "POST", "/appointments", Appointment, since="21.1", permission="Appointments", body=NewAppointment
)
CREATE_PLANNED = Operation(
    "POST",
    "/appointments/Planned",
    Appointment,
    since="22.2.31",
    permission="Appointments",
    body=AppointmentCreatePlannedBody,
)
SCHEDULE_PLANNED = Operation(
    "POST",
    "/appointments/SchedulePlanned",
    Appointment,
    since="22.2",
    permission="Appointments",
    body=AppointmentSchedulePlannedBody,
)
CREATE_WEB_SCHED = Operation(
    "POST",
    "/appointments/WebSched",
    Appointment,
    since="21.3",
    permission="Appointments",
    body=AppointmentCreateWebSchedBody,
)
UPDATE = Operation(
    "PUT",
    "/appointments/{AptNum}",
    Appointment,
    since=None,
    permission="Appointments",
    body=AppointmentUpdate,
)
BREAK_ = Operation(
    "PUT",
    "/appointments/{AptNum}/Break",
    NoneType,
    since="21.3",
    permission="Comm",
    body=AppointmentBreakBody,
    adds_up=True,
)
UPDATE_NOTE = Operation(
    "PUT",
    "/appointments/{AptNum}/Note",
    NoneType,
    since="21.1",
    permission="Comm",
    body=AppointmentUpdateNoteBody,
    adds_up=True,
)
CONFIRM = Operation(
    "PUT",
    "/appointments/{AptNum}/Confirm",
    NoneType,
    since="21.1",
    permission="Comm",
    body=AppointmentConfirmBody,
    rules=(Rule("exactly_one", ("confirmVal", "defNum")),),
)


class Appointments(Resource):
    """Appointments. For incremental sync keep serverDateTime of a reply and send it as the next DateTStamp.
    Confirmed/confirmed and UnschedStatus/unschedStatus are pairs: the capitalised one is a DefNum, the lower-
    case one its text (read only). Pattern and PatternSecondary use X and /, one character for each 5 minutes.
    There is no DELETE.
    """

    async def get(self, AptNum: int) -> Appointment:
        """Read one appointment. API: Appointments GET (single), 21.1."""
        return await self._call(GET, AptNum)

    def list(self, **filters: Unpack[AppointmentFilters]) -> Rows[Appointment]:
        """List appointment rows. API: Appointments GET (multiple), 21.1."""
        return self._rows(LIST, query=filters)

    def asap(self, **filters: Unpack[AppointmentAsapFilters]) -> Rows[Appointment]:
        """DOC asap.

        Lists appointments whose Priority is ASAP.

        API: Appointments GET ASAP, 21.1.
        """
        return self._rows(ASAP, query=filters)

    def slots(self, **filters: Unpack[AppointmentSlotsFilters]) -> Rows[AppointmentSlot]:
        """DOC slots.

        Returns whole open blocks, not suggested times; needs no WebSched set-up. Usually give ProvNum and
        OpNum. A provider with appointments in several operatories is treated as one: only times free in all
        of them appear.

        API: Appointments GET Slots, 21.1.
        """
        return self._rows(SLOTS, query=filters)

    def slots_web_sched(self, **filters: Unpack[AppointmentSlotsWebSchedFilters]) -> Rows[AppointmentSlot]:
        """DOC slots_web_sched.

        Needs a WebSched subscription and its set-up; use GET Slots otherwise. Follow with POST WebSched.

        API: Appointments GET SlotsWebSched, 21.1.
        """
        return self._rows(SLOTS_WEB_SCHED, query=filters)

    def web_sched(self, **filters: Unpack[AppointmentWebSchedFilters]) -> Rows[WebSchedAppointment]:
        """DOC web_sched.

        eServiceLogType tells how it was made: Recall, NewPat, ExistingPat, ASAP, or None.

        API: Appointments GET WebSched, 21.3.
        """
        return self._rows(WEB_SCHED, query=filters)

    async def create(self, **body: Unpack[NewAppointment]) -> Appointment:
        """Add one appointment.

        IsNewPatient "true" sets the patient's DateFirstVisit when nothing has been completed yet. An
        AppointmentTypeNum may add procedures, pattern and colour.

        API: Appointments POST (create), 21.1, permission Appointments.
        """
        return await self._call(CREATE, body=body)

    async def create_planned(self, **body: Unpack[AppointmentCreatePlannedBody]) -> Appointment:
        """DOC create_planned.

        Give AppointmentTypeNum or procNums unless the office allows appointments without procedures
        (preference ApptsRequireProc). Without Pattern the length comes from the procedures or the type. Give
        at least one of AppointmentTypeNum and procNums when the office requires procedures on appointments.

        API: Appointments POST Planned, 22.2.31, permission Appointments.
        """
        return await self._call(CREATE_PLANNED, body=body)

    async def schedule_planned(self, **body: Unpack[AppointmentSchedulePlannedBody]) -> Appointment:
        """DOC schedule_planned.

        Makes a new scheduled appointment and keeps the planned one; NextAptNum of the new one points back.

        API: Appointments POST SchedulePlanned, 22.2, permission Appointments.
        """
        return await self._call(SCHEDULE_PLANNED, body=body)

    async def create_web_sched(self, **body: Unpack[AppointmentCreateWebSchedBody]) -> Appointment:
        """DOC create_web_sched.

        Needs a WebSched subscription. Use a slot from GET SlotsWebSched with the same defNumApptType.

        API: Appointments POST WebSched, 21.3, permission Appointments.
        """
        return await self._call(CREATE_WEB_SCHED, body=body)

    async def update(self, AptNum: int, **body: Unpack[AppointmentUpdate]) -> Appointment:
        """Change what is given and leave the rest.

        All fields optional; prefer PUT Note, Confirm and Break. The version is not printed. Attached
        procedures are changed through ProcedureLogs PUT.

        API: Appointments PUT (update), permission Appointments.
        """
        return await self._call(UPDATE, AptNum, body=body)

    async def break_(self, AptNum: int, **body: Unpack[AppointmentBreakBody]) -> None:
        """DOC break_.

        Only a Scheduled appointment can be broken; may write a commlog. Reschedule with PUT (update).

        API: Appointments PUT Break, 21.3, permission Comm.
        """
        await self._call(BREAK_, AptNum, body=body)

    async def update_note(self, AptNum: int, **body: Unpack[AppointmentUpdateNoteBody]) -> None:
        """DOC update_note.

        Appends a new line to the note.

        API: Appointments PUT Note, 21.1, permission Comm.
        """
        await self._call(UPDATE_NOTE, AptNum, body=body)

    async def confirm(self, AptNum: int, **body: Unpack[AppointmentConfirmBody]) -> None:
        """DOC confirm.

        Give exactly one of confirmVal and defNum.

        API: Appointments PUT Confirm, 21.1, permission Comm.
        """
        await self._call(CONFIRM, AptNum, body=body)
