"""Values of the enumerated fields of Claims."""

from enum import StrEnum


class AccidentRelated(StrEnum):
    NO = "No"
    A = "A"
    E = "E"
    O = "O"  # noqa: E741 - the API's own name


class ClaimStatus(StrEnum):
    U = "U"
    H = "H"
    W = "W"
    S = "S"
    R = "R"
    I = "I"  # noqa: E741 - the API's own name


class ClaimType(StrEnum):
    """Not complete: rows may hold other values."""

    P = "P"
    S = "S"
    PRE_AUTH = "PreAuth"


class IsProsthesis(StrEnum):
    N = "N"
    I = "I"  # noqa: E741 - the API's own name
    R = "R"


class MedType(StrEnum):
    """Not complete: rows may hold other values."""

    DENTAL = "Dental"
    MEDICAL = "Medical"
    INSTITUTIONAL = "Institutional"


class PatRelat(StrEnum):
    SELF = "Self"
    SPOUSE = "Spouse"
    CHILD = "Child"
    EMPLOYEE = "Employee"
    HANDICAP_DEP = "HandicapDep"
    SIGNIF_OTHER = "SignifOther"
    INJURED_PLAINTIFF = "InjuredPlaintiff"
    LIFE_PARTNER = "LifePartner"
    DEPENDENT = "Dependent"


PatRelat2 = PatRelat


class PlaceService(StrEnum):
    """Not complete: rows may hold other values."""

    OFFICE = "Office"
    OTHER_LOCATION = "OtherLocation"
