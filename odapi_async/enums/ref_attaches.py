"""Values of the enumerated fields of RefAttaches."""

from enum import StrEnum


class RefToStatus(StrEnum):
    NONE = "None"
    DECLINED = "Declined"
    SCHEDULED = "Scheduled"
    CONSULTED = "Consulted"
    IN_TREATMENT = "InTreatment"
    COMPLETE = "Complete"


class ReferralType(StrEnum):
    REF_TO = "RefTo"
    REF_FROM = "RefFrom"
    REF_CUSTOM = "RefCustom"
