"""Values of the enumerated fields of Providers."""

from enum import StrEnum


class ProvStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    ACTIVE = "Active"
    DELETED = "Deleted"
