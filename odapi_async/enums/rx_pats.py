"""Values of the enumerated fields of RxPats."""

from enum import StrEnum


class SendStatus(StrEnum):
    """Seen in examples; the reference does not list all values."""

    UNSENT = "Unsent"
