"""Values of the enumerated fields of ClaimTrackings."""

from enum import StrEnum


class TrackingType(StrEnum):
    """Not complete: rows may hold other values."""

    STATUS_HISTORY = "StatusHistory"
