"""Values of the enumerated fields of QuickPasteCats."""

from enum import StrEnum


class DefaultForTypes(StrEnum):
    """Seen in examples; the reference does not list all values."""

    MEDICAL_SUMMARY = "MedicalSummary"
    SERVICE_NOTES = "ServiceNotes"
    PAT_ADDRESS_NOTE = "PatAddressNote"
    FINANCIAL_NOTES = "FinancialNotes"
    AUTO_NOTE = "AutoNote"
