"""Values of the enumerated fields of InsVerifies."""

from enum import StrEnum


class VerifyType(StrEnum):
    PATIENT_ENROLLMENT = "PatientEnrollment"
    INSURANCE_BENEFIT = "InsuranceBenefit"
