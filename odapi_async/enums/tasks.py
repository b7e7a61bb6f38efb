"""Values of the enumerated fields of Tasks."""

from enum import StrEnum


class DateType(StrEnum):
    """Not complete: rows may hold other values."""

    NONE = "None"


class ObjectType(StrEnum):
    NONE = "None"
    PATIENT = "Patient"
    APPOINTMENT = "Appointment"


class ReminderType(StrEnum):
    """Not complete: rows may hold other values."""

    NO_REMINDER = "NoReminder"


class TaskStatus(StrEnum):
    NEW = "New"
    VIEWED = "Viewed"
    DONE = "Done"
