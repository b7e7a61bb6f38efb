"""Values of the enumerated fields of FamilyModules."""

from enum import StrEnum


class PlanType(StrEnum):
    """Empty for percentage, p for PPO percentage, f for flat copay, c for capitation."""

    BLANK = ""
    P = "p"
    F = "f"
    C = "c"


class Relationship(StrEnum):
    SELF = "Self"
    SPOUSE = "Spouse"
    CHILD = "Child"
    EMPLOYEE = "Employee"
    HANDICAP_DEP = "HandicapDep"
    SIGNIF_OTHER = "SignifOther"
    INJURED_PLAINTIFF = "InjuredPlaintiff"
    LIFE_PARTNER = "LifePartner"
    DEPENDANT = "Dependant"


class Ordinal(StrEnum):
    PRIMARY = "Primary"
    SECONDARY = "Secondary"
    MEDICAL = "Medical"
    OTHER = "Other"


class PlanTypeText(StrEnum):
    """Values of planType, the text of PlanType."""

    CATEGORY_PERCENTAGE = "Category Percentage"
    PPO_FIXED_BENEFIT = "PPO Fixed Benefit"
    PPO_PERCENTAGE = "PPO Percentage"
    MEDICAID_OR_FLAT_CO_PAY = "Medicaid or Flat Co-pay"
    CAPITATION = "Capitation"
