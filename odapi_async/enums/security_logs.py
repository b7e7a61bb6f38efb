"""Values of the enumerated fields of SecurityLogs."""

from enum import StrEnum


class LogSource(StrEnum):
    """Seen in examples; the reference does not list all values."""

    API = "API"


class PermType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    PATIENT_CREATE = "PatientCreate"
    PATIENT_EDIT = "PatientEdit"
