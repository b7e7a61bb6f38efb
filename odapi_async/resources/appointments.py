"""Appointments: booked and planned visits, and the open slots for new ones."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import (
    RGB,
    TIME_PATTERN,
    DateLike,
    DateTimeFormats,
    DateTimeLike,
    Excluding,
    Ids,
    Inexact,
    Since,
    TimeLike,
)
from odapi_async.enums import appointments as enums
from odapi_async.resources.base import Resource, Row, View


class Appointment(Row, frozen=True):
    """An appointment: scheduled, planned, complete or broken."""

    serverDateTime: Annotated[datetime | None, Since("21.2")] = None
    """When it was read: the DateTStamp for the next request. None in responses to writes."""
    AptNum: int = 0
    PatNum: int = 0
    AptStatus: str = ""
    Pattern: str = ""
    """X and /, one character for each 5 minutes."""
    Confirmed: int = 0
    """A definition of category 2; `confirmed` is its text."""
    confirmed: str = ""
    TimeLocked: bool = False
    Op: int = 0
    """The operatory (OperatoryNum)."""
    Note: str = ""
    ProvNum: int = 0
    provAbbr: str = ""
    ProvHyg: int = 0
    """The hygienist (ProvNum)."""
    AptDateTime: datetime | None = None
    NextAptNum: int = 0
    """The planned appointment that it was created from."""
    UnschedStatus: int = 0
    """A definition of category 13; `unschedStatus` is its text."""
    unschedStatus: str = ""
    IsNewPatient: bool = False
    ProcDescript: str = ""
    ClinicNum: int = 0
    IsHygiene: bool = False
    DateTStamp: datetime | None = None
    DateTimeArrived: datetime | None = None
    """None until it happens, or midnight of the appointment's day. The same holds for the next two fields."""
    DateTimeSeated: datetime | None = None
    DateTimeDismissed: datetime | None = None
    InsPlan1: int = 0
    InsPlan2: int = 0
    DateTimeAskedToArrive: datetime | None = None
    colorOverride: str = ""
    """As R,G,B."""
    AppointmentTypeNum: int = 0
    SecUserNumEntry: Annotated[int, Since("25.1.27")] = 0
    SecDateTEntry: datetime | None = None
    Priority: str = ""
    PatternSecondary: str = ""
    """Has the length of Pattern."""
    ItemOrderPlanned: int = 0


class AppointmentSlot(View, frozen=True):
    """A block of open time of a provider in an operatory."""

    DateTimeStart: datetime | None = None
    DateTimeEnd: datetime | None = None
    ProvNum: int = 0
    OpNum: int = 0


class WebSchedAppointment(Row, frozen=True):
    """An appointment that was booked online."""

    AptNum: int = 0
    PatNum: int = 0
    AptStatus: str = ""
    Pattern: str = ""
    """X and /, one character for each 5 minutes."""
    Confirmed: int = 0
    """A definition of category 2; `confirmed` is its text."""
    confirmed: str = ""
    Op: int = 0
    """The operatory (OperatoryNum)."""
    Note: str = ""
    ProvNum: int = 0
    provAbbr: str = ""
    ProvHyg: int = 0
    """The hygienist (ProvNum)."""
    AptDateTime: datetime | None = None
    NextAptNum: int = 0
    """The planned appointment that it was created from."""
    UnschedStatus: int = 0
    """A definition of category 13; `unschedStatus` is its text."""
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
    """How it was booked: Recall, NewPat, ExistingPat, ASAP or None."""
    serverDateTime: datetime | None = None
    """When it was read: the DateTStamp for the next request."""


class _AppointmentBody(DateTimeFormats, total=False):
    Pattern: Annotated[str, TIME_PATTERN]
    """X and /, one character for each 5 minutes; cut to 9 hours."""
    Confirmed: int
    """A definition of category 2."""
    Note: str
    ProvNum: int
    ProvHyg: int
    """The hygienist (ProvNum)."""
    ClinicNum: int
    IsHygiene: bool
    IsNewPatient: Annotated[bool, Since("21.3")]
    Priority: Annotated[enums.Priority | str, Since("22.1")]
    AppointmentTypeNum: Annotated[int, Since("22.1")]
    """0 for none. Its pattern is used only if Pattern is not given."""
    colorOverride: Annotated[str, Since("22.3.9"), RGB]
    """As R,G,B, each 0 to 255. By default the color of the appointment type."""
    PatternSecondary: Annotated[str, Since("23.3.17"), TIME_PATTERN]
    """Has the length of Pattern."""
    DateTimeArrived: Annotated[TimeLike, Since("25.2.10")]
    """A time of day; it is read back as a date and time."""
    DateTimeSeated: Annotated[TimeLike, Since("25.2.10")]
    """A time of day; it is read back as a date and time."""
    DateTimeDismissed: Annotated[TimeLike, Since("25.2.10")]
    """A time of day; it is read back as a date and time."""


class AppointmentFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: Annotated[int, Since("21.4")]
    AptStatus: Annotated[enums.AptStatus | str, Since("22.4.28")]
    Op: Annotated[int, Since("23.2.27")]
    """The operatory (OperatoryNum)."""
    date: DateLike
    """One day."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    ClinicNum: int
    """0 for appointments without a clinic."""
    DateTStamp: DateTimeLike
    """Changed after this time. Take it from the `serverDateTime` of an earlier response."""
    AppointmentTypeNum: Annotated[int, Since("24.4.22")]


class AppointmentAsapFilters(DateTimeFormats, total=False):
    """Filters of `asap`."""

    ClinicNum: int
    """Required if the office uses clinics; 0 for appointments without a clinic."""
    ProvNum: Annotated[int, Inexact()]  # the reference does not say if a hygienist counts, too


class AppointmentSlotsFilters(DateTimeFormats, total=False):
    """Filters of `slots`."""

    date: DateLike
    """One day, today or later."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    lengthMinutes: int
    """Minimum length of a slot; shorter ones are left out."""
    ProvNum: int
    """Default: the default provider of the practice."""
    OpNum: Annotated[int, Since("22.1")]


class AppointmentSlotsWebSchedFilters(DateTimeFormats, total=False):
    """Filters of `slots_web_sched`."""

    date: DateLike
    """One day."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    ClinicNum: int
    """Required if the office uses clinics."""
    defNumApptType: int
    """A definition of category 42 for a new patient, of category 51 for an existing one."""
    isNewPatient: bool
    """Must match defNumApptType. Default: false."""


class AppointmentWebSchedFilters(DateTimeFormats, total=False):
    """Filters of `web_sched`."""

    date: DateLike
    """One day."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    DateTStamp: DateTimeLike
    """Changed after this time. Take it from the `serverDateTime` of an earlier response."""
    ClinicNum: int


class NewAppointment(_AppointmentBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Op: Required[int]
    """The operatory (OperatoryNum)."""
    AptDateTime: Required[DateTimeLike]
    AptStatus: Annotated[enums.AptStatus | str, Excluding("ASAP", "Broken", "Planned")]
    """Default: Scheduled."""
    SecUserNumEntry: Annotated[int, Since("25.1.27")]
    """The user who is recorded as the creator."""


class AppointmentCreatePlannedBody(DateTimeFormats, total=False):
    """Body of `create_planned`."""

    PatNum: Required[int]
    AppointmentTypeNum: int
    """Its pattern is used only if Pattern is not given."""
    procNums: Ids
    """Duplicates are ignored."""
    Pattern: Annotated[str, TIME_PATTERN]
    """X and /, one character for each 5 minutes; cut to 9 hours."""
    Confirmed: int
    """A definition of category 2. Default: the first of them."""
    Note: str
    ProvNum: int
    """Default: the patient's primary provider, else the office's default."""
    ProvHyg: int
    """The hygienist (ProvNum)."""
    ClinicNum: int
    """Default: the patient's clinic."""
    IsHygiene: bool
    IsNewPatient: bool
    Priority: enums.Priority | str
    """Default: Normal."""
    PatternSecondary: Annotated[str, Since("23.3.17"), TIME_PATTERN]
    """Has the length of Pattern."""


class AppointmentSchedulePlannedBody(DateTimeFormats, total=False):
    """Body of `schedule_planned`."""

    AptNum: Required[int]
    """The planned appointment."""
    AptDateTime: Required[DateTimeLike]
    ProvNum: Required[int]
    """Copy it from the slot."""
    Op: Required[int]
    """The OpNum of the slot."""
    Confirmed: int
    """A definition of category 2."""
    Note: str
    """Replaces the stored note."""


class AppointmentCreateWebSchedBody(DateTimeFormats, total=False):
    """Body of `create_web_sched`."""

    PatNum: Required[int]
    DateTimeStart: Required[DateTimeLike]
    """Copy it from the slot."""
    DateTimeEnd: Required[DateTimeLike]
    """Copy it from the slot."""
    ProvNum: Required[int]
    OpNum: Required[int]
    defNumApptType: Required[int]
    """The same as in the request for the slot."""


class AppointmentUpdate(_AppointmentBody, total=False):
    """Body of `update`."""

    AptStatus: Annotated[enums.AptStatus | str, Excluding("ASAP")]
    Op: int
    """The operatory (OperatoryNum)."""
    AptDateTime: DateTimeLike
    UnschedStatus: Annotated[int, Since("22.2")]
    """A definition of category 13; 0 for none."""


class AppointmentBreakBody(TypedDict, total=False):
    """Body of `break_`."""

    sendToUnscheduledList: Required[bool]
    """False only together with breakType."""
    breakType: enums.BreakType | str
    """Adds the procedure D9986 or D9987; a preference of the office must allow it."""


class AppointmentUpdateNoteBody(TypedDict, total=False):
    """Body of `update_note`."""

    Note: Required[str]


class AppointmentConfirmBody(TypedDict, total=False):
    """Body of `confirm`."""

    confirmVal: enums.ConfirmVal | str
    """"None" means the first status in the list."""
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
    "POST",
    "/appointments",
    Appointment,
    since="21.1",
    permission="Appointments",
    body=NewAppointment,
    read_back=GET,
)
CREATE_PLANNED = Operation(
    "POST",
    "/appointments/Planned",
    Appointment,
    since="22.2.31",
    permission="Appointments",
    body=AppointmentCreatePlannedBody,
    read_back=GET,
)
SCHEDULE_PLANNED = Operation(
    "POST",
    "/appointments/SchedulePlanned",
    Appointment,
    since="22.2",
    permission="Appointments",
    body=AppointmentSchedulePlannedBody,
    read_back=GET,
)
CREATE_WEB_SCHED = Operation(
    "POST",
    "/appointments/WebSched",
    Appointment,
    since="21.3",
    permission="Appointments",
    body=AppointmentCreateWebSchedBody,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/appointments/{AptNum}",
    Appointment,
    since=None,
    permission="Appointments",
    body=AppointmentUpdate,
    read_back=GET,
)
BREAK_ = Operation(
    "PUT",
    "/appointments/{AptNum}/Break",
    NoneType,
    since="21.3",
    permission="Comm",
    body=AppointmentBreakBody,
    idempotent=False,
    read_back=GET,
)
UPDATE_NOTE = Operation(
    "PUT",
    "/appointments/{AptNum}/Note",
    NoneType,
    since="21.1",
    permission="Comm",
    body=AppointmentUpdateNoteBody,
    idempotent=False,
    read_back=GET,
)
CONFIRM = Operation(
    "PUT",
    "/appointments/{AptNum}/Confirm",
    NoneType,
    since="21.1",
    permission="Comm",
    body=AppointmentConfirmBody,
    rules=(Rule("exactly_one", ("confirmVal", "defNum")),),
    read_back=GET,
)


class Appointments(Resource):
    """Appointments and the open slots for them. They cannot be deleted.

    `update_note`, `confirm` and `break_` need the permission Comm only. Patterns consist of X and /, one
    character for each 5 minutes.
    """

    async def get(self, AptNum: int, **formats: Unpack[DateTimeFormats]) -> Appointment:
        """Read one appointment. API: Appointments GET (single), 21.1."""
        return await self._call(GET, AptNum, query=formats)

    def list(self, **filters: Unpack[AppointmentFilters]) -> Rows[Appointment]:
        """List appointments.

        To sync, send the `serverDateTime` of the last response as DateTStamp.

        API: Appointments GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    def asap(self, **filters: Unpack[AppointmentAsapFilters]) -> Rows[Appointment]:
        """List the appointments whose Priority is ASAP. API: Appointments GET ASAP, 21.1."""
        return self._rows(ASAP, query=filters)

    def slots(self, **filters: Unpack[AppointmentSlotsFilters]) -> Rows[AppointmentSlot]:
        """List blocks of open time; by default those of the next 14 days.

        These are whole blocks, not suggested times, and WebSched need not be set up. Usually pass ProvNum and
        OpNum. If a provider has appointments in several operatories, only times that are free in all of them
        are listed.

        API: Appointments GET Slots, 21.1.
        """
        return self._rows(SLOTS, query=filters)

    def slots_web_sched(self, **filters: Unpack[AppointmentSlotsWebSchedFilters]) -> Rows[AppointmentSlot]:
        """List the open slots of WebSched; by default those of the next two weeks.

        Needs WebSched, subscribed and set up; without it use `slots`. To book a slot, use
        `create_web_sched`.

        API: Appointments GET SlotsWebSched, 21.1.
        """
        return self._rows(SLOTS_WEB_SCHED, query=filters)

    def web_sched(self, **filters: Unpack[AppointmentWebSchedFilters]) -> Rows[WebSchedAppointment]:
        """List the appointments that were booked online. API: Appointments GET WebSched, 21.3."""
        return self._rows(WEB_SCHED, query=filters)

    async def create(self, **body: Unpack[NewAppointment]) -> Appointment:
        """Add an appointment. Double booking is not prevented.

        IsNewPatient=True sets the patient's DateFirstVisit if no procedure has been completed yet. The
        appointment type may add procedures, a pattern and a color. Defaults: 20 minutes (/XX/), the first
        definition for Confirmed, the patient's primary provider (else the office's), the operatory's clinic
        (else the patient's).

        API: Appointments POST (create), 21.1, permission Appointments.
        """
        return await self._call(CREATE, body=body)

    async def create_planned(self, **body: Unpack[AppointmentCreatePlannedBody]) -> Appointment:
        """Add a planned appointment.

        Pass AppointmentTypeNum or procNums, unless the office allows appointments without procedures
        (preference ApptsRequireProc). Without Pattern the length comes from the procedures or the type.

        API: Appointments POST Planned, 22.2.31, permission Appointments.
        """
        return await self._call(CREATE_PLANNED, body=body)

    async def schedule_planned(self, **body: Unpack[AppointmentSchedulePlannedBody]) -> Appointment:
        """Create a scheduled appointment from a planned one.

        The planned appointment is kept; NextAptNum of the new one refers to it.

        API: Appointments POST SchedulePlanned, 22.2, permission Appointments.
        """
        return await self._call(SCHEDULE_PLANNED, body=body)

    async def create_web_sched(self, **body: Unpack[AppointmentCreateWebSchedBody]) -> Appointment:
        """Book a slot of `slots_web_sched`. Needs a subscription to WebSched.

        API: Appointments POST WebSched, 21.3, permission Appointments.
        """
        return await self._call(CREATE_WEB_SCHED, body=body)

    async def update(self, AptNum: int, **body: Unpack[AppointmentUpdate]) -> Appointment:
        """Change the given fields; leave the rest.

        For notes, confirmations and broken appointments prefer `update_note`, `confirm` and `break_`: a Note
        that is passed here replaces the stored note. Change attached procedures with
        `procedure_logs.update`.

        API: Appointments PUT (update), permission Appointments.
        """
        return await self._call(UPDATE, AptNum, body=body)

    async def break_(self, AptNum: int, **body: Unpack[AppointmentBreakBody]) -> None:
        """Mark a scheduled appointment as broken.

        Its status must be Scheduled. This may write a commlog. To reschedule it, use `update`.

        API: Appointments PUT Break, 21.3, permission Comm.
        """
        await self._call(BREAK_, AptNum, body=body)

    async def update_note(self, AptNum: int, **body: Unpack[AppointmentUpdateNoteBody]) -> None:
        """Append a line to the note. API: Appointments PUT Note, 21.1, permission Comm."""
        await self._call(UPDATE_NOTE, AptNum, body=body)

    async def confirm(self, AptNum: int, **body: Unpack[AppointmentConfirmBody]) -> None:
        """Set the confirmation status. Pass either confirmVal or defNum.

        API: Appointments PUT Confirm, 21.1, permission Comm.
        """
        await self._call(CONFIRM, AptNum, body=body)
