"""Values of the enumerated fields of PatFieldDefs."""

from enum import StrEnum


class FieldType(StrEnum):
    TEXT = "Text"
    PICK_LIST = "PickList"
    DATE = "Date"
    CHECKBOX = "Checkbox"
    CURRENCY = "Currency"
    CARE_CREDIT_STATUS = "CareCreditStatus"
    CARE_CREDIT_PRE_APPROVAL_AMT = "CareCreditPreApprovalAmt"
    CARE_CREDIT_AVAILABLE_CREDIT = "CareCreditAvailableCredit"
