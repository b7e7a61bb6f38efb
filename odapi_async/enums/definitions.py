"""Values of the enumerated fields of Definitions."""

from enum import StrEnum


class Category(StrEnum):
    """Seen in examples; the reference does not list all values."""

    ADJ_TYPES = "AdjTypes"
