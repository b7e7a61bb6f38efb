"""Values of the enumerated fields of SheetDefs."""

from enum import StrEnum


class SheetType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    CONSENT = "Consent"
    PATIENT_LETTER = "PatientLetter"
    PATIENT_FORM = "PatientForm"
    MEDICAL_HISTORY = "MedicalHistory"
    EXAM_SHEET = "ExamSheet"
