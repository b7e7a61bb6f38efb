"""Values of the enumerated fields of SheetFields."""

from enum import StrEnum


class FieldType(StrEnum):
    """Not complete: rows may hold other values."""

    INPUT_FIELD = "InputField"
    SIG_BOX_PRACTICE = "SigBoxPractice"
    OUTPUT_TEXT = "OutputText"
    CHECK_BOX = "CheckBox"
