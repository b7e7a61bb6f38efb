"""One operation of the API as data."""

from __future__ import annotations

import re
import sys
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

import msgspec

from odapi_async._wire.values import whole_number
from odapi_async.errors import InvalidRequest

T = TypeVar("T")


class Rule(NamedTuple):
    """Parameters that depend on each other.

    Attributes:
        rule: whether at least one, exactly one or at most one of them may be passed, or the first of them
            requires the others.
        fields: the names of the parameters.
    """

    rule: Literal["at_least_one", "exactly_one", "at_most_one", "requires"]
    fields: tuple[str, ...]


class RequiredSince(NamedTuple):
    """A parameter that newer versions of Open Dental require.

    Attributes:
        field: the name of the parameter.
        version: the first version that requires it.
        rule: what to pass, for the error's message.
    """

    field: str
    version: str
    rule: str


Method = Literal["GET", "POST", "PUT", "DELETE"]

_VERSION: Final = re.compile(r"\d+(\.\d+)+")
_ID: Final = re.compile(r"\{(\w+)\}")


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """One operation of the API: its name, its parameters, its result and what it needs.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, with the names of ids in braces.
        returns: the struct of one row, `dict` for open columns, `str` for text, or `NoneType` for an empty
            response.
        since: the first version of Open Dental that has it; None if the reference does not say.
        permission: the permission that the developer needs at the practice; None if the operation needs
            another kind of key.
        query: the typed filters, one TypedDict.
        body: the typed body, one TypedDict.
        rules: parameters that depend on each other.
        required_since: parameters that only newer versions require.
        read_only: whether it changes nothing at the office. A GET never does.
        idempotent: whether doing it twice is the same as doing it once (RFC 9110). A POST never is, and
            neither is a PUT that appends to a note.
        deprecated: the version that deprecated it; calling it warns.
        location: whether its result is the Location header of the response, and not the body.
        read_back: for a write, the operation that reads what it has written; None if the API has none.
    """

    method: Method
    path: str
    returns: type[T]
    since: str | None
    permission: str | None = "ReadAll"
    query: type[Any] | None = None
    body: type[Any] | None = None
    rules: tuple[Rule, ...] = ()
    required_since: tuple[RequiredSince, ...] = ()
    read_only: bool = False
    idempotent: bool = True
    deprecated: str | None = None
    location: bool = False
    read_back: Operation[Any] | None = None

    def __post_init__(self) -> None:
        """Set what follows from the method: a GET is read-only, and a POST is never idempotent."""
        if self.method == "GET":
            msgspec.structs.force_setattr(self, "read_only", True)  # noqa: FBT003 - the value of a field
        if self.method == "POST":
            msgspec.structs.force_setattr(self, "idempotent", False)  # noqa: FBT003 - likewise

    @property
    def name(self) -> str:
        """Method and path, as errors and logs show them."""
        return f"{self.method} {self.path}"

    @property
    def id_names(self) -> tuple[str, ...]:
        """The names of the ids in its path."""
        return tuple(_ID.findall(self.path))

    def ids_in(self, path: str) -> dict[str, int]:
        """Return the ids by name in a path that `format_path` has made."""
        values = zip(self.path.split("/"), path.split("/"), strict=True)
        return {name[1:-1]: int(value) for name, value in values if name.startswith("{")}

    def format_path(self, ids: tuple[int, ...]) -> str:
        """Return the path with its ids.

        Raises:
            InvalidRequest: an id is not a positive whole number.
        """
        path = self.path
        for name, row_id in zip(self.id_names, ids, strict=True):
            number = whole_number(row_id)
            if number is None or number <= 0:
                described = type(row_id).__name__ if number is None else "zero or less"
                raise InvalidRequest(name, f"must be a positive whole number, not {described}")
            path = path.replace(f"{{{name}}}", str(number))
        return path


def operation_of(method: object) -> Operation[Any] | None:
    """Return the operation of a resource's method: its module has it under the method's name in capitals."""
    module, name = getattr(method, "__module__", None), getattr(method, "__name__", None)
    if not callable(method) or not isinstance(module, str) or not isinstance(name, str):
        return None
    found = getattr(sys.modules.get(module), name.upper(), None)
    return found if isinstance(found, Operation) else None  # pyright: ignore[reportUnknownVariableType]


def is_newer(since: str | None, version: str) -> bool:
    """Return whether a feature is newer than a version; "24.4" includes every build of 24.4.

    If `since` is not a plain version (the reference does not know all of them), the first version in its
    text counts; if there is none, the feature is never newer.
    """
    found = _VERSION.match(since or "")
    if not found:
        return False
    has = version.split(".")
    needed = found[0].split(".")[: len(has)]
    return [int(each) for each in needed] > [int(each) for each in has]


def has_reached(version: str, needed: str) -> bool:
    """Return whether every build of a version, such as "26.2.1.0" or "26.2", is at least another one."""
    return [int(each) for each in version.split(".")] >= [int(each) for each in needed.split(".")]
