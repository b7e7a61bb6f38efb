"""The SDK as the tests see it: its modules, read from outside."""

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from types import ModuleType, UnionType
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from odapi_async._core.operation import Operation
from odapi_async._wire import Decoder, Excluding, Since, decoder
from odapi_async._wire.cleaning import SERVER_TIME
from odapi_async.resources.base import Resource as SdkResource
from tests.conformance.catalogue import Resource


@dataclass(frozen=True)
class Hint:
    """A type hint without its constraints, and the constraints."""

    kind: Any
    since: str | None
    without: frozenset[str]

    @property
    def choices(self) -> frozenset[str] | None:
        """The only values that it accepts; None for a type without an enumeration."""
        for each in _members(self.kind):
            if isinstance(each, type) and issubclass(each, StrEnum):
                return frozenset(member.value for member in each) - self.without
        return None

    @property
    def is_text(self) -> bool:
        """Whether it is text, with or without an enumeration of known values."""
        others = [each for each in _members(self.kind) if each is not str]
        return str in _members(self.kind) and all(
            isinstance(each, type) and issubclass(each, StrEnum) for each in others
        )


def hint_of(annotation: Any) -> Hint:
    """Separate an annotation from its constraints."""
    found: list[Any] = []
    while get_origin(annotation) in {Annotated, Required, NotRequired}:
        annotation, *more = get_args(annotation)
        found += more
    since = next((mark.version for mark in found if isinstance(mark, Since)), None)
    without = frozenset(value for mark in found if isinstance(mark, Excluding) for value in mark.values)
    return Hint(annotation, since, without)


def hints_of(shape: type | None) -> dict[str, Hint]:
    """Return the hints of the fields of a TypedDict or a struct; none for None."""
    if shape is None:
        return {}
    kinds = get_type_hints(shape)  # without the limits inside an optional type
    hints = get_type_hints(shape, include_extras=True)
    return {name: replace(hint_of(each), kind=kinds[name]) for name, each in hints.items()}


def first_field(operation: Operation[Any]) -> str:
    """Return the first field of an operation's rows, which is their id."""
    names: tuple[str, ...] = operation.returns.__struct_fields__
    return next(name for name in names if name != SERVER_TIME)


def required_of(shape: type | None) -> frozenset[str]:
    """Return the names that a TypedDict requires."""
    keys: frozenset[str] = getattr(shape, "__required_keys__", frozenset())
    return keys


def parameters_of(operation: Operation[Any]) -> dict[str, Hint]:
    """Return all parameters of an operation, of the query and of the body."""
    return hints_of(operation.query) | hints_of(operation.body)


def keywords_of(method: Any) -> type | None:
    """Return the TypedDict of the keyword arguments of a method; None if it takes none."""
    given = inspect.signature(inspect.unwrap(method)).parameters.values()  # as it is written
    names = [each.name for each in given if each.kind is each.VAR_KEYWORD]
    shape: type | None = get_args(get_type_hints(method)[names[0]])[0] if names else None
    return shape


@dataclass(frozen=True)
class Implementation:
    """One resource module."""

    module: ModuleType
    cls: type[SdkResource]
    operations: Mapping[str, Operation[Any]]
    methods: Mapping[str, Any]
    structs: Mapping[str, type[msgspec.Struct]]

    def part(self, name: str) -> type:
        """Return a type of the module that is not a row, such as an object in a list of a body."""
        found: type = getattr(self.module, name)
        return found


def module_name(resource: Resource) -> str:
    return f"odapi_async.resources.{resource.attribute}"


def find(resource: Resource) -> Implementation | None:
    """Return the module of a resource; None if there is none."""
    return _read(module_name(resource))


@cache
def _read(module_name: str) -> Implementation | None:
    module = _imported(module_name)
    return None if module is None else _read_module(module)


def _imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def _read_module(module: ModuleType) -> Implementation:
    names: dict[str, Any] = vars(module)
    own = {name: each for name, each in names.items() if getattr(each, "__module__", "") == module.__name__}
    classes = [each for each in own.values() if isinstance(each, type)]
    cls = next((each for each in classes if issubclass(each, SdkResource)), SdkResource)
    operations: dict[str, Operation[Any]] = {
        name: each for name, each in names.items() if isinstance(each, Operation)
    }
    return Implementation(
        module,
        cls,
        operations,
        {name: each for name, each in vars(cls).items() if inspect.isfunction(each) and name[0] != "_"},
        {each.__name__: each for each in classes if issubclass(each, msgspec.Struct)},
    )


def implementation(resource: Resource) -> Implementation:
    """Return the module of a resource; the test fails if there is none."""
    found = find(resource)
    if found is None:
        pytest.fail(f"{module_name(resource)} is missing", pytrace=False)
    return found


def enums_of(attribute: str) -> Mapping[str, type[StrEnum]]:
    """Return the enumerations of a resource by name, including those with a second name."""
    module = _imported(f"odapi_async.enums.{attribute}")
    if module is None:
        return {}
    return {
        name: each
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum
    }


def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)


def decoder_of(operation: Operation[Any]) -> Decoder[Any]:
    """Return the decoder of an operation's response."""
    kept: Decoder[Any] = decoder(operation.returns)
    return kept
