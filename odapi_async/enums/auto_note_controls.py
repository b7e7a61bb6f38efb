"""Values of the enumerated fields of AutoNoteControls."""

from enum import StrEnum


class ControlType(StrEnum):
    TEXT = "Text"
    ONE_RESPONSE = "OneResponse"
    MULTI_RESPONSE = "MultiResponse"
