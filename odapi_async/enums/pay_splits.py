"""Values of the enumerated fields of PaySplits."""

from enum import StrEnum


class PayPlanDebitType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    UNKNOWN = "Unknown"
    PRINCIPAL = "Principal"
