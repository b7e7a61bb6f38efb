"""Values of the enumerated fields of Allergies."""

from enum import StrEnum


class DefSnomedType(StrEnum):
    """Not complete: rows may hold other values."""

    NONE = "None"
