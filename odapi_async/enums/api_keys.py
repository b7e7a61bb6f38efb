"""Values of the enumerated fields of ApiKeys."""

from enum import StrEnum


class KeyStatus(StrEnum):
    """Not complete: rows may hold other values."""

    ENABLED = "Enabled"
    DISABLED_BY_DEVELOPER = "DisabledByDeveloper"
