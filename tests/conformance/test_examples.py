"""Every documented example: responses are decoded correctly, and requests are accepted."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._core.requests import prepare
from odapi_async._wire import decoder
from tests.conformance import catalogue, deviations, sdk
from tests.conformance.catalogue import Example, Field, Operation, Resource
from tests.conformance.expectation import Row, meaning, parsed, rows_of, sent_for
from tests.conformance.tally import Tally
from tests.support.checks import all_checks

_PAGING: Final = {"Limit", "Offset"}


@pytest.mark.parametrize("name", catalogue.examples())
def test_examples_are_decoded(name: str, tally: Tally) -> None:
    resource = catalogue.resources()[name]
    with all_checks() as checks:
        for number, example in enumerate(catalogue.examples()[name]):
            with checks.named(f"example {number}: {example.operation}"):
                wrong = _example_differences(resource, example)
                assert not tally.judge("examples", (name, number), wrong), "\n".join(wrong)


def _example_differences(resource: Resource, example: Example) -> list[str]:
    documented = resource.operation(example.operation)
    operation = sdk.implementation(resource).operations[documented.constant]
    return [
        *_request_differences(resource, documented, operation, example),
        *_reply_differences(resource, documented, operation, example),
    ]


def _reply_differences(
    resource: Resource, documented: Operation, operation: SdkOperation[Any], example: Example
) -> Iterator[str]:
    if not example.body or documented.returns.struct is None:
        return
    struct = documented.returns.struct
    fields = resource.structs[struct]
    page = documented.returns.shape == "list"
    reader: Any = decoder(operation.returns)
    decoded = reader.page(example.body) if page else [reader.row(example.body)]
    for row, read in zip(rows_of(example.body), decoded, strict=True):
        known = {name for field in fields for name in (field.name, *field.aliases)}
        yield from (f"{name} is in the reply and not in {type(read).__name__}" for name in set(row) - known)
        yield from _row_differences(struct, fields, row, read)


def _row_differences(struct: str, fields: tuple[Field, ...], row: Row, read: Any) -> Iterator[str]:
    for field in fields:
        sent, value = sent_for(field, row), getattr(read, field.name)
        expected = meaning(deviations.type_of(struct, field), sent)
        if value != expected or type(value) is not type(expected):
            yield f"{field.name} is sent as {sent!r} and read as {value!r}; it means {expected!r}"


def _request_differences(
    resource: Resource, documented: Operation, operation: SdkOperation[Any], example: Example
) -> Iterator[str]:
    method, _, target = example.request.partition(" ")
    url = urlsplit(target)
    query = {name: text for name, text in parse_qsl(url.query, keep_blank_values=True) if name not in _PAGING}
    body = example.request_body
    renamed = _renamed(resource, documented)
    given_query = _given(documented, query, renamed)
    given_body = None if body is None else _given(documented, body, renamed)
    keys = _keys(operation.path, url.path)
    prepared = prepare(operation, keys, given_query, given_body, check=True, version=None)
    if (operation.method, prepared.path) != (method, url.path):
        yield f"goes to {operation.method} {prepared.path}, documented is {example.request}"
    in_body: dict[str, Any] = parsed(prepared.body) if prepared.body else {}
    sent: dict[str, Any] = {**prepared.query, **in_body}
    documented_values = {**query, **(body or {})}
    yield from _sent_differences(documented, documented_values, renamed, sent)


def _sent_differences(
    documented: Operation, given: Mapping[str, Any], renamed: Mapping[str, str], sent: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the values that would reach the server with another meaning than in the example."""
    if {renamed.get(name, name) for name in given} != set(sent):
        yield f"sends {sorted(sent)}, documented are {sorted(given)}"
        return
    for name, value in given.items():
        field = documented.parameters[renamed.get(name, name)]
        if value_of(field, sent[field.name]) != value_of(field, value):
            yield f"sends {name} as {sent[field.name]!r}, documented is {value!r}"


def _renamed(resource: Resource, documented: Operation) -> dict[str, str]:
    """Return the documented names of parameters that the examples of an operation spell differently."""
    by_case = {name.lower(): name for name in documented.parameters}
    return {
        quirk.field: by_case[quirk.field.lower()]
        for quirk in catalogue.quirks()
        if quirk.kind == "request-name" and quirk.resource == resource.resource and quirk.field
        if documented.name in quirk.operations
    }


def _given(documented: Operation, sent: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, object]:
    """Convert the request of an example to the arguments of an SDK call."""
    names = {name: renamed.get(name, name) for name in sent}
    return {names[name]: value_of(documented.parameters[names[name]], value) for name, value in sent.items()}


def value_of(field: Field, sent: Any) -> object:
    """Return the Python value of a parameter as it is sent, whether as text or as JSON."""
    if field.objects:
        return sent
    if field.type == "list[int]" and isinstance(sent, str):
        return meaning(field.type, sent.strip("[]"))
    return meaning(field.type, sent)


def _keys(template: str, path: str) -> tuple[int, ...]:
    found = re.fullmatch(re.sub(r"\{\w+\}", r"(\\d+)", template), path)
    assert found, f"{path} is not {template}"
    return tuple(map(int, found.groups()))
