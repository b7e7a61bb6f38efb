"""Values of the enumerated fields of Allergies."""

from enum import StrEnum


class DefSnomedType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NONE = "None"
