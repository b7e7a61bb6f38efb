"""The reference, read as this server needs it: resources, operations, parameters, structs."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

import msgspec

_TESTS: Final = Path(__file__).parents[1]
FOLDER: Final = _TESTS / "conformance" / "reference"
CATALOGUE: Final = _TESTS.parent / "odapi_async" / "sandbox" / "catalogue"
"""The two places that this server takes facts from; the second is where the reference's catalogue is kept."""

Value = str | int | float | bool | date | datetime | time | list[int] | None
Row = dict[str, Value]
Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None
Mode = Literal["remote", "local", "service"]


class Parameter(msgspec.Struct, frozen=True):
    """A query parameter or a field of a body."""

    name: str
    type: str
    required: bool
    enum: list[str] | None = None
    enum_open: bool = False
    notes: str | None = None
    fk: str | None = None

    @property
    def remark(self) -> str:
        return self.notes or ""


class Choice(msgspec.Struct, frozen=True):
    """A rule on how many of some fields a request gives."""

    fields: list[str]
    rule: Literal["at_least_one", "exactly_one", "at_most_one"]
    when: str | None = None


class Returns(msgspec.Struct, frozen=True):
    shape: Literal["object", "list", "none", "text"]
    struct: str | None
    absent: list[str] = []
    may_be_object: bool = False


class Field(msgspec.Struct, frozen=True):
    """A field of a row that the server sends."""

    name: str
    type: str
    enum: list[str] | None = None
    enum_observed: list[str | int] = []
    wire: list[str] = []
    aliases: list[str] = []


class Operation(msgspec.Struct, frozen=True):
    name: str
    python: str
    method: str
    path: str
    since: str | None
    deprecated: str | None
    permission: str | None
    kind: Literal["get", "list", "create", "update", "delete", "action"]
    path_params: list[str]
    query: list[Parameter]
    body: list[Parameter]
    returns: Returns
    paged: bool
    statuses: list[int]
    location_header: bool
    either_or: list[Choice] = []

    @property
    def success(self) -> int:
        """The latest printed status of success: the reference lists the newer of two last."""
        return max(status for status in self.statuses if status < 300)


class Resource(msgspec.Struct, frozen=True):
    resource: str
    attribute: str
    path: str
    primary_key: str | None
    db_table: str | None
    operations: list[Operation]
    structs: dict[str, list[Field]]

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of all structs by name; no two structs of a resource differ in a type."""
        return {field.name: field for struct in self.structs.values() for field in struct}

    def response_fields(self, operation: Operation) -> list[Field]:
        if operation.returns.struct is None:
            return []
        absent = operation.returns.absent
        return [field for field in self.structs[operation.returns.struct] if field.name not in absent]


class Quirk(msgspec.Struct, frozen=True):
    resource: str
    kind: str
    operation: str | None = None
    field: str | None = None


class Rate(msgspec.Struct, frozen=True):
    when: str
    per_seconds: float


class Rates(msgspec.Struct, frozen=True):
    rates: list[Rate]
    modes: dict[str, str]


class RowLimit(msgspec.Struct, frozen=True):
    default: int
    enterprise: int


class RowLimits(msgspec.Struct, frozen=True):
    remote: RowLimit
    local: RowLimit
    service: RowLimit


class Permissions(msgspec.Struct, frozen=True):
    permissions: dict[str, object]
    throttle: Rates
    row_limits: RowLimits


class Conventions(msgspec.Struct, frozen=True):
    max_body_characters: int


class Index(msgspec.Struct, frozen=True):
    resources: int
    operations: int
    parameters: int
    conventions: Conventions


class Example(msgspec.Struct, frozen=True):
    request_body: object = None
    response: object = None


class Examples(msgspec.Struct, frozen=True):
    examples: list[Example] = []
    more_requests: list[Example] = []


@cache
def resources() -> tuple[Resource, ...]:
    files = sorted(CATALOGUE.glob("*.json"))
    return tuple(msgspec.json.decode(file.read_bytes(), type=Resource) for file in files)


@cache
def permissions() -> Permissions:
    return msgspec.json.decode((FOLDER / "permissions.json").read_bytes(), type=Permissions)


@cache
def quirks() -> tuple[Quirk, ...]:
    return tuple(msgspec.json.decode((FOLDER / "quirks.json").read_bytes(), type=list[Quirk]))


@cache
def index() -> Index:
    return msgspec.json.decode((FOLDER / "index.json").read_bytes(), type=Index)


def max_body() -> int:
    return index().conventions.max_body_characters


@cache
def examples(resource: str) -> Examples:
    file = FOLDER / "examples" / f"{resource}.json"
    if not file.exists():
        return Examples()
    return msgspec.json.decode(file.read_bytes(), type=Examples)


def example_rows(resource: str) -> Iterator[dict[str, Json]]:
    """Return the rows that the examples of a resource show."""
    for example in examples(resource).examples:
        response = cast("Json", example.response)
        shown = response if isinstance(response, list) else [response]
        yield from (row for row in shown if isinstance(row, dict))


def example_requests(resource: str) -> Iterator[dict[str, Json]]:
    """Return the bodies that the examples of a resource show."""
    found = examples(resource)
    for request in [*found.examples, *found.more_requests]:
        body = cast("Json", request.request_body)
        if isinstance(body, dict):
            yield body
