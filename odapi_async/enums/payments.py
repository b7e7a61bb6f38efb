"""Values of the enumerated fields of Payments."""

from enum import StrEnum


class PaymentSource(StrEnum):
    """Not complete: rows may hold other values."""

    NONE = "None"
    API = "API"


class ProcessStatus(StrEnum):
    """Not complete: rows may hold other values."""

    ONLINE_PROCESSED = "OnlineProcessed"
    ONLINE_PENDING = "OnlinePending"
