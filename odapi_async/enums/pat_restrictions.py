"""Values of the enumerated fields of PatRestrictions."""

from enum import StrEnum


class PatRestrictType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    APPT_SCHEDULE = "ApptSchedule"
