"""Arguments for each operation: the required ones, and all that may stand together."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from tests.opponent.forms import fits
from tests.opponent.reference import Operation, Parameter, Resource, example_requests

Argument = str | int | float | date | time | list[int] | list[dict[str, int]]
Arguments = dict[str, Argument]

BY_TYPE: Final[dict[str, Argument]] = {
    "int": 1,
    "float": 12.5,
    "bool": True,
    "date": date(2026, 11, 30),
    "datetime": datetime(2026, 11, 30, 14, 5, 6),
    "time": time(9, 30),
    "list[int]": [1, 2],
}

ANY_TEXT: Final = 'O\'Neil & Søn, 50% + "x"/?'
TEXTS: Final = (
    ANY_TEXT,
    "C12",
    "OR",
    "255,0,128",
    "123",
    "97301",
    "123456789",
    "5035550134",
    "12345678901",
)
"""A text for each form that the reference states."""

DATABASE_EVENTS: Final = "required for database events"
"""The remark of parameters that a subscription to a table requires."""


def argument(resource: Resource, parameter: Parameter) -> Argument:
    """Return a valid value: a listed member, a text that an example shows, or any of its type."""
    if parameter.enum:
        return parameter.enum[0]
    if parameter.type.startswith("list[object:"):
        struct = parameter.type.removeprefix("list[object:").removesuffix("]")
        return [{field.name: 1 for field in resource.structs[struct]}]
    if parameter.type == "str":
        shown = (request.get(parameter.name) for request in example_requests(resource.resource))
        texts = [*(text for text in shown if isinstance(text, str) and text), *TEXTS]
        return next(text for text in texts if all(fits(one, text) for one in same_name(resource, parameter)))
    return BY_TYPE[parameter.type]


def same_name(resource: Resource, parameter: Parameter) -> list[Parameter]:
    """Return the parameters of this name: the reference does not repeat a form for each operation."""
    every = (one for operation in resource.operations for one in parameters(operation))
    return [one for one in every if one.name == parameter.name]


def required(resource: Resource, operation: Operation) -> Arguments:
    """Return the arguments without which an operation cannot be called."""
    names = {parameter.name for parameter in parameters(operation) if parameter.required}
    for choice in operation.either_or:
        if choice.rule != "at_most_one" and not names & set(choice.fields):
            names.add(choice.fields[0])
    if any(DATABASE_EVENTS in one.remark for one in parameters(operation) if one.name in names):
        names |= {one.name for one in parameters(operation) if DATABASE_EVENTS in one.remark}
    return {
        parameter.name: argument(resource, parameter)
        for parameter in parameters(operation)
        if parameter.name in names
    }


def combinations(resource: Resource, operation: Operation) -> Iterator[Arguments]:
    """Yield the required arguments alone, then with all others, as few times as their rules allow."""
    needed = required(resource, operation)
    yield needed
    left = [parameter for parameter in parameters(operation) if parameter.name not in needed]
    while left:
        names: set[str] = set()
        for parameter in list(left):
            if not names & excluded(operation, parameter):
                names |= {one.name for one in needed_with(operation, parameter)}
                left.remove(parameter)
        out = {
            name for one in parameters(operation) if one.name in names for name in excluded(operation, one)
        }
        kept = {name: value for name, value in needed.items() if name not in out}
        yield kept | {one.name: argument(resource, one) for one in parameters(operation) if one.name in names}


def needed_with(operation: Operation, parameter: Parameter) -> list[Parameter]:
    """Return a parameter and those that are required with it."""
    remark = f"required with {parameter.name}"
    return [other for other in parameters(operation) if other is parameter or remark in other.remark]


def excluded(operation: Operation, parameter: Parameter) -> set[str]:
    """Return the parameters that may not be given with this one."""
    exclusive = (choice.fields for choice in operation.either_or if choice.rule != "at_least_one")
    return {name for fields in exclusive if parameter.name in fields for name in fields} - {parameter.name}


def parameters(operation: Operation) -> list[Parameter]:
    return operation.query + operation.body
