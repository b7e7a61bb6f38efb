"""Values of the enumerated fields of HistAppointments."""

from enum import StrEnum


class ApptSource(StrEnum):
    """Not complete: rows may hold other values."""

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
