"""Values of the enumerated fields of Appointments."""

from enum import StrEnum


class AptStatus(StrEnum):
    SCHEDULED = "Scheduled"
    COMPLETE = "Complete"
    UNSCHED_LIST = "UnschedList"
    ASAP = "ASAP"
    BROKEN = "Broken"
    PLANNED = "Planned"
    PT_NOTE = "PtNote"
    PT_NOTE_COMPLETED = "PtNoteCompleted"


class Priority(StrEnum):
    NORMAL = "Normal"
    ASAP = "ASAP"


class BreakType(StrEnum):
    MISSED = "Missed"
    CANCELLED = "Cancelled"


class ConfirmVal(StrEnum):
    NONE = "None"
    SENT = "Sent"
    CONFIRMED = "Confirmed"
    NOT_ACCEPTED = "Not Accepted"
    FAILED = "Failed"


class EServiceLogType(StrEnum):
    RECALL = "Recall"
    NEW_PAT = "NewPat"
    EXISTING_PAT = "ExistingPat"
    ASAP = "ASAP"
    NONE = "None"
