"""Values of the enumerated fields of TreatPlans."""

from enum import StrEnum


class TPStatus(StrEnum):
    SAVED = "Saved"
    ACTIVE = "Active"
    INACTIVE = "Inactive"


class TPType(StrEnum):
    INSURANCE = "Insurance"
    DISCOUNT = "Discount"
