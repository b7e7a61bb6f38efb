"""Values of the enumerated fields of ToothInitials."""

from enum import StrEnum


class InitialType(StrEnum):
    """Not complete: rows may hold other values."""

    MISSING = "Missing"
    HIDDEN = "Hidden"
    PRIMARY = "Primary"
