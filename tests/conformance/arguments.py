"""Arguments for the SDK's methods, built from the requirements of the catalogue."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._wire import encode
from tests.conformance import deviations, sdk
from tests.conformance.catalogue import Field, Operation, Resource

VALUES: Final[Mapping[str, object]] = {
    "int": 1,
    "float": Decimal("12.50"),
    "bool": True,
    "date": date(2026, 5, 24),
    "datetime": datetime(2026, 5, 24, 8),
    "time": time(8),
    "str": "SELECT * FROM patient",
    "list[int]": [1],
    "list[str]": ["text"],
}
"""A value that every parameter accepts, by the catalogue's type. The only text with rules is SQL."""


def value_for(resource: Resource, field: Field) -> object:
    """Return a value that a parameter accepts."""
    if field.enum:
        return field.enum[0]
    if field.objects:
        return [{part.name: value_for(resource, part) for part in resource.structs[field.objects]}]
    return VALUES[field.type]


def minimal(resource: Resource, operation: Operation) -> dict[str, object]:
    """Return the fewest arguments that an operation accepts: the required ones and one of each choice."""
    chosen = {choice.fields[0] for choice in operation.either_or if choice.rule != "at_most_one"}
    return {
        name: value_for(resource, field)
        for name, field in operation.parameters.items()
        if field.required or name in chosen | _required_with(resource, operation, chosen)
    }


def _required_with(resource: Resource, operation: Operation, chosen: set[str]) -> set[str]:
    others = deviations.REQUIREMENTS.get((resource.resource, operation.python), frozenset())
    return {needed for name, needed in others | operation.requirements if name in chosen}


def encoded(
    resource: Resource, documented: Operation, operation: SdkOperation[Any], given: Mapping[str, object]
) -> dict[str, Any]:
    """Encode some parameters with the other required ones, and return everything that would be sent.

    Raises:
        InvalidRequest: the SDK refuses one of them.
    """
    sent: dict[str, Any] = {}
    for shape, fields in ((operation.query, documented.query), (operation.body, documented.body)):
        names = {field.name.lower() for field in fields}
        required = {name: value_for(resource, documented.parameters[name]) for name in sdk.required_of(shape)}
        own = {name: value for name, value in given.items() if name.lower() in names}
        sent |= encode(operation.name, shape, required | own) if own else {}
    return sent
