"""Values of the enumerated fields of QuickPasteCats."""

from enum import StrEnum


class DefaultForTypes(StrEnum):
    """Not complete: rows may hold other values."""

    MEDICAL_SUMMARY = "MedicalSummary"
    SERVICE_NOTES = "ServiceNotes"
    PAT_ADDRESS_NOTE = "PatAddressNote"
    FINANCIAL_NOTES = "FinancialNotes"
    AUTO_NOTE = "AutoNote"
