"""The SDK has exactly the documented operations."""

import inspect
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, Final, get_origin, get_type_hints

from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._paging.rows import Rows
from odapi_async._wire import format_parameters
from tests.conformance import catalogue, deviations, sdk
from tests.conformance.catalogue import Operation, Resource
from tests.conformance.per_resource import each_resource
from tests.conformance.sdk import Implementation
from tests.conformance.tally import Tally
from tests.support.checks import run_checks


def class_has_the_name_of_the_resource(resource: Resource, _: Tally) -> None:
    assert sdk.implementation(resource).cls.__name__ == resource.resource


def operations_and_methods_are_the_documented_ones(resource: Resource, _: Tally) -> None:
    found = sdk.implementation(resource)
    earlier = {form for (name, _), form in deviations.EARLIER_FORMS.items() if name == resource.resource}
    assert set(found.operations) == {each.constant for each in resource.operations} | earlier
    assert set(found.methods) == {each.python for each in resource.operations}


def operations_match_the_reference(resource: Resource, tally: Tally) -> None:
    found = sdk.implementation(resource)
    wrong: list[str] = []
    for each in resource.operations:
        differences = [*_differences(resource, found, each)]
        wrong += tally.judge("operations", (resource.resource, each.python), differences)
    assert not wrong, "\n".join(wrong)


@each_resource
def test_operations_match_the_reference(resource: Resource, tally: Tally) -> None:
    run_checks(CHECKS, resource, tally)


CHECKS: Final = (
    class_has_the_name_of_the_resource,
    operations_and_methods_are_the_documented_ones,
    operations_match_the_reference,
)


def _differences(resource: Resource, found: Implementation, documented: Operation) -> Iterator[str]:
    operation = found.operations.get(documented.constant)
    if operation is None:
        yield f"{documented.constant} is missing"
        return
    said, expected = _said(operation), _expected(resource, found, documented)
    for aspect, value in expected.items():
        if said[aspect] != value:
            yield f"{documented.constant}.{aspect} is {said[aspect]!r}, documented is {value!r}"
    method = found.methods.get(documented.python)
    if method is None:
        yield f"{documented.python}() is missing"
    else:
        yield from _signature_differences(method, documented, operation)


def _said(operation: SdkOperation[Any]) -> Mapping[str, object]:
    return {
        "method": operation.method,
        "path": operation.path,
        # it may be a range or a remark; only its first plain version is compared
        "since": catalogue.version(operation.since),
        "deprecated": operation.deprecated,
        "permission": operation.permission,
        "rules": {(rule.rule, frozenset(rule.fields)) for rule in operation.rules if rule.rule != "requires"},
        "requirements": {rule.fields for rule in operation.rules if rule.rule == "requires"},
        "required_since": {(each.field, each.version) for each in operation.required_since},
        "returns": get_origin(operation.returns) or operation.returns,
        "location": operation.location,
    }


def _expected(resource: Resource, found: Implementation, documented: Operation) -> Mapping[str, object]:
    place = resource.resource, documented.python
    return {
        "method": documented.method,
        "path": documented.path,
        "since": catalogue.version(documented.since),
        "deprecated": documented.deprecated,
        "permission": documented.permission,
        "rules": documented.rules,
        "requirements": documented.requirements | deviations.REQUIREMENTS.get(place, frozenset()),
        "required_since": deviations.REQUIRED_SINCE.get(place, frozenset()),
        "returns": _row_type(found, documented),
        "location": documented.location_header and documented.returns.shape == "none",
    }


def _row_type(found: Implementation, documented: Operation) -> object:
    returns = documented.returns
    if returns.struct is not None:
        return found.structs.get(returns.struct, f"{returns.struct}, which is not there")
    nothing = str if documented.location_header else NoneType
    return {"none": nothing, "text": str, "list": dict}[returns.shape]


def _signature_differences(method: Any, documented: Operation, operation: SdkOperation[Any]) -> Iterator[str]:
    name = documented.python
    _, *given = inspect.signature(method).parameters.values()
    keys = tuple(each.name for each in given if each.kind is each.POSITIONAL_OR_KEYWORD)
    if keys != documented.path_params:
        yield f"{name}() takes the keys {keys}, documented are {documented.path_params}"
    hints = get_type_hints(method)
    options = sdk.keywords_of(method)
    shape = operation.query or operation.body or format_parameters(operation.returns)
    if options is not shape:
        yield f"{name}() takes {options}, its operation {shape}"
    streamed = documented.paged
    if inspect.iscoroutinefunction(method) == streamed:
        yield f"{name}() is {'' if streamed else 'not '}a coroutine function"
    row: Any = operation.returns
    lists: dict[bool, Any] = {True: Rows[row], False: list[row]}
    result = lists[streamed] if documented.returns.shape == "list" else row
    if hints["return"] != result:
        yield f"{name}() returns {hints['return']}, documented is {result}"
