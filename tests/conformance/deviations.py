"""Where the SDK differs from the letter of the reference on purpose, each with its reason."""

from collections.abc import Mapping
from typing import Final

from tests.conformance.catalogue import Field

ENUM_NAMES: Final[Mapping[str, str]] = {
    # two fields of FamilyInsurance differ in the case of their first letter only; a class can have one name
    "planType": "PlanTypeText",
}
"""Enumerations whose class is not called after the field, by their name in the reference."""

_SPANS: Final = ("OTimeAuto", "Adjust", "AdjustAuto", "Rate2Auto", "Rate3Auto")
_OVERRIDES: Final = ("OTimeHours", "Rate2Hours", "Rate3Hours")

FIELD_TYPES: Final[Mapping[tuple[str, str], str]] = {
    # a length of time may be negative and longer than a day; a time of day is neither
    **{("ClockEvent", name): "span" for name in _SPANS},
    # of these alone the reference says that minus one hour stands for none
    **{("ClockEvent", name): "span or -01:00:00" for name in _OVERRIDES},
}
"""Fields that are not of the catalogue's type, by struct and name; see `expectation` for the types."""


def type_of(struct: str, field: Field) -> str:
    """Return the catalogue's type that a field of a struct is read as."""
    return FIELD_TYPES.get((struct, field.name), field.type)
