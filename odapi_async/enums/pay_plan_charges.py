"""Values of the enumerated fields of PayPlanCharges."""

from enum import StrEnum


class ChargeType(StrEnum):
    """Not complete: rows may hold other values."""

    DEBIT = "Debit"


class LinkType(StrEnum):
    """Not complete: rows may hold other values."""

    PROCEDURE = "Procedure"
    ADJUSTMENT = "Adjustment"
    ORTHO_CASE = "OrthoCase"
