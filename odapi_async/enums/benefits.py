"""Values of the enumerated fields of Benefits."""

from enum import StrEnum


class BenefitType(StrEnum):
    ACTIVE_COVERAGE = "ActiveCoverage"
    CO_INSURANCE = "CoInsurance"
    DEDUCTIBLE = "Deductible"
    CO_PAYMENT = "CoPayment"
    EXCLUSIONS = "Exclusions"
    LIMITATIONS = "Limitations"
    WAITING_PERIOD = "WaitingPeriod"


class CoverageLevel(StrEnum):
    NONE = "None"
    INDIVIDUAL = "Individual"
    FAMILY = "Family"


class QuantityQualifier(StrEnum):
    NONE = "None"
    NUMBER_OF_SERVICES = "NumberOfServices"
    AGE_LIMIT = "AgeLimit"
    VISITS = "Visits"
    YEARS = "Years"
    MONTHS = "Months"


class TimePeriod(StrEnum):
    NONE = "None"
    SERVICE_YEAR = "ServiceYear"
    CALENDAR_YEAR = "CalendarYear"
    LIFETIME = "Lifetime"
    YEARS = "Years"
    NUMBER_IN_LAST12_MONTHS = "NumberInLast12Months"


class TreatArea(StrEnum):
    NONE = "None"
    SURF = "Surf"
    TOOTH = "Tooth"
    MOUTH = "Mouth"
    QUAD = "Quad"
    SEXTANT = "Sextant"
    ARCH = "Arch"
    TOOTH_RANGE = "ToothRange"
