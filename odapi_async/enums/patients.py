"""Values of the enumerated fields of Patients."""

from enum import StrEnum


class PatStatus(StrEnum):
    PATIENT = "Patient"
    NON_PATIENT = "NonPatient"
    INACTIVE = "Inactive"
    ARCHIVED = "Archived"
    DECEASED = "Deceased"
    PROSPECTIVE = "Prospective"


class Gender(StrEnum):
    MALE = "Male"
    FEMALE = "Female"
    UNKNOWN = "Unknown"
    OTHER = "Other"


class Position(StrEnum):
    SINGLE = "Single"
    MARRIED = "Married"
    CHILD = "Child"
    WIDOWED = "Widowed"
    DIVORCED = "Divorced"


class PreferConfirmMethod(StrEnum):
    NONE = "None"
    DO_NOT_CALL = "DoNotCall"
    HM_PHONE = "HmPhone"
    WK_PHONE = "WkPhone"
    WIRELESS_PH = "WirelessPh"
    EMAIL = "Email"
    SEE_NOTES = "SeeNotes"
    MAIL = "Mail"
    TEXT_MESSAGE = "TextMessage"


PreferContactMethod = PreferConfirmMethod
PreferRecallMethod = PreferConfirmMethod


class TxtMsgOk(StrEnum):
    UNKNOWN = "Unknown"
    YES = "Yes"
    NO = "No"
