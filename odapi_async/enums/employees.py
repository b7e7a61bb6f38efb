"""Values of the enumerated fields of Employees."""

from enum import StrEnum


class ClockStatus(StrEnum):
    """Not complete: rows may hold other values."""

    WORKING = "Working"
    HOME = "Home"
