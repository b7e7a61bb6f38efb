"""Values of the enumerated fields of PatRestrictions."""

from enum import StrEnum


class PatRestrictType(StrEnum):
    """Not complete: rows may hold other values."""

    APPT_SCHEDULE = "ApptSchedule"
