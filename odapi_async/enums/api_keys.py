"""Values of the enumerated fields of ApiKeys."""

from enum import StrEnum


class KeyStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    ENABLED = "Enabled"
    DISABLED_BY_DEVELOPER = "DisabledByDeveloper"
