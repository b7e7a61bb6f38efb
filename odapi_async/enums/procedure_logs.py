"""Values of the enumerated fields of ProcedureLogs."""

from enum import StrEnum


class ProcStatus(StrEnum):
    """Treatment planned, complete, existing, referred out or deleted, or a condition.

    EC was done by the current provider, EO by another; TPi is planned treatment on an inactive plan.
    """

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
    """Not a prosthesis, an initial one, or a replacement. `No` is read back as empty text."""

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
