"""Where the SDK differs from the letter of the reference on purpose, each with its reason."""

from collections.abc import Mapping
from typing import Final

from tests.conformance.catalogue import Field

ENUM_NAMES: Final[Mapping[str, str]] = {
    # two fields of FamilyInsurance differ in the case of their first letter only; a class can have one name
    "planType": "PlanTypeText",
}
"""Enumerations whose class is not called after the field, by their name in the reference."""

FIELD_TYPES: Final[Mapping[tuple[str, str], str]] = {
    # a length of time, which may be negative and longer than a day; a time of day is neither
    ("ClockEvent", name): "str"
    for name in (
        "OTimeHours",
        "OTimeAuto",
        "Adjust",
        "AdjustAuto",
        "Rate2Hours",
        "Rate2Auto",
        "Rate3Hours",
        "Rate3Auto",
    )
}
"""Fields that are read as another type of the catalogue than the documented one, by struct and name."""


def type_of(struct: str, field: Field) -> str:
    """Return the catalogue's type that a field of a struct is read as."""
    return FIELD_TYPES.get((struct, field.name), field.type)
