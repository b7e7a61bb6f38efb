"""Values of the enumerated fields of TaskLists."""

from enum import StrEnum


class DateType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NONE = "None"
    WEEK = "Week"


class ObjectType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    PATIENT = "Patient"
    NONE = "None"
    APPOINTMENT = "Appointment"


class TaskListStatus(StrEnum):
    ACTIVE = "Active"
    ARCHIVED = "Archived"
