"""One operation of the API as a value: everything about it that is not behaviour."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from odapi_async.errors import InvalidRequest

T = TypeVar("T")

Method = Literal["GET", "POST", "PUT", "DELETE"]

_KEY: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """What one operation is called, takes, gives and needs.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL; keys stand in braces.
        returns: the struct of one row, `dict` where the columns are open, or `NoneType` for an empty answer.
        since: the first version of Open Dental that has it; None where the reference does not say.
        permission: the permission that the developer needs at the office.
        query: the typed filters, one TypedDict.
        body: the typed body, one TypedDict.
        adds_up: whether doing it twice does more than doing it once, as a PUT that appends to a note does.
    """

    method: Method
    path: str
    returns: type[T]
    _: KW_ONLY
    permission: str
    since: str | None
    query: type[Any] | None = None
    body: type[Any] | None = None
    adds_up: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again after the first one may have arrived."""
        return self.method != "POST" and not self.adds_up

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


def _described(key: object) -> str:
    return "zero or less" if isinstance(key, int) and not isinstance(key, bool) else type(key).__name__
