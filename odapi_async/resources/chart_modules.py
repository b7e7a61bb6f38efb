"""ChartModules: DOC."""

from datetime import date, datetime
from decimal import Decimal

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class ProgressNote(Row, frozen=True):
    """DOC ProgressNote."""

    ObjectType: str = ""
    PrimaryKey: int = 0
    Date: date | None = None
    """US style."""
    Time: str = ""
    """E.g. 3:18p."""
    DateTime: datetime | None = None
    """US style with AM/PM."""
    Th: str = ""
    Surf: str = ""
    Dx: str = ""
    Description: str = ""
    note: str = ""
    """Called Note in the text."""
    Stat: str = ""
    Prov: str = ""
    ProvNum: int = 0
    Amount: Decimal = Decimal(0)
    ProcCode: str = ""
    User: str = ""
    Signed: str = ""
    Length: str = ""
    """H:mm."""
    Abbr: str = ""
    Clinic: str = ""
    ClinicNum: int = 0


class PatientInfoItem(Row, frozen=True):
    """DOC PatientInfoItem."""

    Field: str = ""
    Content: str = ""


class PlannedAppointment(Row, frozen=True):
    """DOC PlannedAppointment."""

    AptNum: int = 0
    ProvNum: int = 0
    ItemOrder: int = 0
    minutes: int = 0
    ProcDescript: str = ""
    Note: str = ""
    dateSched: datetime | None = None
    AptStatus: str = ""


PROG_NOTES = Operation("GET", "/chartmodules/{PatNum}/ProgNotes", ProgressNote, since="21.4")
PATIENT_INFO = Operation("GET", "/chartmodules/{PatNum}/PatientInfo", PatientInfoItem, since="22.1")
PLANNED_APPTS = Operation("GET", "/chartmodules/{PatNum}/PlannedAppts", PlannedAppointment, since="22.2")


class ChartModules(Resource):
    """ChartModules. Read-only views of the chart screen; the id in the path is a PatNum. Values are display
    text, nearly all strings.
    """

    def prog_notes(self, PatNum: int) -> Rows[ProgressNote]:
        """DOC prog_notes.

        The text calls the field Note, the wire note. DateTime is a US date with AM/PM in the example though
        described as yyyy-MM-dd HH:mm:ss. Procedure rows occur although the described list of object types
        omits them.

        API: ChartModules GET ProgNotes, 21.4.
        """
        return self._rows(PROG_NOTES, PatNum)

    def patient_info(self, PatNum: int) -> Rows[PatientInfoItem]:
        """DOC patient_info.

        Label/value pairs; labels repeat with a suffix ("Problem - X", "Medication - X", "Allergy - X");
        "None" stands for an empty list. The Premedicate label appears only for such patients.

        API: ChartModules GET PatientInfo, 22.1.
        """
        return self._rows(PATIENT_INFO, PatNum)

    def planned_appts(self, PatNum: int) -> Rows[PlannedAppointment]:
        """DOC planned_appts.

        All values are strings. dateSched is the date of the linked scheduled appointment.

        API: ChartModules GET PlannedAppts, 22.2.
        """
        return self._rows(PLANNED_APPTS, PatNum)
