"""Checks of the SDK for the kinds of quirks in requests, names and structures of responses."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from types import NoneType
from typing import Any

import pytest

from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._core.responses import error_from_response
from odapi_async._core.transport import Response
from odapi_async.errors import InvalidRequest
from tests.conformance import deviations, sdk
from tests.conformance.arguments import encoded, minimal
from tests.conformance.catalogue import Field, Operation
from tests.conformance.quirk_cases import Answered, Case, every_struct
from tests.conformance.response_checks import check_values
from tests.conformance.test_examples import value_of


def check_texts(case: Case) -> None:
    """A text is sent and decoded unchanged: not trimmed, not split, not respelled."""
    if case.everywhere:
        _check_texts_everywhere(case)
        return
    replies, requests = [*case.replies()], [*case.requests()]
    assert replies or requests
    if replies:
        check_values(case)
    for documented, operation, field in requests:
        if not field.choices or case.quirk.example in field.choices:
            _check_sent(case, documented, operation, field)


def _check_texts_everywhere(case: Case) -> None:
    is_color = "colours" in case.quirk.quirk  # codespell:ignore
    for struct in case.structs:
        texts = [name for name, field in struct.fields.items() if field.type == "str"]
        chosen = [name for name in texts if "color" in name.lower()] if is_color else texts[:1]
        for name in chosen:
            assert getattr(struct.read(**{name: case.quirk.example}), name) == case.quirk.example


def _check_sent(case: Case, documented: Operation, operation: SdkOperation[Any], field: Field) -> None:
    given = value_of(field, case.quirk.example)
    sent = encoded(case.resource, documented, operation, {field.name: given})
    assert value_of(field, sent[field.name]) == given


def check_request_type(case: Case) -> None:
    """The documented type is sent; the other form of the example is sent or refused, but never dropped."""
    requests = [*case.requests()]
    assert requests
    for documented, operation, field in requests:
        _check_sent(case, documented, operation, field)
        given: Mapping[str, object] = {field.name: case.quirk.example}
        with suppress(InvalidRequest):
            assert field.name in encoded(case.resource, documented, operation, given)


def check_request_name(case: Case) -> None:
    """The name in the parameter list is sent; the one in the example is refused with a hint."""
    (name,) = case.quirk.fields
    for documented, operation in case.operations:
        right = next(each for each in documented.parameters if each.lower() == name.lower())
        assert right != name
        with pytest.raises(InvalidRequest, match=right) as caught:
            encoded(case.resource, documented, operation, {name: case.quirk.example})
        assert caught.value.field == name


def check_misspelled(case: Case) -> None:
    """A misspelled name or value is used if it works; if responses vary, both names are decoded."""
    if case.everywhere:
        _check_name_everywhere(str(case.quirk.example))
        return
    (name,) = case.quirk.fields
    if [*case.replies()]:
        check_values(case)
        _check_value_is_known(case, name)
    elif case.structs:
        _check_alias(case, name)
    else:
        for _, operation in case.operations:
            assert f"{{{case.resource.primary_key}}}" in operation.path
            assert name not in operation.path


def _check_name_everywhere(name: str) -> None:
    found = 0
    for struct in every_struct():
        names = {each.strip("_"): each for each in sdk.hints_of(struct.cls)}
        if name.strip("_") in names:
            assert names[name.strip("_")] == name, struct.name
            found += 1
    assert found


def _check_value_is_known(case: Case, name: str) -> None:
    if case.quirk.example != name:
        enum = sdk.enums_of(case.resource.attribute)[name]
        assert case.quirk.example in {member.value for member in enum}


def _check_alias(case: Case, alias: str) -> None:
    for struct in case.structs:
        field = next(each for each in struct.fields.values() if alias in each.aliases)
        sent = 7 if field.type == "int" else "text"
        for name in (alias, field.name):
            assert getattr(struct.read(**{name: sent}), field.name) == sent, f"sent as {name!r}"


def check_space(case: Case) -> None:
    """Spaces around a value stay; a space after a name does not hide the field."""
    if [*case.replies()]:
        check_values(case)
    else:
        check_misspelled(case)


def check_deprecated(case: Case) -> None:
    """It can still be passed, and the response has the empty or the fixed value."""
    assert [*case.replies()]
    check_values(case)
    for _, operation, field in case.requests():
        assert field.name in sdk.parameters_of(operation)


def check_addressing(case: Case) -> None:
    """There is no id in the path, or in that of older servers, and the path is spelled as documented."""
    for documented, operation in case.operations:
        earlier = deviations.EARLIER_FORMS.get((case.resource.resource, documented.name))
        known = sdk.implementation(case.resource).operations[earlier] if earlier else operation
        assert known.path == case.quirk.example
        assert bool(documented.path_params) == bool(earlier)


def check_no_body(case: Case) -> None:
    """A write with an empty response succeeds; if only older servers send it empty, it is an empty row."""
    for documented, operation in case.operations:
        answer = _answered(case, documented, operation, b"")
        if documented.location_header:
            assert operation.location
            assert answer == ""
        elif documented.returns.shape == "none":
            assert operation.returns is NoneType
            assert answer is None
        else:
            assert answer == operation.returns()


def check_shape(case: Case) -> None:
    """A response with an unusual structure is decoded too."""
    for documented, operation in case.operations:
        shape, struct = documented.returns.shape, documented.returns.struct
        if shape == "text":
            answer = _answered(case, documented, operation, json.dumps(case.quirk.example).encode())
            assert answer == case.quirk.example
        elif struct is None:
            assert sdk.decoder_of(operation).page(b'[{"COUNT(*)":3}]') == [{"COUNT(*)": 3}]
        elif shape == "list":
            row = dict.fromkeys((*case.quirk.fields, sdk.first_field(operation)), 1)
            assert sdk.decoder_of(operation).page(json.dumps(row).encode()) == [operation.returns(**row)]
        else:
            row = {sdk.first_field(operation): 1}
            body = json.dumps(row).encode()
            assert _answered(case, documented, operation, body) == operation.returns(**row)


def check_status(case: Case) -> None:
    """Every success status is a success; a text in place of a list means that the list is empty."""
    for documented, operation in case.operations:
        for status in documented.statuses:
            error = error_from_response(Response(status, {}, b""), operation.method, operation.path)
            assert (error is None) == (status < 300), status
        if "plain text" in case.quirk.quirk:
            _check_text_for_list(case, documented, operation)


def _check_text_for_list(case: Case, documented: Operation, operation: SdkOperation[Any]) -> None:
    for said in (b'"There is nothing to do."', b"There is nothing to do."):
        assert _answered(case, documented, operation, said) == []


def _answered(case: Case, documented: Operation, operation: SdkOperation[Any], answer: bytes) -> object:
    """Return the result of a method for a given response."""
    resource = sdk.implementation(case.resource).cls(Answered(answer))
    keys = [1 for _ in documented.path_params]
    method = getattr(resource, documented.python)
    arguments = minimal(case.resource, documented)
    with pytest.warns(DeprecationWarning, match="deprecated") if operation.deprecated else nullcontext():
        return asyncio.run(method(*keys, **arguments))
