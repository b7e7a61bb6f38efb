"""The reference catalogue as data: operations, their parameters and their responses."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import Any, Final

import msgspec

_ROW_ID: Final = re.compile(r"\{(\w+)\}")


class Field(msgspec.Struct, frozen=True):
    """One field of a row, a query parameter or a body.

    Attributes:
        name: the name in JSON or in the query.
        type: the true type, such as int, float, date or list[int].
        required: whether a parameter must always be given.
        enum: the values that it may have; None if it may have any.
        enum_open: whether it may have other values as well.
        enum_observed: values that were observed, if there is no list.
        wire: the irregular forms of a row's field.
        default: the literal default of a parameter, or a rule in angle brackets.
        notes: a remark of the reference.
        since: the version that it came with; None if it was always there.
        optional_since: the version since which a parameter may be omitted.
        fk: the table and column that it refers to, as table.column.
        definition_category: the category of definitions that it refers to, or several.
    """

    name: str
    type: str
    required: bool = False
    enum: tuple[str, ...] | None = None
    enum_open: bool = False
    enum_observed: tuple[str, ...] | None = None
    wire: tuple[str, ...] = ()
    default: Any = None
    notes: str | None = None
    since: str | None = None
    optional_since: str | None = None
    fk: str | None = None
    definition_category: int | tuple[int, ...] | None = None


class Choice(msgspec.Struct, frozen=True):
    """A rule about several parameters, such as at least one of them."""

    fields: tuple[str, ...]
    rule: str
    when: str | None = None


class Returns(msgspec.Struct, frozen=True):
    """The shape of a response (object, list, none or text), its struct, and the fields that it lacks."""

    shape: str
    struct: str | None = None
    absent: tuple[str, ...] = ()


class Operation(msgspec.Struct, frozen=True):
    """One operation of one resource."""

    name: str
    python: str
    method: str
    path: str
    kind: str
    returns: Returns
    statuses: tuple[int, ...]
    paged: bool
    location_header: bool
    permission: str | None = None
    since: str | None = None
    deprecated: str | None = None
    path_params: tuple[str, ...] = ()
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    either_or: tuple[Choice, ...] = ()

    @property
    def action(self) -> str:
        """The action in the path, such as `Confirm`; empty for other operations."""
        return "/".join(part for part in self.path.split("/")[2:] if not _ROW_ID.fullmatch(part))

    @property
    def success(self) -> int:
        """The status of a success."""
        if self.method == "POST" or HTTPStatus.OK not in self.statuses:
            return 201 if HTTPStatus.CREATED in self.statuses else 200
        return 200


class Resource(msgspec.Struct, frozen=True):
    """One resource with its operations and the structs of its rows."""

    resource: str
    path: str
    operations: tuple[Operation, ...]
    structs: dict[str, tuple[Field, ...]]
    primary_key: str | None = None
    db_table: str | None = None

    @property
    def name(self) -> str:
        """The name in the path, such as `patients`."""
        return self.path.removeprefix("/")

    @property
    def singular(self) -> str:
        """The name of one row in error texts, such as `Patient`."""
        return next(iter(self.structs), self.resource)


@cache
def load() -> dict[str, Resource]:
    """Return every resource of the catalogue by its name in the path, such as `patients`."""
    decoder = msgspec.json.Decoder(Resource)
    folder = resources.files("odapi_async.sandbox").joinpath("catalogue")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    read = (decoder.decode(file.read_bytes()) for file in files if file.name.endswith(".json"))
    return {resource.name: resource for resource in read}


@cache
def body_fields() -> frozenset[str]:
    """Return the names of the fields that any write sends."""
    return frozenset(
        field.name for resource in load().values() for each in resource.operations for field in each.body
    )
