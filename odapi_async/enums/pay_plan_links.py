"""Values of the enumerated fields of PayPlanLinks."""

from enum import StrEnum


class LinkType(StrEnum):
    PROCEDURE = "Procedure"
    ADJUSTMENT = "Adjustment"
