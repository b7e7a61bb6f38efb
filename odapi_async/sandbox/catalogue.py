"""The reference catalogue as data: what the sandbox can be asked, what it takes and what it answers."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import Any, Final

import msgspec

_KEY: Final = re.compile(r"\{(\w+)\}")


class Field(msgspec.Struct, frozen=True):
    """One field of a row, a query parameter or a body.

    Attributes:
        name: as it stands on the wire.
        type: the true type, such as int, float, date or list[int].
        required: whether it must always be given (parameters only).
        enum: the values that it may have; empty where it is free.
        enum_open: whether other values than those may come.
        enum_observed: values that were seen where no list exists.
        wire: the irregular forms in which it travels (row fields only).
        default: the literal that stands for a left-out parameter, or a rule in angle brackets.
        notes: a remark of the reference.
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


class Choice(msgspec.Struct, frozen=True):
    """A rule about several parameters, such as at least one of them."""

    fields: tuple[str, ...]
    rule: str
    when: str | None = None


class Returns(msgspec.Struct, frozen=True):
    """The shape of an answer: object, list, none or text; of which struct; without which of its fields."""

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
    deprecated: str | None = None
    path_params: tuple[str, ...] = ()
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    either_or: tuple[Choice, ...] = ()

    @property
    def action(self) -> str:
        """The named part of the path, such as `Confirm`; empty for the plain operations."""
        return "/".join(part for part in self.path.split("/")[2:] if not _KEY.fullmatch(part))

    @property
    def success(self) -> int:
        """The status of a good answer."""
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
        """What one row is called in error texts, such as `Patient`."""
        return next(iter(self.structs), self.resource)


@cache
def load() -> dict[str, Resource]:
    """Return every resource of the catalogue by its name in the path, such as `patients`."""
    decoder = msgspec.json.Decoder(Resource)
    folder = resources.files("odapi_async.sandbox").joinpath("catalogue")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    read = (decoder.decode(file.read_bytes()) for file in files if file.name.endswith(".json"))
    return {resource.name: resource for resource in read}
