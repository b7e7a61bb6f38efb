"""The values that Open Dental documents for its enumerated fields, named as the fields are.

A field of a row is plain text, because a newer server may send a value that is not listed here; compare it
with these.
"""

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


class ContactMethod(StrEnum):
    """For PreferConfirmMethod, PreferContactMethod and PreferRecallMethod."""

    NONE = "None"
    DO_NOT_CALL = "DoNotCall"
    HM_PHONE = "HmPhone"
    WK_PHONE = "WkPhone"
    WIRELESS_PH = "WirelessPh"
    EMAIL = "Email"
    SEE_NOTES = "SeeNotes"
    MAIL = "Mail"
    TEXT_MESSAGE = "TextMessage"


class TxtMsgOk(StrEnum):
    UNKNOWN = "Unknown"
    YES = "Yes"
    NO = "No"


class AptStatus(StrEnum):
    SCHEDULED = "Scheduled"
    COMPLETE = "Complete"
    UNSCHED_LIST = "UnschedList"
    ASAP = "ASAP"
    BROKEN = "Broken"
    PLANNED = "Planned"
    PT_NOTE = "PtNote"
    PT_NOTE_COMPLETED = "PtNoteCompleted"


class Priority(StrEnum):
    NORMAL = "Normal"
    ASAP = "ASAP"


class BreakType(StrEnum):
    MISSED = "Missed"
    CANCELLED = "Cancelled"


class ConfirmVal(StrEnum):
    NONE = "None"
    SENT = "Sent"
    CONFIRMED = "Confirmed"
    NOT_ACCEPTED = "Not Accepted"
    FAILED = "Failed"


class EServiceLogType(StrEnum):
    RECALL = "Recall"
    NEW_PAT = "NewPat"
    EXISTING_PAT = "ExistingPat"
    ASAP = "ASAP"
    NONE = "None"


class SchedType(StrEnum):
    PRACTICE = "Practice"
    PROVIDER = "Provider"
    BLOCKOUT = "Blockout"
    EMPLOYEE = "Employee"
    WEB_SCHED_ASAP = "WebSchedASAP"


class ProvStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    ACTIVE = "Active"
    DELETED = "Deleted"


class ProcStatus(StrEnum):
    """Planned, complete, existing (current, other provider), referred out, deleted, condition, inactive."""

    TP = "TP"
    C = "C"
    EC = "EC"
    EO = "EO"
    R = "R"
    D = "D"
    CN = "Cn"
    TPI = "TPi"


class PlaceService(StrEnum):
    OFFICE = "Office"
    PATIENTS_HOME = "PatientsHome"
    INPAT_HOSPITAL = "InpatHospital"
    OUTPAT_HOSPITAL = "OutpatHospital"
    SKILLED_NURS_FAC = "SkilledNursFac"
    CUSTODIAL_CARE_FACILITY = "CustodialCareFacility"
    OTHER_LOCATION = "OtherLocation"
    MOBILE_UNIT = "MobileUnit"
    SCHOOL = "School"
    MILITARY_TREAT_FAC = "MilitaryTreatFac"
    FEDERAL_HEALTH_CENTER = "FederalHealthCenter"
    PUBLIC_HEALTH_CLINIC = "PublicHealthClinic"
    RURAL_HEALTH_CLINIC = "RuralHealthClinic"
    EMERGENCY_ROOM_HOSPITAL = "EmergencyRoomHospital"
    AMBULATORY_SURGICAL_CENTER = "AmbulatorySurgicalCenter"
    TELEHEALTH_OUTSIDE_HOME = "TelehealthOutsideHome"
    TELEHEALTH_IN_HOME = "TelehealthInHome"
    OUTREACH_SITE_OR_STREET = "OutreachSiteOrStreet"


class Prosthesis(StrEnum):
    """No, initial, replacement. `No` reads back as empty text."""

    NO = "No"
    I = "I"  # noqa: E741 - the API's own name
    R = "R"


class InsHistPrefName(StrEnum):
    BW_CODES = "InsHistBWCodes"
    PANO_CODES = "InsHistPanoCodes"
    EXAM_CODES = "InsHistExamCodes"
    PROPHY_CODES = "InsHistProphyCodes"
    PERIO_UR_CODES = "InsHistPerioURCodes"
    PERIO_UL_CODES = "InsHistPerioULCodes"
    PERIO_LR_CODES = "InsHistPerioLRCodes"
    PERIO_LL_CODES = "InsHistPerioLLCodes"
    PERIO_MAINT_CODES = "InsHistPerioMaintCodes"
    DEBRIDEMENT_CODES = "InsHistDebridementCodes"


class Permission(StrEnum):
    """Seen in examples of SecurityPerms; the reference does not list all values there."""

    API_READ_ALL = "ApiReadAll"
    API_ALL_OTHERS = "ApiAllOthers"
    API_COMM = "ApiComm"
    API_DOCUMENTS = "ApiDocuments"
    API_QUERIES = "ApiQueries"
