"""Values of the enumerated fields of InsPlans."""

from enum import StrEnum


class CobRule(StrEnum):
    BASIC = "Basic"
    STANDARD = "Standard"
    CARVE_OUT = "CarveOut"
    SECONDARY_MEDICAID = "SecondaryMedicaid"


class ExclusionFeeRule(StrEnum):
    PRACTICE_DEFAULT = "PracticeDefault"
    DO_NOTHING = "DoNothing"
    USE_UCR_FEE = "UseUcrFee"


class InsPlansZeroWriteOffsOnAnnualMaxOverride(StrEnum):
    DEFAULT = "Default"
    YES = "Yes"
    NO = "No"


InsPlansZeroWriteOffsOnFreqOrAgingOverride = InsPlansZeroWriteOffsOnAnnualMaxOverride


class PlanType(StrEnum):
    """Empty (in filters: percentage), or p for PPO percentage, f for flat copay, c for capitation."""

    PERCENTAGE = "percentage"
    P = "p"
    F = "f"
    C = "c"
    BLANK = ""
