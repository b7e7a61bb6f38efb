"""Values of the enumerated fields of SheetFieldDefs."""

from enum import StrEnum


class FieldType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    STATIC_TEXT = "StaticText"
    OUTPUT_TEXT = "OutputText"
