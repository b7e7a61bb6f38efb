"""Values of the enumerated fields of SecurityLogs."""

from enum import StrEnum


class LogSource(StrEnum):
    """Not complete: rows may hold other values."""

    API = "API"


class PermType(StrEnum):
    """Not complete: rows may hold other values."""

    PATIENT_CREATE = "PatientCreate"
    PATIENT_EDIT = "PatientEdit"
