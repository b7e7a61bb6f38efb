"""Values of the enumerated fields of FeeScheds."""

from enum import StrEnum


class FeeSchedType(StrEnum):
    NORMAL = "Normal"
    CO_PAY = "CoPay"
    OUT_NETWORK = "OutNetwork"
    FIXED_BENEFIT = "FixedBenefit"
    MANUAL_BLUE_BOOK = "ManualBlueBook"
