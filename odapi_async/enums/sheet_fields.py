"""Values of the enumerated fields of SheetFields."""

from enum import StrEnum


class FieldType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    INPUT_FIELD = "InputField"
    SIG_BOX_PRACTICE = "SigBoxPractice"
    OUTPUT_TEXT = "OutputText"
    CHECK_BOX = "CheckBox"
