"""Values of the enumerated fields of PatPlans."""

from enum import StrEnum


class Relationship(StrEnum):
    SELF = "Self"
    SPOUSE = "Spouse"
    CHILD = "Child"
    EMPLOYEE = "Employee"
    HANDICAP_DEP = "HandicapDep"
    SIGNIF_OTHER = "SignifOther"
    INJURED_PLANTIFF = "InjuredPlantiff"
    LIFE_PARTNER = "LifePartner"
    DEPENDENT = "Dependent"
