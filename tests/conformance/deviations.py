"""Intended differences between the SDK and the reference, each with its reason."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from tests.conformance import catalogue
from tests.conformance.catalogue import Field, Resource

ENUM_NAMES: Final[Mapping[str, str]] = {
    # two fields of FamilyInsurance differ only in the case of their first letter; a class can have one name
    "planType": "PlanTypeText",
}
"""Enumerations whose class does not have the name of the field, by their name in the reference."""

_SPANS: Final = ("OTimeAuto", "Adjust", "AdjustAuto", "Rate2Auto", "Rate3Auto")
_OVERRIDES: Final = ("OTimeHours", "Rate2Hours", "Rate3Hours")

FIELD_TYPES: Final[Mapping[tuple[str, str], str]] = {
    # a duration may be negative or longer than a day; a time of day is neither
    **{("ClockEvent", name): "span" for name in _SPANS},
    # only for these the reference says that minus one hour means none
    **{("ClockEvent", name): "span or -01:00:00" for name in _OVERRIDES},
}
"""Fields whose type is not the catalogue's, by struct and name; see `expectation` for the types."""

EARLIER_FORMS: Final[Mapping[tuple[str, str], str]] = {
    # the id moved from the body into the path; older servers know only this form
    ("ProcedureLogs", "PUT GroupNote"): "_UPDATE_GROUP_NOTE_BY_BODY",
}
"""Operations in the form that servers before the reference's version expect, by resource and operation."""

REQUIREMENTS: Final[Mapping[tuple[str, str], frozenset[tuple[str, str]]]] = {
    # the notes call WatchTable and PollingSeconds required for database events, without naming each other
    ("Subscriptions", "create"): frozenset({("WatchTable", "PollingSeconds")}),
}
"""Parameters that others require by notes in other words, by resource and method."""

REQUIRED_SINCE: Final[Mapping[tuple[str, str], frozenset[tuple[str, str]]]] = {
    # a change of a subscription leaves a Workstation that is not given as it is
    ("Subscriptions", "create"): frozenset({("Workstation", "26.2.1")}),
}
"""Parameters that newer versions require, which only notes tell, by resource and method."""

NEWER_VALUES: Final[Mapping[tuple[str, str, str], Mapping[str | int, str]]] = {
    # only the notes of the field tell it
    ("ClaimPayments", "create", "CheckAmt"): {0: "25.1.21"},
    # the tables that came later are in the reference's page of events
    ("Subscriptions", "create", "WatchTable"): {
        table: since
        for table, since in catalogue.watch_tables().items()
        if since is not None and catalogue.version(since) == since
    },
}
"""Values that are newer than their parameter, which no enumeration tells, by resource, method and name."""


MORE_NUMBERS_OR_NONE: Final = frozenset(
    # the reference says that -1 stands for an estimate that has not been worked out, and lists fields where
    # that is certain; the vendor's description of the database says it of these three, too
    ("ClaimProc", name)
    for name in ("Percentage", "PaidOtherIns", "DedEst")
)
"""Fields, by struct and name, in which -1 means None, though the reference does not list them."""


def type_of(struct: str, field: Field) -> str:
    """Return the catalogue's type that a field of a struct is decoded as."""
    if (struct, field.name) in _numbers_or_none():
        return f"{field.type} or -1"
    return FIELD_TYPES.get((struct, field.name), field.type)


def is_number_or_none(resource: Resource, name: str) -> bool:
    """Return whether a parameter takes None as -1, as a field of a struct of its resource does."""
    return any((struct, name) in _numbers_or_none() for struct in resource.structs)


@cache
def _numbers_or_none() -> frozenset[tuple[str, str]]:
    """Return the fields, by struct and name, in which -1 means None."""
    return MORE_NUMBERS_OR_NONE.union(
        (operation.removeprefix("struct "), name)
        for quirk in catalogue.quirks()
        if quirk.kind == "sentinel" and quirk.quirk == "-1 stands for empty"
        for operation in quirk.operations
        for name in quirk.fields
    )
