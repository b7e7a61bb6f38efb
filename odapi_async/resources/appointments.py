"""Appointments: booked and planned visits, and the open slots for new ones."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import RGB, TIME_PATTERN, DateLike, DateTimeLike, Excluding, Ids, Since, TimeLike
from odapi_async.enums import appointments as enums
from odapi_async.resources.base import Resource, Row


class Appointment(Row, frozen=True):
    """An appointment, be it scheduled, planned, complete or broken."""

    serverDateTime: Annotated[datetime | None, Since("21.2")] = None
    """When it was read: the DateTStamp to ask with next time. None in the answers to writes."""
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
    """The planned appointment that it was made from."""
    UnschedStatus: int = 0
    """A definition of category 13; `unschedStatus` is its text."""
    unschedStatus: str = ""
    IsNewPatient: bool = False
    ProcDescript: str = ""
    ClinicNum: int = 0
    IsHygiene: bool = False
    DateTStamp: datetime | None = None
    DateTimeArrived: datetime | None = None
    """Until it happens None, or midnight of the appointment's day; so are the next two."""
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
    """As long as Pattern."""
    ItemOrderPlanned: int = 0


class AppointmentSlot(Row, frozen=True):
    """A block of open time of a provider in an operatory."""

    DateTimeStart: datetime | None = None
    DateTimeEnd: datetime | None = None
    ProvNum: int = 0
    OpNum: int = 0


class WebSchedAppointment(Row, frozen=True):
    """An appointment that was made online, and how."""

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
    """The planned appointment that it was made from."""
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
    """How it was made: Recall, NewPat, ExistingPat, ASAP or None."""
    serverDateTime: datetime | None = None
    """When it was read: the DateTStamp to ask with next time."""


class _AppointmentBody(TypedDict, total=False):
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
    """0 for none. Its pattern counts only if Pattern is not given."""
    colorOverride: Annotated[str, Since("22.3.9"), RGB]
    """As R,G,B, each 0 to 255. A new appointment takes the colour of its type if this is not given."""
    PatternSecondary: Annotated[str, Since("23.3.17"), TIME_PATTERN]
    """As long as Pattern."""
    DateTimeArrived: Annotated[TimeLike, Since("25.2.10")]
    """A time of day; it reads back as a date and time."""
    DateTimeSeated: Annotated[TimeLike, Since("25.2.10")]
    """A time of day; it reads back as a date and time."""
    DateTimeDismissed: Annotated[TimeLike, Since("25.2.10")]
    """A time of day; it reads back as a date and time."""


class AppointmentFilters(TypedDict, total=False):
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
    """Changed after this moment. Take it from the `serverDateTime` of an earlier answer."""
    AppointmentTypeNum: Annotated[int, Since("24.4.22")]


class AppointmentAsapFilters(TypedDict, total=False):
    """Filters of `asap`."""

    ClinicNum: int
    """Required where the office uses clinics; 0 for appointments without a clinic."""
    ProvNum: int


class AppointmentSlotsFilters(TypedDict, total=False):
    """Filters of `slots`."""

    date: DateLike
    """One day, today or later."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    lengthMinutes: int
    """Leaves out shorter slots."""
    ProvNum: int
    """Default: the default provider of the practice."""
    OpNum: Annotated[int, Since("22.1")]


class AppointmentSlotsWebSchedFilters(TypedDict, total=False):
    """Filters of `slots_web_sched`."""

    date: DateLike
    """One day."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    ClinicNum: int
    """Required where the office uses clinics."""
    defNumApptType: int
    """A definition of category 42 for a new patient, of category 51 for an existing one."""
    isNewPatient: bool
    """Must fit defNumApptType. Default: false."""


class AppointmentWebSchedFilters(TypedDict, total=False):
    """Filters of `web_sched`."""

    date: DateLike
    """One day."""
    dateStart: DateLike
    """The first day."""
    dateEnd: DateLike
    """The last day, which is included."""
    DateTStamp: DateTimeLike
    """Changed after this moment. Take it from the `serverDateTime` of an earlier answer."""
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
    """The user who is recorded as its creator."""


class AppointmentCreatePlannedBody(TypedDict, total=False):
    """Body of `create_planned`."""

    PatNum: Required[int]
    AppointmentTypeNum: int
    """Its pattern counts only if Pattern is not given."""
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
    """As long as Pattern."""


class AppointmentSchedulePlannedBody(TypedDict, total=False):
    """Body of `schedule_planned`."""

    AptNum: Required[int]
    """The planned appointment."""
    AptDateTime: Required[DateTimeLike]
    ProvNum: Required[int]
    """That of the slot."""
    Op: Required[int]
    """The OpNum of the slot."""
    Confirmed: int
    """A definition of category 2."""
    Note: str
    """Replaces the note that is there."""


class AppointmentCreateWebSchedBody(TypedDict, total=False):
    """Body of `create_web_sched`."""

    PatNum: Required[int]
    DateTimeStart: Required[DateTimeLike]
    """That of the slot."""
    DateTimeEnd: Required[DateTimeLike]
    """That of the slot."""
    ProvNum: Required[int]
    OpNum: Required[int]
    defNumApptType: Required[int]
    """The one that the slot was asked for with."""


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
    """"None" stands for the first status of the list."""
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
    idempotent=False,
)
UPDATE_NOTE = Operation(
    "PUT",
    "/appointments/{AptNum}/Note",
    NoneType,
    since="21.1",
    permission="Comm",
    body=AppointmentUpdateNoteBody,
    idempotent=False,
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
    """Appointments and the open slots for them. They cannot be deleted.

    `update_note`, `confirm` and `break_` need the permission Comm only. Patterns are made of X and /, one
    character for each 5 minutes.
    """

    async def get(self, AptNum: int) -> Appointment:
        """Read one appointment. API: Appointments GET (single), 21.1."""
        return await self._call(GET, AptNum)

    def list(self, **filters: Unpack[AppointmentFilters]) -> Rows[Appointment]:
        """List appointments.

        For a sync send the `serverDateTime` of the last answer as DateTStamp.

        API: Appointments GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    def asap(self, **filters: Unpack[AppointmentAsapFilters]) -> Rows[Appointment]:
        """List the appointments whose Priority is ASAP. API: Appointments GET ASAP, 21.1."""
        return self._rows(ASAP, query=filters)

    def slots(self, **filters: Unpack[AppointmentSlotsFilters]) -> Rows[AppointmentSlot]:
        """List blocks of open time; of the next 14 days if no date is given.

        They are whole blocks, not suggested times, and need no set-up of WebSched. Usually give ProvNum and
        OpNum. A provider with appointments in several operatories counts as one: only times that are free in
        all of them appear.

        API: Appointments GET Slots, 21.1.
        """
        return self._rows(SLOTS, query=filters)

    def slots_web_sched(self, **filters: Unpack[AppointmentSlotsWebSchedFilters]) -> Rows[AppointmentSlot]:
        """List the open slots of WebSched; of the next two weeks if no date is given.

        Needs a subscription to WebSched and its set-up; without them use `slots`. Go on with
        `create_web_sched`.

        API: Appointments GET SlotsWebSched, 21.1.
        """
        return self._rows(SLOTS_WEB_SCHED, query=filters)

    def web_sched(self, **filters: Unpack[AppointmentWebSchedFilters]) -> Rows[WebSchedAppointment]:
        """List the appointments that were made online. API: Appointments GET WebSched, 21.3."""
        return self._rows(WEB_SCHED, query=filters)

    async def create(self, **body: Unpack[NewAppointment]) -> Appointment:
        """Add an appointment. Nothing guards against double booking.

        A true IsNewPatient sets the patient's DateFirstVisit when nothing has been completed yet. The
        appointment type may add procedures, a pattern and a colour. Defaults: 20 minutes (/XX/), the first
        definition for Confirmed, the patient's primary provider (else the office's), the operatory's clinic
        (else the patient's).

        API: Appointments POST (create), 21.1, permission Appointments.
        """
        return await self._call(CREATE, body=body)

    async def create_planned(self, **body: Unpack[AppointmentCreatePlannedBody]) -> Appointment:
        """Add a planned appointment.

        Give AppointmentTypeNum or procNums, unless the office allows appointments without procedures
        (preference ApptsRequireProc). Without Pattern the length comes from the procedures or the type.

        API: Appointments POST Planned, 22.2.31, permission Appointments.
        """
        return await self._call(CREATE_PLANNED, body=body)

    async def schedule_planned(self, **body: Unpack[AppointmentSchedulePlannedBody]) -> Appointment:
        """Make a scheduled appointment out of a planned one.

        The planned one is kept; NextAptNum of the new one names it.

        API: Appointments POST SchedulePlanned, 22.2, permission Appointments.
        """
        return await self._call(SCHEDULE_PLANNED, body=body)

    async def create_web_sched(self, **body: Unpack[AppointmentCreateWebSchedBody]) -> Appointment:
        """Book a slot of `slots_web_sched`. Needs a subscription to WebSched.

        API: Appointments POST WebSched, 21.3, permission Appointments.
        """
        return await self._call(CREATE_WEB_SCHED, body=body)

    async def update(self, AptNum: int, **body: Unpack[AppointmentUpdate]) -> Appointment:
        """Change what is given and leave the rest.

        For notes, confirmations and broken appointments prefer `update_note`, `confirm` and `break_`: a Note
        that is given here replaces the one that is there. Attached procedures are changed by
        `procedure_logs.update`.

        API: Appointments PUT (update), permission Appointments.
        """
        return await self._call(UPDATE, AptNum, body=body)

    async def break_(self, AptNum: int, **body: Unpack[AppointmentBreakBody]) -> None:
        """Mark a scheduled appointment as broken.

        Only one of status Scheduled can be broken; it may write a commlog. Use `update` to reschedule it.

        API: Appointments PUT Break, 21.3, permission Comm.
        """
        await self._call(BREAK_, AptNum, body=body)

    async def update_note(self, AptNum: int, **body: Unpack[AppointmentUpdateNoteBody]) -> None:
        """Append a line to the note. API: Appointments PUT Note, 21.1, permission Comm."""
        await self._call(UPDATE_NOTE, AptNum, body=body)

    async def confirm(self, AptNum: int, **body: Unpack[AppointmentConfirmBody]) -> None:
        """Set whether the appointment is confirmed. Give either confirmVal or defNum.

        API: Appointments PUT Confirm, 21.1, permission Comm.
        """
        await self._call(CONFIRM, AptNum, body=body)
