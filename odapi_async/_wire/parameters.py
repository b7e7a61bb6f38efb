"""Checks and encodes filters and body fields against the TypedDicts of an operation."""

from __future__ import annotations

import types
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache, reduce
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

from odapi_async._wire.constraints import (
    AtMost,
    Between,
    Exact,
    Excluding,
    Inexact,
    Matches,
    Minimum,
    NotEmpty,
    NullNumber,
    Since,
    SinceValue,
)
from odapi_async._wire.values import (
    Encoder,
    WireValue,
    at_least,
    at_most,
    between,
    encode_bool,
    encode_by_type,
    encode_date,
    encode_datetime,
    encode_ids,
    encode_int,
    encode_json,
    encode_money,
    encode_str,
    encode_strings,
    encode_time,
    has_text,
    matches,
    none_as,
    one_of,
    restricted,
)
from odapi_async.errors import InvalidRequest, suggestion
from odapi_async.limits import MAX_BODY

DateLike = date | str | None
"""A date, or text as yyyy-MM-dd. None means no date (the API's 0001-01-01)."""
DateTimeLike = datetime | date | str | None
"""A time of the office, without a zone; a date means its midnight. None means no date."""
TimeLike = time | str
"""A time of day, or text as HH:mm:ss."""
Money = Decimal | float
"""An amount; a Decimal is exact, a float is sent with the digits that its repr shows."""
Ids = Sequence[int]
"""The ids of several rows."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One filter or body field.

    Attributes:
        type: the type of its values, without constraints.
        encode: checks a value and returns its wire form.
        required: whether the operation requires it.
        since: the first version of Open Dental that has it, if it came later than the operation.
        newer_values: values that came later than the parameter, each with its first version.
        exact: whether it is marked as a filter that the field of the same name equals, or as one that it
            need not equal; None if its type tells.
    """

    type: Any
    encode: Encoder
    required: bool
    since: str | None
    newer_values: Mapping[str | int, str]
    exact: bool | None


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

_BODY_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


@cache
def parameters(shape: type) -> Mapping[str, Parameter]:
    """Return the parameters of a TypedDict of filters or body fields. Cached."""
    required: frozenset[str] = cast("Any", shape).__required_keys__
    hints = get_type_hints(shape, include_extras=True)
    return types.MappingProxyType({name: _parameter(hint, name in required) for name, hint in hints.items()})


def _parameter(hint: Any, required: bool) -> Parameter:  # noqa: FBT001 - a column of a table, not a switch
    constraints: list[Any] = []
    while get_origin(hint) in {Annotated, Required, NotRequired}:
        hint, *more = get_args(hint)
        constraints += more
    since = next((each.version for each in constraints if isinstance(each, Since)), None)
    excluded = {value for each in constraints if isinstance(each, Excluding) for value in each.values}
    null = next((each.number for each in constraints if isinstance(each, NullNumber)), None)
    if null is not None:
        hint = reduce(
            lambda one, other: one | other, [kind for kind in get_args(hint) if kind is not types.NoneType]
        )
    encoder = _constrained(_encoder(hint, excluded), constraints)
    if null is not None:
        encoder = none_as(null, encoder)
    newer_values = {each.value: each.version for each in constraints if isinstance(each, SinceValue)}
    exact = next((isinstance(each, Exact) for each in constraints if isinstance(each, Exact | Inexact)), None)
    return Parameter(hint, _not_none(encoder) if required else encoder, required, since, newer_values, exact)


def _not_none(encoder: Encoder) -> Encoder:
    """Refuse None, which else means no date."""

    def encode_not_none(name: str, value: Any) -> WireValue:
        if value is None:
            raise InvalidRequest(name, "is required and must not be None")
        return encoder(name, value)

    return encode_not_none


def _constrained(encoder: Encoder, constraints: Sequence[object]) -> Encoder:
    """Add the checks for the constraints of a parameter."""
    for constraint in constraints:
        match constraint:
            case AtMost(characters):
                encoder = restricted(
                    encoder, at_most(characters), f"must have at most {characters} characters"
                )
            case Minimum(minimum, rule):
                encoder = restricted(encoder, at_least(minimum), rule)
            case Between(minimum, maximum):
                encoder = restricted(
                    encoder, between(minimum, maximum), f"must be a number from {minimum} to {maximum}"
                )
            case Matches(pattern, rule):
                encoder = restricted(encoder, matches(pattern), rule)
            case NotEmpty(rule):
                encoder = restricted(encoder, has_text, rule)
            case _:
                pass
    return encoder


def _encoder(hint: Any, excluded: set[str]) -> Encoder:
    if get_origin(hint) in {Union, types.UnionType}:
        for member in get_args(hint):
            if isinstance(member, type) and issubclass(member, StrEnum):
                return one_of([value.value for value in member if value.value not in excluded])
    if get_origin(hint) is Sequence and is_typeddict(get_args(hint)[0]):
        return _list_of(get_args(hint)[0])
    return _ENCODERS[hint]


def _list_of(shape: type) -> Encoder:
    """Return an encoder for a list of small objects, each a TypedDict."""

    def encode_list(name: str, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, Sequence) or not all(isinstance(each, Mapping) for each in value):  # pyright: ignore[reportUnknownVariableType]
            raise InvalidRequest(name, "must be a list of mappings")
        return [dict(encode(name, shape, each)) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]

    return encode_list


def encode(operation: str, shape: type | None, values: Mapping[str, object]) -> dict[str, WireValue]:
    """Check values against a TypedDict and return their wire forms.

    Args:
        operation: the name of the operation, for the error's message.
        shape: the TypedDict; None for an operation without parameters.
        values: the values by wire name.

    Raises:
        InvalidRequest: a name is unknown, a required one is missing, or a value is not valid.
    """
    known: Mapping[str, Parameter] = parameters(shape) if shape else {}
    wire: dict[str, WireValue] = {}
    for name, value in values.items():
        if name not in known:
            raise InvalidRequest(name, f"is not a parameter of {operation}; {suggestion(name, known)}")
        wire[name] = known[name].encode(name, value)
    for name, parameter in known.items():
        if parameter.required and name not in values:
            raise InvalidRequest(name, f"is required by {operation}")
    return wire


def check_filters(values: Mapping[str, object]) -> None:
    """Refuse filters that an office reads in another way than the caller means them.

    Raises:
        InvalidRequest: a filter is None, which asks for the year 1, or an empty list, which may mean all.
    """
    for name, value in values.items():
        if value is None:
            raise InvalidRequest(name, "must not be None: to filter by nothing, leave it out")
        if isinstance(value, Sequence) and not isinstance(value, str) and not value:
            raise InvalidRequest(name, "must not be an empty list, which may mean all: leave it out")


def newer_features(shape: type, given: Mapping[str, object]) -> dict[str, str]:
    """Return the given parameters and values that came later than the operation, with their versions.

    Args:
        shape: the TypedDict of the parameters.
        given: the wire forms of the values.
    """
    newer: dict[str, str] = {}
    known = parameters(shape)
    for name in given.keys() & known.keys():
        parameter = known[name]
        if parameter.since:
            newer[name] = parameter.since
        for value, version in parameter.newer_values.items():
            if given[name] == value:
                newer[f"{name}={value}"] = version
    return newer


def check_rules(rules: Iterable[tuple[str, tuple[str, ...]]], given: Collection[str]) -> None:
    """Check which of some parameters are given together.

    Args:
        rules: pairs of at_least_one, exactly_one, at_most_one or requires, and the names of the parameters.
        given: the names of the parameters that are given.

    Raises:
        InvalidRequest: too few or too many of them are given.
    """
    for rule, fields in rules:
        if rule == "requires":
            _check_required(fields, given)
            continue
        present = sum(field in given for field in fields)
        if (rule != "at_most_one" and not present) or (rule != "at_least_one" and present > 1):
            raise InvalidRequest(" / ".join(fields), f"pass {rule.replace('_', ' ')} of them")


def _check_required(fields: tuple[str, ...], given: Collection[str]) -> None:
    first, *others = fields
    for name in others:
        if first in given and name not in given:
            raise InvalidRequest(name, f"is required with {first}; pass both")


def encode_untyped(values: Mapping[str, object]) -> dict[str, WireValue]:
    """Return the wire forms of values that are encoded by their type alone.

    Raises:
        InvalidRequest: the API has no form for the type of a value.
    """
    return {name: encode_by_type(name, value) for name, value in values.items()}


def encode_untyped_body(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the wire forms of a body by the types of its values; objects, lists and None are as in JSON.

    Raises:
        InvalidRequest: neither the API nor JSON has a form for the type of a value.
    """
    return {name: encode_json(name, value) for name, value in values.items()}


def encode_query(wire: Mapping[str, WireValue]) -> dict[str, str]:
    """Turn wire values into the texts of a query; the items of a list are separated by commas."""
    return {
        name: ",".join(map(_text, cast("list[Any]", value))) if isinstance(value, list) else _text(value)
        for name, value in wire.items()
    }


def _text(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def encode_body(wire: Mapping[str, Any]) -> bytes:
    """Turn wire values into a JSON body.

    Raises:
        InvalidRequest: the body is longer than the API accepts.
    """
    body = _BODY_ENCODER.encode(wire)
    if len(body) > MAX_BODY and len(body.decode()) > MAX_BODY:
        raise InvalidRequest(
            "body", f"has more than {MAX_BODY:,} characters, the API's limit; split it into several requests"
        )
    return body
