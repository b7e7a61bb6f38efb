"""Values of the enumerated fields of Tasks."""

from enum import StrEnum


class DateType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NONE = "None"


class ObjectType(StrEnum):
    NONE = "None"
    PATIENT = "Patient"
    APPOINTMENT = "Appointment"


class ReminderType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NO_REMINDER = "NoReminder"


class TaskStatus(StrEnum):
    NEW = "New"
    VIEWED = "Viewed"
    DONE = "Done"
