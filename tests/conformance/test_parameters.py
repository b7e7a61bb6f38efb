"""The SDK has exactly the documented filters and body fields, with their names and types."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Final, get_args, get_origin

import msgspec
import pytest

from odapi_async._core.requests import prepare
from odapi_async._wire import DateLike, DateTimeLike, Ids, Money, TimeLike, parameters
from odapi_async.errors import InvalidRequest, NeedsVersion
from tests.conformance import catalogue, deviations, sdk
from tests.conformance.arguments import encoded
from tests.conformance.catalogue import Field, Operation, Resource
from tests.conformance.per_resource import each_resource
from tests.conformance.sdk import Hint, Implementation
from tests.conformance.tally import Tally
from tests.support.checks import run_checks

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

FORMATS: Final = frozenset(each.name for each in catalogue.formats())
DIGITS: Final = "yyyyMMddHHmmss"


def names_are_the_documented_ones(resource: Resource, _: Tally) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        query, body = set(sdk.hints_of(operation.query)), set(sdk.hints_of(operation.body))
        assert query - FORMATS == {field.name for field in each.query}, each.python
        assert body - FORMATS == {field.name for field in each.body}, each.python


def formats_are_accepted_exactly_where_such_values_are_returned(resource: Resource, _: Tally) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        expected = catalogue.formats_of(resource, each)
        hints = sdk.hints_of(sdk.keywords_of(found.methods[each.python]))
        assert hints.keys() & FORMATS == expected.keys(), each.python
        assert all(hints[name].since == expected[name].since for name in expected), each.python
        for name in FORMATS:
            refused = (
                nullcontext() if name in expected else pytest.raises(InvalidRequest, match="which returns")
            )
            with refused:
                assert _query(each, found.operations[each.constant], {name: DIGITS}) == {name: DIGITS}


def formats_need_their_version(resource: Resource, _: Tally) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = msgspec.structs.replace(found.operations[each.constant], since=None)
        for name, parameter in catalogue.formats_of(resource, each).items():
            with pytest.raises(NeedsVersion) as caught:
                _query(each, operation, {name: DIGITS}, version="21.4")
            assert (caught.value.field, caught.value.needed) == (name, parameter.since)


def _query(
    documented: Operation, operation: Any, formats: dict[str, str], version: str | None = None
) -> Mapping[str, str]:
    """Return the query of a request with formats and nothing else."""
    bare = msgspec.structs.replace(operation, query=None, body=None, rules=(), deprecated=None)
    ids = (1,) * len(documented.path_params)
    return prepare(bare, ids, formats, None, check=True, version=version).query


def types_are_the_documented_ones(resource: Resource, tally: Tally) -> None:
    found = sdk.implementation(resource)
    wrong: list[str] = []
    for each in resource.operations:
        for field in each.parameters.values():
            differences = [*_differences(resource, found, each, field)]
            wrong += tally.judge("parameters", (resource.resource, each.python, field.name), differences)
    assert not wrong, "\n".join(wrong)


def closed_enumerations_refuse_other_values(resource: Resource) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        for field in each.parameters.values():
            if field.choices:
                with pytest.raises(InvalidRequest) as caught:
                    encoded(resource, each, operation, {field.name: "no such value"})
                assert caught.value.field == field.name


def documented_values_are_sent_unchanged(resource: Resource) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        for field in each.parameters.values():
            for value in field.enum or ():
                assert encoded(resource, each, operation, {field.name: value})[field.name] == value


def newer_values_need_the_documented_version(resource: Resource, _: Tally) -> None:
    found = sdk.implementation(resource)
    for each in resource.operations:
        operation = found.operations[each.constant]
        for shape in filter(None, (operation.query, operation.body)):
            for name, parameter in parameters(shape).items():  # type: ignore[arg-type]  # a class is hashable
                if name not in FORMATS:
                    expected = _newer_values(resource, each, each.parameters[name], parameter.since)
                    assert parameter.newer_values == expected, f"{each.python}: {name}"


@each_resource
def test_parameters_are_the_documented_ones(resource: Resource, tally: Tally) -> None:
    run_checks(CHECKS, resource, tally)


@each_resource
def test_every_documented_value_is_sent_unchanged(resource: Resource) -> None:
    run_checks((closed_enumerations_refuse_other_values, documented_values_are_sent_unchanged), resource)


CHECKS: Final = (
    names_are_the_documented_ones,
    types_are_the_documented_ones,
    formats_are_accepted_exactly_where_such_values_are_returned,
    formats_need_their_version,
    newer_values_need_the_documented_version,
)


def _newer_values(
    resource: Resource, documented: Operation, field: Field, since: str | None
) -> Mapping[str | int, str]:
    """Return the values with a plain version of their own that is later than that of their parameter."""
    own = deviations.NEWER_VALUES.get((resource.resource, documented.python, field.name))
    names = (field.name, f"{resource.resource}.{field.name}")
    added = [each.added for name in names if (each := catalogue.enumerations().get(name))]
    base = catalogue.as_numbers(catalogue.version(since or documented.since) or "0")
    return own or {
        value: version
        for each in added
        for value, version in each.items()
        if value in (field.enum or ()) and catalogue.version(version) == version
        if catalogue.as_numbers(version) > base
    }


def _differences(
    resource: Resource, found: Implementation, documented: Operation, field: Field
) -> Iterator[str]:
    operation = found.operations.get(documented.constant)
    hints = {} if operation is None else sdk.parameters_of(operation)
    if operation is None or field.name not in hints:
        yield f"{documented.python}: {field.name} is missing"
        return
    hint, where = hints[field.name], f"{documented.python}: {field.name}"
    required = field.name in sdk.required_of(operation.query) | sdk.required_of(operation.body)
    if required != field.required:
        yield f"{where} is {'' if required else 'not '}required"
    yield from _kind_differences(resource, found, field, hint, where)
    accepted = catalogue.marks(field.since, documented.since)
    if hint.since not in accepted:
        yield f"{where} is marked since {hint.since}, documented is {accepted}"


def _kind_differences(
    resource: Resource, found: Implementation, field: Field, hint: Hint, where: str
) -> Iterator[str]:
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
    kind = KINDS[field.type]
    if hint.kind != (kind | None if deviations.is_number_or_none(resource, field.name) else kind):
        yield f"{where} is {hint.kind}, documented is {field.type}"


def _told(values: frozenset[str] | None) -> str:
    return "any text" if values is None else ", ".join(sorted(values))
