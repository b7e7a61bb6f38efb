"""Every struct has exactly the documented fields, with their types, in the documented order."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from odapi_async._wire.tolerant import US_DATE_FIELDS
from tests.conformance import catalogue, deviations, sdk
from tests.conformance.catalogue import Field, Resource
from tests.conformance.per_resource import each_resource
from tests.conformance.sdk import Implementation
from tests.conformance.tally import Tally
from tests.conformance.test_parameters import KINDS
from tests.support.checks import run_checks

TYPES: Final[dict[str, tuple[Any, object]]] = {
    "int": (int, 0),
    "float": (Decimal, Decimal(0)),
    "int or -1": (int | None, None),
    "float or -1": (Decimal | None, None),
    "str": (str, ""),
    "bool": (bool, False),
    "date": (date | None, None),
    "datetime": (datetime | None, None),
    "time": (time | None, None),
    "span": (timedelta | None, None),
    "span or -01:00:00": (timedelta | None, None),
    "list[int]": (list[int], []),
}
"""By the catalogue's type: the type of a field, and its empty value, which it has if it is not sent."""


def structs_are_the_documented_ones(resource: Resource, _: Tally) -> None:
    assert set(sdk.implementation(resource).structs) == set(resource.rows)


def fields_are_in_the_documented_order(resource: Resource, _: Tally) -> None:
    found = sdk.implementation(resource)
    for name, fields in resource.rows.items():
        struct = found.structs[name]
        assert list(struct.__struct_encode_fields__) == [field.name for field in fields], name
        assert struct.__struct_fields__ == struct.__struct_encode_fields__, name


def types_are_the_documented_ones(resource: Resource, tally: Tally) -> None:
    found = sdk.implementation(resource)
    wrong: list[str] = []
    for name, fields in resource.rows.items():
        base = _earliest(resource, name)
        for field in fields:
            differences = [*_differences(found, name, field, base)]
            wrong += tally.judge("fields", (resource.resource, name, field.name), differences)
    assert not wrong, "\n".join(wrong)


def parts_of_bodies_match_the_reference(resource: Resource, tally: Tally) -> None:
    found = sdk.implementation(resource)
    wrong: list[str] = []
    for name in resource.parts:
        hints = sdk.hints_of(found.part(name))
        assert set(hints) == {field.name for field in resource.structs[name]}
        for field in resource.structs[name]:
            same = hints[field.name].kind == KINDS[field.type]
            differences = [] if same else [f"{name}.{field.name} is {hints[field.name].kind}"]
            wrong += tally.judge("fields", (resource.resource, name, field.name), differences)
    assert not wrong, "\n".join(wrong)


@each_resource
def test_fields_match_the_reference(resource: Resource, tally: Tally) -> None:
    run_checks(CHECKS, resource, tally)


CHECKS: Final = (
    structs_are_the_documented_ones,
    fields_are_in_the_documented_order,
    types_are_the_documented_ones,
    parts_of_bodies_match_the_reference,
)


def _differences(found: Implementation, struct: str, field: Field, base: str | None) -> Iterator[str]:
    where = f"{struct}.{field.name}"
    cls = found.structs.get(struct)
    hint = None if cls is None else sdk.hints_of(cls).get(field.name)
    if cls is None or hint is None:
        yield f"{where} is missing"
        return
    documented = deviations.type_of(struct, field)
    kind, empty = TYPES[documented]
    if hint.kind != kind:
        yield f"{where} is {hint.kind}, it should be {documented}"
    accepted = catalogue.marks(field.since, base)
    if hint.since not in accepted:
        yield f"{where} is marked since {hint.since}, documented is {accepted}"
    default = getattr(cls(), field.name)
    if default != empty or type(default) is not type(empty):
        yield f"{where} is {default!r} where it is not sent"


def _earliest(resource: Resource, struct: str) -> str | None:
    """Return the first version in which a response has a struct."""
    since = [each.since for each in resource.operations if each.returns.struct == struct]
    versions = [known for each in since if (known := catalogue.version(each))]
    return min(versions, key=catalogue.as_numbers) if len(versions) == len(since) else None


def test_dates_in_us_style_are_read_where_the_reference_shows_them_and_nowhere_else() -> None:
    in_us_style: set[str] = set()
    others: set[str] = set()
    for resource in catalogue.RESOURCES:
        for field in chain.from_iterable(resource.rows.values()):
            is_shown = not {"us-date", "us-datetime"}.isdisjoint(field.wire)
            (in_us_style if is_shown else others).add(field.name)
    assert in_us_style == US_DATE_FIELDS
    assert not US_DATE_FIELDS & others  # the name alone tells them
