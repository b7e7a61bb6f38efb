"""Values of the enumerated fields of Subscriptions."""

from enum import StrEnum


class UiEventType(StrEnum):
    PATIENT_SELECTED = "PatientSelected"


class WatchTable(StrEnum):
    """Not complete: rows may hold other values."""

    APPOINTMENT = "Appointment"
    APPOINTMENT_DELETED = "AppointmentDeleted"
    OPERATORY = "Operatory"
    PAT_FIELD = "PatField"
    PATIENT = "Patient"
    PROVIDER = "Provider"
    SCHEDULE = "Schedule"
    TOOTH_INITIAL = "ToothInitial"
    MEDICATION_PAT = "MedicationPat"
    LAB_CASE = "LabCase"
    PAT_FIELD_DELETED = "PatFieldDeleted"
    SCHEDULE_DELETED = "ScheduleDeleted"
    TOOTH_INITIAL_DELETED = "ToothInitialDeleted"
    MEDICATION_PAT_DELETED = "MedicationPatDeleted"
    LAB_CASE_DELETED = "LabCaseDeleted"
