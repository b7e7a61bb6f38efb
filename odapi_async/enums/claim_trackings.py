"""Values of the enumerated fields of ClaimTrackings."""

from enum import StrEnum


class TrackingType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    STATUS_HISTORY = "StatusHistory"
