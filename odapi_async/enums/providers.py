"""Values of the enumerated fields of Providers."""

from enum import StrEnum


class ProvStatus(StrEnum):
    """Not complete: rows may hold other values."""

    ACTIVE = "Active"
    DELETED = "Deleted"
