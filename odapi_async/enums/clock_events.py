"""Values of the enumerated fields of ClockEvents."""

from enum import StrEnum


class ClockStatus(StrEnum):
    HOME = "Home"
    LUNCH = "Lunch"
    BREAK = "Break"
