"""Values of the enumerated fields of PaySplits."""

from enum import StrEnum


class PayPlanDebitType(StrEnum):
    """Not complete: rows may hold other values."""

    UNKNOWN = "Unknown"
    PRINCIPAL = "Principal"
