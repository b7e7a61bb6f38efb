"""Values of the enumerated fields of Popups."""

from enum import StrEnum


class PopupLevel(StrEnum):
    PATIENT = "Patient"
    FAMILY = "Family"
    SUPER_FAMILY = "SuperFamily"
