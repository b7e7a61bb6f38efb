"""Values of the enumerated fields of ApptFieldDefs."""

from enum import StrEnum


class FieldType(StrEnum):
    TEXT = "Text"
    PICK_LIST = "PickList"
