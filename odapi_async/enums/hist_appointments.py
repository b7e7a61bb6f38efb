"""Values of the enumerated fields of HistAppointments."""

from enum import StrEnum


class ApptSource(StrEnum):
    """Seen in examples; the reference does not list all values."""

    E_CONNECTOR = "EConnector"
    NONE = "None"


class AptStatus(StrEnum):
    SCHEDULED = "Scheduled"
    COMPLETE = "Complete"
    UNSCHED_LIST = "UnschedList"
    BROKEN = "Broken"
    PLANNED = "Planned"


class HistApptAction(StrEnum):
    CREATED = "Created"
    CHANGED = "Changed"
    MISSED = "Missed"
    CANCELLED = "Cancelled"
    DELETED = "Deleted"
