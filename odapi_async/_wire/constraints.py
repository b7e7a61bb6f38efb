"""Constraints of parameters and fields that a type cannot express. They are written in `Annotated`."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Final, NamedTuple, get_args

import msgspec


class Since(NamedTuple):
    """The first version of Open Dental that has a parameter or a field newer than its operation."""

    version: str


class SinceValue(NamedTuple):
    """A value of a parameter that came later than the parameter, and the first version that accepts it."""

    value: str | int
    version: str


class NotEmpty(NamedTuple):
    """A text that must not be empty, or of spaces alone."""

    rule: str


class Excluding:
    """Values of its enumeration that a parameter does not accept."""

    __slots__ = ("values",)

    def __init__(self, *values: str) -> None:
        self.values = values


class NullText(NamedTuple):
    """A text that means None in a field."""

    text: str


class NullNumber(NamedTuple):
    """A number of one digit that means None in a field or a parameter."""

    number: int


class Alias(NamedTuple):
    """A misspelled name under which some servers send a field."""

    name: str


class Exact:
    """Marks a filter by text whose rows have exactly this text in the field of the same name."""


class Inexact:
    """Marks a filter whose rows may have another value in the field of the same name."""


class AtMost(NamedTuple):
    """The maximum length of a text, in characters."""

    characters: int


class Minimum(NamedTuple):
    """The minimum of an integer, and the rule that an error shows."""

    minimum: int
    rule: str


class Between(NamedTuple):
    """The minimum and the maximum of an integer, both included."""

    minimum: int
    maximum: int


class Matches(NamedTuple):
    """A regular expression that a text must match. Empty text, which clears a field, always passes."""

    pattern: str
    rule: str


RGB = Matches(
    r"(25[0-5]|2[0-4]\d|1?\d?\d)(,(25[0-5]|2[0-4]\d|1?\d?\d)){2}", "must be a color as R,G,B, each 0 to 255"
)
TEN_DIGITS = Matches(r"\d{10}", "must be exactly ten digits")
TIME_PATTERN = Matches(r"[X/]+", "must consist of X and /, one for each 5 minutes")
_WRITES = (
    r"(?:insert|update|delete|replace|truncate|alter|grant|revoke|rename|load\s+data"
    r"|(?:drop|create)(?!\s+temporary))\b|/\*!"  # after /*! there is a statement that MySQL runs
)
_COMMENT = r"--(?=\s)[^\n]*+|\#[^\n]*+|/\*(?!!)(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
_QUOTED = r"""'(?:[^'\\]|\\.|'')*+(?:'|\\?\Z)|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|`[^`]*+(?:`|\Z)"""
_READ = rf"(?:[\s(\ufeff]|{_COMMENT})*+(?!{_WRITES})(?:{_COMMENT}|{_QUOTED}|[^;])*+"
"""One statement that writes nothing: no part can match in two ways, which would take long."""
READS = Matches(
    rf"(?is:{_READ}(?:;{_READ})*+)",
    "must be a SELECT, perhaps of temporary tables: the office refuses statements that write",
)
NONE_IS_MINUS_ONE = NullNumber(-1)

INT64: Final = msgspec.Meta(ge=-(2**63), le=2**63 - 1)
"""The integers that fit into a column of a database."""
NAIVE: Final = msgspec.Meta(tz=False)
"""A time of the office, which has no zone."""
_LIMITED: Final[dict[Any, Any]] = {
    int: Annotated[int, INT64],
    datetime: Annotated[datetime, NAIVE],
    time: Annotated[time, NAIVE],
}
_LIMITS: Final = {**_LIMITED, **{kind | None: limited | None for kind, limited in _LIMITED.items()}}


def with_limits(hint: Any) -> Any:
    """Return the type of a row's field with the limits that the decoder checks in C."""
    constraints: tuple[Any, ...] = getattr(hint, "__metadata__", ())
    if any(isinstance(each, msgspec.Meta) for each in constraints):
        return hint  # of a base class, or of a copy of a struct
    if constraints:
        return Annotated[(with_limits(hint.__origin__), *constraints)]
    return _LIMITS.get(hint, hint)


def without_annotation(hint: Any) -> Any:
    """Return the type that constraints are written around."""
    return hint.__origin__ if hasattr(hint, "__metadata__") else hint


def is_naive(hint: Any) -> bool:
    """Return whether the type of a field is a time without a zone, perhaps optional."""
    kinds = (hint, *get_args(without_annotation(hint)))
    return any(NAIVE in getattr(kind, "__metadata__", ()) for kind in kinds)
