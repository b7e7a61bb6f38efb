"""Values of the enumerated fields of ToothInitials."""

from enum import StrEnum


class InitialType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    MISSING = "Missing"
    HIDDEN = "Hidden"
    PRIMARY = "Primary"
