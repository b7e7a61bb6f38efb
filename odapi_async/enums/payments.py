"""Values of the enumerated fields of Payments."""

from enum import StrEnum


class PaymentSource(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NONE = "None"
    API = "API"


class ProcessStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    ONLINE_PROCESSED = "OnlineProcessed"
    ONLINE_PENDING = "OnlinePending"
