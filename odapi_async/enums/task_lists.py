"""Values of the enumerated fields of TaskLists."""

from enum import StrEnum


class DateType(StrEnum):
    """Not complete: rows may hold other values."""

    NONE = "None"
    WEEK = "Week"


class ObjectType(StrEnum):
    """Not complete: rows may hold other values."""

    PATIENT = "Patient"
    NONE = "None"
    APPOINTMENT = "Appointment"


class TaskListStatus(StrEnum):
    ACTIVE = "Active"
    ARCHIVED = "Archived"
