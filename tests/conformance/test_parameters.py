"""The SDK has exactly the documented filters and body fields, with their names and types."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, get_args, get_origin

import pytest

from odapi_async._wire import DateLike, DateTimeLike, Ids, Money, TimeLike
from odapi_async.errors import InvalidRequest
from tests.conformance import catalogue, sdk
from tests.conformance.arguments import encoded
from tests.conformance.catalogue import Field, Operation, Resource
from tests.conformance.per_resource import each_resource
from tests.conformance.sdk import Hint, Implementation
from tests.conformance.tally import Tally

KINDS: Final[dict[str, Any]] = {
    "int": int,
    "float": Money,
    "bool": bool,
    "date": DateLike,
    "datetime": DateTimeLike,
    "time": TimeLike,
    "list[int]": Ids,
    "list[str]": Sequence[str],
}


@each_resource
def test_parameters_are_the_documented_ones(resource: Resource) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        assert set(sdk.hints_of(operation.query)) == {field.name for field in each.query}, each.python
        assert set(sdk.hints_of(operation.body)) == {field.name for field in each.body}, each.python


@each_resource
def test_parameters_match_the_reference(resource: Resource, tally: Tally) -> None:
    found = sdk.implementation(resource)
    wrong: list[str] = []
    for each in resource.operations:
        for field in each.parameters.values():
            differences = [*_differences(found, each, field)]
            wrong += tally.judge("parameters", (resource.resource, each.python, field.name), differences)
    assert not wrong, "\n".join(wrong)


@each_resource
def test_closed_enumerations_refuse_other_values(resource: Resource) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        for field in each.parameters.values():
            if field.choices:
                with pytest.raises(InvalidRequest) as caught:
                    encoded(resource, each, operation, {field.name: "no such value"})
                assert caught.value.field == field.name


@each_resource
def test_every_documented_value_is_sent_unchanged(resource: Resource) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        for field in each.parameters.values():
            for value in field.enum or ():
                assert encoded(resource, each, operation, {field.name: value})[field.name] == value


def _differences(found: Implementation, documented: Operation, field: Field) -> Iterator[str]:
    operation = found.operations.get(documented.constant)
    hints = {} if operation is None else sdk.parameters_of(operation)
    if operation is None or field.name not in hints:
        yield f"{documented.python}: {field.name} is missing"
        return
    hint, where = hints[field.name], f"{documented.python}: {field.name}"
    required = field.name in sdk.required_of(operation.query) | sdk.required_of(operation.body)
    if required != field.required:
        yield f"{where} is {'' if required else 'not '}required"
    yield from _kind_differences(found, field, hint, where)
    accepted = catalogue.marks(field.since, documented.since)
    if hint.since not in accepted:
        yield f"{where} is marked since {hint.since}, documented is {accepted}"


def _kind_differences(found: Implementation, field: Field, hint: Hint, where: str) -> Iterator[str]:
    if field.objects:
        if get_origin(hint.kind) is not Sequence or get_args(hint.kind) != (found.part(field.objects),):
            yield f"{where} is {hint.kind}, documented is a list of {field.objects}"
        return
    if field.type == "str":
        if not hint.is_text:
            yield f"{where} is {hint.kind}, documented is text"
        if hint.choices != field.choices:
            yield f"{where} takes {_told(hint.choices)}, documented is {_told(field.choices)}"
        return
    if hint.kind != KINDS[field.type]:
        yield f"{where} is {hint.kind}, documented is {field.type}"


def _told(values: frozenset[str] | None) -> str:
    return "any text" if values is None else ", ".join(sorted(values))
