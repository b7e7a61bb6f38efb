"""Values of the enumerated fields of PayPlanCharges."""

from enum import StrEnum


class ChargeType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    DEBIT = "Debit"


class LinkType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    PROCEDURE = "Procedure"
    ADJUSTMENT = "Adjustment"
    ORTHO_CASE = "OrthoCase"
