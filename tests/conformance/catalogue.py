"""The reference as the tests read it: facts only, without the code of the sandbox."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

import odapi_async.sandbox

REFERENCE: Final = Path(__file__).parent / "reference"
CATALOGUE: Final = Path(odapi_async.sandbox.__file__).parent / "catalogue"

_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
_REQUIRED_WITH: Final = re.compile(r"required with (\w+)")
_OBJECTS: Final = re.compile(r"list\[object:(\w+)\]")


class Field(msgspec.Struct, frozen=True):
    """A field of a struct, a query parameter or a body field."""

    name: str
    type: str
    required: bool = False
    since: str | None = None
    enum: tuple[str, ...] | None = None
    enum_open: bool = False
    aliases: tuple[str, ...] = ()
    wire: tuple[str, ...] = ()
    notes: str | None = None

    @property
    def required_with(self) -> str | None:
        """The parameter that requires this one, by its notes."""
        found = _REQUIRED_WITH.fullmatch(self.notes or "")
        return found and found[1]

    @property
    def objects(self) -> str | None:
        """The struct of the objects in a list of objects."""
        found = _OBJECTS.fullmatch(self.type)
        return found and found[1]

    @property
    def choices(self) -> frozenset[str] | None:
        """The only values that a parameter accepts; None if it accepts others too."""
        return frozenset(self.enum) if self.enum and not self.enum_open else None


class Choice(msgspec.Struct, frozen=True):
    fields: tuple[str, ...]
    rule: str
    when: str | None = None


class Returns(msgspec.Struct, frozen=True):
    shape: str
    struct: str | None = None
    absent: tuple[str, ...] = ()


class Operation(msgspec.Struct, frozen=True):
    name: str
    python: str
    method: str
    path: str
    returns: Returns
    statuses: tuple[int, ...]
    paged: bool
    location_header: bool = False
    since: str | None = None
    deprecated: str | None = None
    permission: str | None = None
    path_params: tuple[str, ...] = ()
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    either_or: tuple[Choice, ...] = ()

    @property
    def constant(self) -> str:
        return self.python.upper()

    @property
    def parameters(self) -> dict[str, Field]:
        return {field.name: field for field in self.query + self.body}

    @property
    def rules(self) -> set[tuple[str, frozenset[str]]]:
        """The rules about several parameters that always apply."""
        return {(choice.rule, frozenset(choice.fields)) for choice in self.either_or if choice.when is None}

    @property
    def requirements(self) -> set[tuple[str, str]]:
        """Pairs of a parameter and another one that it requires, by the notes."""
        return {
            (field.required_with, field.name) for field in self.parameters.values() if field.required_with
        }


class Resource(msgspec.Struct, frozen=True):
    resource: str
    attribute: str
    operations: tuple[Operation, ...]
    structs: dict[str, tuple[Field, ...]]
    primary_key: str | None = None

    def operation(self, name: str) -> Operation:
        return next(each for each in self.operations if each.name == name)

    @property
    def rows(self) -> dict[str, tuple[Field, ...]]:
        """The structs in responses; the others are parts of bodies."""
        return {name: fields for name, fields in self.structs.items() if name not in self.parts}

    @property
    def parts(self) -> set[str]:
        """The structs of the objects in lists in bodies."""
        parameters = (field for each in self.operations for field in each.body)
        return {field.objects for field in parameters if field.objects}


class Enumeration(msgspec.Struct, frozen=True):
    values: tuple[str, ...]
    used_by: tuple[str, ...]
    added: dict[str, str] = {}


class Example(msgspec.Struct, frozen=True):
    operation: str
    request: str
    request_body: dict[str, Any] | None = None
    status: int | None = None
    response: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def body(self) -> bytes:
        """The documented response; empty for none."""
        body = bytes(self.response)
        return b"" if body == b"null" else body


class _Examples(msgspec.Struct, frozen=True):
    resource: str
    examples: tuple[Example, ...]
    more_requests: tuple[Example, ...] = ()


class Quirk(msgspec.Struct, frozen=True):
    resource: str
    kind: str
    quirk: str
    operation: str | None = None
    field: str | None = None
    example: Any = None

    @property
    def operations(self) -> list[str]:
        return [] if self.operation is None else self.operation.split("; ")

    @property
    def fields(self) -> list[str]:
        # a name may end with a space: only the separators are removed
        return [] if self.field is None else re.split(r", |/", self.field)


class Pair(NamedTuple):
    """A resource and one of its operations."""

    resource: Resource
    operation: Operation


def version(since: str | None) -> str | None:
    """Return the first plain version in a `since`, which may be a range or a remark."""
    found = _VERSION.search(since or "")
    return found and found[0]


def as_numbers(plain: str) -> tuple[int, ...]:
    """Return a plain version as numbers that can be compared."""
    return tuple(map(int, plain.split(".")))


def marks(since: str | None, base: str | None) -> set[str | None]:
    """Return the `since` of parts of something that exists since `base`.

    A `since` that is not later than its base says nothing, so it may be missing.
    """
    own, whole = version(since), version(base)
    if own is None:
        return {None}
    redundant = whole is not None and as_numbers(own) <= as_numbers(whole)
    return {own, None} if redundant else {own}


@cache
def resources() -> dict[str, Resource]:
    """Return every resource by its name."""
    files = sorted(CATALOGUE.glob("*.json"))
    every = (msgspec.json.decode(file.read_bytes(), type=Resource) for file in files)
    return {each.resource: each for each in every}


RESOURCES: Final[Sequence[Resource]] = tuple(resources().values())


def operations() -> Iterator[Pair]:
    """Yield every operation with its resource."""
    return (Pair(resource, each) for resource in RESOURCES for each in resource.operations)


class FormatParameter(msgspec.Struct, frozen=True):
    """A parameter for the form of dates, which the reference tells once for all operations."""

    name: str
    since: str

    @property
    def type(self) -> str:
        """The type of the fields that it formats."""
        return self.name.removesuffix("FormatString").lower()


class _Conventions(msgspec.Struct, frozen=True):
    format_parameters: tuple[FormatParameter, ...]


class _Index(msgspec.Struct, frozen=True):
    conventions: _Conventions


@cache
def formats() -> tuple[FormatParameter, ...]:
    """Return the parameters that every operation takes which returns such values."""
    index = msgspec.json.decode((REFERENCE / "index.json").read_bytes(), type=_Index)
    return index.conventions.format_parameters


def formats_of(resource: Resource, operation: Operation) -> dict[str, FormatParameter]:
    """Return the formats that an operation takes: those of the values that it returns."""
    fields = resource.structs[operation.returns.struct] if operation.returns.struct else ()
    types = {field.type for field in fields}
    return {each.name: each for each in formats() if each.type in types}


@cache
def enumerations() -> dict[str, Enumeration]:
    """Return every enumeration by the name of its field, or as `Resource.Field` if the values differ."""
    return msgspec.json.decode((REFERENCE / "enums.json").read_bytes(), type=dict[str, Enumeration])


@cache
def quirks() -> tuple[Quirk, ...]:
    """Return every recorded irregularity."""
    return msgspec.json.decode((REFERENCE / "quirks.json").read_bytes(), type=tuple[Quirk, ...])


@cache
def watch_tables() -> dict[str, str | None]:
    """Return the tables that a subscription can watch, each with the version that it came with."""
    events = msgspec.json.decode((REFERENCE / "events.json").read_bytes(), type=dict[str, Any])
    return {table["name"]: table["since"] for table in events["watch_tables"]}


@cache
def examples() -> dict[str, tuple[Example, ...]]:
    """Return every example by resource: first those with a response, then further requests."""
    files = sorted((REFERENCE / "examples").glob("*.json"))
    every = (msgspec.json.decode(file.read_bytes(), type=_Examples) for file in files)
    return {each.resource: each.examples + each.more_requests for each in every}
