"""Filters and bodies: a TypedDict says what an operation takes; here it is read once, to check and encode."""

from __future__ import annotations

import types
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    NotRequired,
    Required,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec

from odapi_async._wire.constraints import AtMost, Between, Excluding, Matches, Since
from odapi_async._wire.values import (
    Encoder,
    WireValue,
    at_most,
    between,
    demand,
    encode_bool,
    encode_by_type,
    encode_date,
    encode_datetime,
    encode_ids,
    encode_int,
    encode_money,
    encode_str,
    encode_strings,
    encode_time,
    form,
    one_of,
)
from odapi_async.errors import InvalidRequest, suggestion
from odapi_async.limits import MAX_BODY

DateLike = date | str | None
"""A date, or text as yyyy-MM-dd. None means no date (the API's 0001-01-01)."""
DateTimeLike = datetime | date | str | None
"""An office's wall-clock time, without a zone; a date means its midnight. None means no date."""
TimeLike = time | str
"""A time of day, or text as HH:mm:ss."""
Money = Decimal | float
"""An amount; a Decimal is exact, a float counts as what it prints."""
Ids = Sequence[int]
"""Several keys."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One filter or body field.

    Attributes:
        encode: checks a value and gives its wire form.
        required: whether the operation needs it.
        since: the first version of Open Dental that has it, if it came later than the operation.
    """

    encode: Encoder
    required: bool
    since: str | None


_ENCODERS: Final[dict[Any, Encoder]] = {
    int: encode_int,
    str: encode_str,
    bool: encode_bool,
    DateLike: encode_date,
    DateTimeLike: encode_datetime,
    TimeLike: encode_time,
    Money: encode_money,
    Ids: encode_ids,
    Sequence[str]: encode_strings,
}

_BODY: Final = msgspec.json.Encoder(decimal_format="number")


@cache
def parameters(shape: type) -> Mapping[str, Parameter]:
    """Read what a TypedDict of filters or body fields says, once."""
    required: frozenset[str] = cast("Any", shape).__required_keys__
    hints = get_type_hints(shape, include_extras=True)
    return types.MappingProxyType({name: _parameter(hint, name in required) for name, hint in hints.items()})


def _parameter(hint: Any, required: bool) -> Parameter:  # noqa: FBT001 - a column of a table, not a switch
    marks: list[Any] = []
    while get_origin(hint) in {Annotated, Required, NotRequired}:
        hint, *more = get_args(hint)
        marks += more
    since = next((mark.version for mark in marks if isinstance(mark, Since)), None)
    refused = {value for mark in marks if isinstance(mark, Excluding) for value in mark.values}
    return Parameter(_narrowed(_encoder(hint, refused), marks), required, since)


def _narrowed(encoder: Encoder, marks: Sequence[object]) -> Encoder:
    """Add what the marks of a parameter demand of its wire value."""
    for mark in marks:
        match mark:
            case AtMost(characters):
                encoder = demand(encoder, at_most(characters), f"has at most {characters} characters")
            case Between(least, greatest):
                encoder = demand(encoder, between(least, greatest), f"is a number from {least} to {greatest}")
            case Matches(pattern, rule):
                encoder = demand(encoder, form(pattern), rule)
            case _:
                pass
    return encoder


def _encoder(hint: Any, refused: set[str]) -> Encoder:
    if get_origin(hint) in {Union, types.UnionType}:
        for member in get_args(hint):
            if isinstance(member, type) and issubclass(member, StrEnum):
                return one_of([value.value for value in member if value.value not in refused])
    if get_origin(hint) is Sequence and is_typeddict(get_args(hint)[0]):
        return _several(get_args(hint)[0])
    return _ENCODERS[hint]


def _several(shape: type) -> Encoder:
    """Make an encoder for a list of small objects, each of them a TypedDict."""

    def encode_several(name: str, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, Sequence) or not all(isinstance(each, Mapping) for each in value):  # pyright: ignore[reportUnknownVariableType]
            raise InvalidRequest(name, "is a list of mappings")
        return [dict(encode(name, shape, each)) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]

    return encode_several


def encode(what: str, shape: type | None, given: Mapping[str, object]) -> dict[str, WireValue]:
    """Check named values against a TypedDict and give their wire forms.

    Args:
        what: the operation, for the error's text.
        shape: the TypedDict; None for an operation that takes nothing.
        given: the values by wire name.

    Raises:
        InvalidRequest: an unknown name, a missing required one, or a value of the wrong kind.
    """
    known: Mapping[str, Parameter] = parameters(shape) if shape else {}
    wire: dict[str, WireValue] = {}
    for name, value in given.items():
        if name not in known:
            raise InvalidRequest(name, f"is not a parameter of {what}; {suggestion(name, known)}")
        wire[name] = known[name].encode(name, value)
    for name, parameter in known.items():
        if parameter.required and name not in given:
            raise InvalidRequest(name, f"is required by {what}")
    return wire


def check_rules(rules: Iterable[tuple[str, tuple[str, ...]]], given: Collection[str]) -> None:
    """Check how many of some parameters are given.

    Args:
        rules: pairs of at_least_one, exactly_one or at_most_one, and the parameters' names.
        given: the names of what is given.

    Raises:
        InvalidRequest: too few or too many of them.
    """
    for rule, fields in rules:
        present = sum(field in given for field in fields)
        if (rule != "at_most_one" and not present) or (rule != "at_least_one" and present > 1):
            raise InvalidRequest(" / ".join(fields), f"give {rule.replace('_', ' ')} of them")


def encode_untyped(given: Mapping[str, object]) -> dict[str, WireValue]:
    """Give the wire forms of values about whose names nothing is known.

    Raises:
        InvalidRequest: a value of a type that the API has no form for.
    """
    return {name: encode_by_type(name, value) for name, value in given.items()}


def encode_query(wire: Mapping[str, WireValue]) -> dict[str, str]:
    """Turn wire values into the texts of a query; lists are joined by commas."""
    return {
        name: ",".join(map(_text, cast("list[Any]", value))) if isinstance(value, list) else _text(value)
        for name, value in wire.items()
    }


def _text(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def encode_body(wire: Mapping[str, WireValue]) -> bytes:
    """Turn wire values into a JSON body.

    Raises:
        InvalidRequest: it is longer than the API accepts.
    """
    body = _BODY.encode(wire)
    if len(body) > MAX_BODY and len(body.decode()) > MAX_BODY:
        raise InvalidRequest(
            "body", f"has more than {MAX_BODY:,} characters; the API accepts no more in one request"
        )
    return body
