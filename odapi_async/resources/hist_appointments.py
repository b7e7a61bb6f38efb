"""HistAppointments: the audit trail of appointments."""

from datetime import datetime
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateLike, DateTimeFormats, Since
from odapi_async.enums import hist_appointments as enums
from odapi_async.resources.base import Resource, Row


class HistAppointment(Row, frozen=True):
    """A copy of an appointment after one change."""

    HistApptNum: int = 0
    HistUserNum: int = 0
    HistDateTStamp: datetime | None = None
    HistApptAction: str = ""
    ApptSource: str = ""
    AptNum: int = 0
    PatNum: int = 0
    AptStatus: str = ""
    Pattern: str = ""
    """X and /, one character for each 5 minutes."""
    Confirmed: int = 0
    """A DefNum; `confirmed` is its text."""
    confirmed: str = ""
    TimeLocked: bool = False
    Op: int = 0
    """An OperatoryNum."""
    Note: str = ""
    ProvNum: int = 0
    provAbbr: str = ""
    ProvHyg: int = 0
    AptDateTime: datetime | None = None
    NextAptNum: int = 0
    UnschedStatus: int = 0
    """A DefNum; `unschedStatus` is its text."""
    unschedStatus: str = ""
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
    AppointmentTypeNum: int = 0
    SecUserNumEntry: Annotated[int, Since("25.1.27")] = 0
    SecDateTEntry: Annotated[datetime | None, Since("25.1.27")] = None
    Priority: str = ""
    PatternSecondary: str = ""
    """X and /, one character for each 5 minutes."""
    ItemOrderPlanned: int = 0


class HistAppointmentFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    HistApptAction: enums.HistApptAction | str
    AptNum: int
    PatNum: int
    AptStatus: enums.AptStatus | str
    ClinicNum: int
    date: DateLike
    """One day."""
    dateStart: DateLike
    """First day of a range."""
    dateEnd: DateLike
    """Last day of a range; it is included."""


LIST = Operation("GET", "/histappointments", HistAppointment, since="23.1.30", query=HistAppointmentFilters)


class HistAppointments(Resource):
    """Audit copies of appointments, many for each AptNum. Read only."""

    def list(self, **filters: Unpack[HistAppointmentFilters]) -> Rows[HistAppointment]:
        """List audit copies of appointments. API: HistAppointments GET (multiple), 23.1.30."""
        return self._rows(LIST, query=filters)
