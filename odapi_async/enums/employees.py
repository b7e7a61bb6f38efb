"""Values of the enumerated fields of Employees."""

from enum import StrEnum


class ClockStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    WORKING = "Working"
    HOME = "Home"
