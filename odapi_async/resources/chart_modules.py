"""ChartModules: progress notes, patient information and plans, as on the chart screen."""

from datetime import date, datetime
from decimal import Decimal
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateTimeFormats
from odapi_async.resources.base import Resource, View


class ProgressNote(View, frozen=True):
    """One line of the progress notes: a procedure, an appointment, a commlog and so on."""

    ObjectType: str = ""
    PrimaryKey: int = 0
    """The id of the object that ObjectType names."""
    Date: date | None = None
    Time: str = ""
    """As shown, such as 3:18p."""
    DateTime: datetime | None = None
    Th: str = ""
    Surf: str = ""
    Dx: str = ""
    Description: str = ""
    note: str = ""
    Stat: str = ""
    Prov: str = ""
    ProvNum: int = 0
    Amount: Decimal = Decimal(0)
    ProcCode: str = ""
    User: str = ""
    Signed: str = ""
    Length: str = ""
    """Hours and minutes, as H:mm."""
    Abbr: str = ""
    Clinic: str = ""
    ClinicNum: int = 0


class PatientInfoItem(View, frozen=True):
    """A label and its value."""

    Field: str = ""
    Content: str = ""


class PlannedAppointment(View, frozen=True):
    """A planned appointment."""

    AptNum: int = 0
    ProvNum: int = 0
    ItemOrder: int = 0
    minutes: int = 0
    ProcDescript: str = ""
    Note: str = ""
    dateSched: datetime | None = None
    """The time of the scheduled appointment that was created from it."""
    AptStatus: str = ""


PROG_NOTES = Operation("GET", "/chartmodules/{PatNum}/ProgNotes", ProgressNote, since="21.4")
PATIENT_INFO = Operation("GET", "/chartmodules/{PatNum}/PatientInfo", PatientInfoItem, since="22.1")
PLANNED_APPTS = Operation("GET", "/chartmodules/{PatNum}/PlannedAppts", PlannedAppointment, since="22.2")


class ChartModules(Resource):
    """The chart screen of a patient. Read only; most values are texts as displayed."""

    def prog_notes(self, PatNum: int, **formats: Unpack[DateAndTimeFormats]) -> Rows[ProgressNote]:
        """Read the progress notes of a patient. API: ChartModules GET ProgNotes, 21.4."""
        return self._rows(PROG_NOTES, PatNum, query=formats)

    def patient_info(self, PatNum: int) -> Rows[PatientInfoItem]:
        """Read the patient information as labels with values.

        Labels of lists repeat with a suffix ("Problem - X", "Medication - X", "Allergy - X"); "None" means
        an empty list. Premedicate is present only for patients who need it.

        API: ChartModules GET PatientInfo, 22.1.
        """
        return self._rows(PATIENT_INFO, PatNum)

    def planned_appts(self, PatNum: int, **formats: Unpack[DateTimeFormats]) -> Rows[PlannedAppointment]:
        """Read the planned appointments of a patient. API: ChartModules GET PlannedAppts, 22.2."""
        return self._rows(PLANNED_APPTS, PatNum, query=formats)
