"""Values of the enumerated fields of AsapComms."""

from enum import StrEnum


class FKeyType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    SCHEDULED_APPT = "ScheduledAppt"
    UNSCHEDULED_APPT = "UnscheduledAppt"
    PLANNED_APPT = "PlannedAppt"
    BROKEN = "Broken"
    RECALL = "Recall"


class ResponseStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    PENDING_RSVP = "PendingRsvp"
    UNABLE_TO_SEND = "UnableToSend"
    FAILED = "Failed"
    AWAITING_TRANSMIT = "AwaitingTransmit"


class SmsSendStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    SEND_SUCCESSFUL = "SendSuccessful"
    DO_NOT_SEND = "DoNotSend"
    SEND_NOT_ATTEMPTED = "SendNotAttempted"
