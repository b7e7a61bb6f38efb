"""Values of the enumerated fields of AsapComms."""

from enum import StrEnum


class FKeyType(StrEnum):
    """Not complete: rows may hold other values."""

    SCHEDULED_APPT = "ScheduledAppt"
    UNSCHEDULED_APPT = "UnscheduledAppt"
    PLANNED_APPT = "PlannedAppt"
    BROKEN = "Broken"
    RECALL = "Recall"


class ResponseStatus(StrEnum):
    """Not complete: rows may hold other values."""

    PENDING_RSVP = "PendingRsvp"
    UNABLE_TO_SEND = "UnableToSend"
    FAILED = "Failed"
    AWAITING_TRANSMIT = "AwaitingTransmit"


class SmsSendStatus(StrEnum):
    """Not complete: rows may hold other values."""

    SEND_SUCCESSFUL = "SendSuccessful"
    DO_NOT_SEND = "DoNotSend"
    SEND_NOT_ATTEMPTED = "SendNotAttempted"
