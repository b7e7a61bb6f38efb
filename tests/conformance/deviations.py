"""Where the SDK differs from the letter of the reference on purpose, each with its reason."""

from typing import Final

ENUM_NAMES: Final[dict[str, str]] = {
    # two fields of FamilyInsurance differ in the case of their first letter only; a class can have one name
    "planType": "PlanTypeText",
}
"""Enumerations whose class is not called after the field, by their name in the reference."""
