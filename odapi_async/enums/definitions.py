"""Values of the enumerated fields of Definitions."""

from enum import StrEnum


class Category(StrEnum):
    """Not complete: rows may hold other values."""

    ADJ_TYPES = "AdjTypes"
