"""One operation of the API as a value: everything about it that is not behaviour."""

from __future__ import annotations

import re
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

import msgspec

from odapi_async.errors import InvalidRequest

T = TypeVar("T")


class Rule(NamedTuple):
    """How many of some parameters an operation takes."""

    rule: Literal["at_least_one", "exactly_one", "at_most_one"]
    fields: tuple[str, ...]


Method = Literal["GET", "POST", "PUT", "DELETE"]

_VERSION: Final = re.compile(r"\d+(\.\d+)+")
_KEY: Final = re.compile(r"\{(\w+)\}")


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """What one operation is called, takes, gives and needs.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL; keys stand in braces.
        returns: the struct of one row, `dict` where the columns are open, or `NoneType` for an empty answer.
        since: the first version of Open Dental that has it; None where the reference does not say.
        permission: the permission that the developer needs at the office; None where another kind of key
        does.
        query: the typed filters, one TypedDict.
        body: the typed body, one TypedDict.
        rules: parameters of which some, or not all, may be given.
        reads: whether it changes nothing, although its method is not GET.
        adds_up: whether doing it twice does more than doing it once, as a PUT that appends to a note does.
        deprecated: the version that deprecated it; calling it warns.
    """

    method: Method
    path: str
    returns: type[T]
    since: str | None
    permission: str | None = "ReadAll"
    query: type[Any] | None = None
    body: type[Any] | None = None
    rules: tuple[Rule, ...] = ()
    reads: bool = False
    adds_up: bool = False
    deprecated: str | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again after the first one may have arrived."""
        return self.method != "POST" and not self.adds_up

    @property
    def writes(self) -> bool:
        """Whether it may change something at the office."""
        return self.method != "GET" and not self.reads

    @property
    def name(self) -> str:
        """Method and path: what errors and logs call it."""
        return f"{self.method} {self.path}"

    def fill(self, keys: tuple[int, ...]) -> str:
        """Return the path with its keys.

        Raises:
            InvalidRequest: a key is not a positive whole number.
        """
        path = self.path
        for name, key in zip(_KEY.findall(path), keys, strict=True):
            if type(key) is not int or key <= 0:
                raise InvalidRequest(name, f"a key is a positive whole number, not {_described(key)}")
            path = path.replace(f"{{{name}}}", str(key))
        return path


def is_newer(since: str | None, version: str) -> bool:
    """Whether something came after a version. Told "24.4", all of 24.4 counts as there.

    A `since` that is no plain version (the reference does not know all of them) counts as its first version,
    or as never newer.
    """
    found = _VERSION.match(since or "")
    if not found:
        return False
    has = version.split(".")
    needed = found[0].split(".")[: len(has)]
    return [int(each) for each in needed] > [int(each) for each in has]


def _described(key: object) -> str:
    return "zero or less" if isinstance(key, int) and not isinstance(key, bool) else type(key).__name__
