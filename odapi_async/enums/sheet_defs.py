"""Values of the enumerated fields of SheetDefs."""

from enum import StrEnum


class SheetType(StrEnum):
    """Not complete: rows may hold other values."""

    CONSENT = "Consent"
    PATIENT_LETTER = "PatientLetter"
    PATIENT_FORM = "PatientForm"
    MEDICAL_HISTORY = "MedicalHistory"
    EXAM_SHEET = "ExamSheet"
