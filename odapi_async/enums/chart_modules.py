"""Values of the enumerated fields of ChartModules."""

from enum import StrEnum


class AptStatus(StrEnum):
    """Not complete: rows may hold other values."""

    PLANNED = "Planned"


class Field(StrEnum):
    """Not complete: rows may hold other values."""

    AGE = "Age"
    ABC0 = "ABC0"
    BILLING_TYPE = "Billing Type"
    REFERRED_FROM = "Referred From"
    DATE_FIRST_VISIT = "Date First Visit"
    PROV_PRI_SEC = "Prov. (Pri, Sec)"
    PRI_INS = "Pri Ins"
    SEC_INS = "Sec Ins"
    PAYOR_TYPES = "Payor Types"
    PREMEDICATE = "Premedicate"
    PROBLEMS = "Problems"
    MED_URGENT = "Med Urgent"
    MEDICAL_SUMMARY = "Medical Summary"
    SERVICE_NOTES = "Service Notes"
    MEDICATIONS = "Medications"
    ALLERGIES = "Allergies"
    PAT_RESTRICTIONS = "Pat Restrictions"


class ObjectType(StrEnum):
    """Not complete: rows may hold other values."""

    APPOINTMENT = "Appointment"
    COMMLOG = "Commlog"
    TASK = "Task"
    EMAIL = "Email"
    LAB_CASE = "LabCase"
    RX = "Rx"
    SHEET = "Sheet"
