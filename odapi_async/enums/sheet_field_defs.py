"""Values of the enumerated fields of SheetFieldDefs."""

from enum import StrEnum


class FieldType(StrEnum):
    """Not complete: rows may hold other values."""

    STATIC_TEXT = "StaticText"
    OUTPUT_TEXT = "OutputText"
