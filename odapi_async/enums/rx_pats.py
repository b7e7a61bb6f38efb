"""Values of the enumerated fields of RxPats."""

from enum import StrEnum


class SendStatus(StrEnum):
    """Not complete: rows may hold other values."""

    UNSENT = "Unsent"
