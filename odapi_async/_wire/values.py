"""Encodes Python values for the API: one pure function per type, which raises InvalidRequest.

Each takes a parameter's name (for the error) and its value. The result is ready for JSON; a query turns it
into text. An error never quotes a text: it may be a name or a social security number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, SupportsIndex

from odapi_async._wire.amounts import INT_LIMIT, is_plausible
from odapi_async.errors import InvalidRequest

WireValue = str | int | Decimal | list[int] | list[str] | list[dict[str, Any]]
Encoder = Callable[[str, Any], WireValue]

NO_DATE: Final = "0001-01-01"
"""The API's value for "no date". Encoded from None, and decoded to None."""

_MAX_DEPTH: Final = 100  # of lists and objects inside each other
_DATE_TEXT: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_RULE: Final = "must be a datetime.date or text as yyyy-MM-dd"
_DATETIME_RULE: Final = "must be a datetime.datetime or text as yyyy-MM-dd HH:mm:ss"
_TIME_RULE: Final = "must be a datetime.time or text as HH:mm:ss"


def whole_number(value: object) -> int | None:
    """Return an integer as an int, also one of another package; None if it is a bool or no integer."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return None
    try:
        return operator.index(value)
    except TypeError:  # an array of another package, or its bool
        return None


def encode_int(name: str, value: Any) -> int:
    """Encode an integer; an id (…Num) must not be negative."""
    number = whole_number(value)
    if number is None:
        raise InvalidRequest(name, f"must be a whole number, not {type(value).__name__}")
    if number < 0 and name.endswith("Num"):
        raise InvalidRequest(name, "is an id and must not be negative")
    return _in_64_bits(name, number)


def _in_64_bits(name: str, number: int) -> int:
    if abs(number) >= INT_LIMIT:
        raise InvalidRequest(name, "is too large: the database has 64-bit integers")
    return number


def encode_str(name: str, value: Any) -> str:
    """Encode a str."""
    if not isinstance(value, str):
        raise InvalidRequest(name, f"must be text, not {type(value).__name__}")
    text = str.__str__(value)
    if not text.isprintable() and any("\ud800" <= each <= "\udfff" for each in text):
        raise InvalidRequest(name, "contains half of a surrogate pair, which is not a character")
    return text


def encode_bool(name: str, value: Any) -> str:
    """Encode a bool; the API takes it as text."""
    if not isinstance(value, bool):
        raise InvalidRequest(name, f"must be True or False, not {type(value).__name__}")
    return "true" if value else "false"


def encode_money(name: str, value: Any) -> Decimal:
    """Encode a Decimal, an integer or a float; a float is sent with the digits that its repr shows."""
    if isinstance(value, float):
        amount = Decimal(float.__repr__(value))
    elif isinstance(value, Decimal):
        amount = Decimal(value)
    elif (number := whole_number(value)) is not None:
        amount = Decimal(number)
    else:
        raise InvalidRequest(name, f"must be a Decimal, int or float, not {type(value).__name__}")
    if not is_plausible(amount):
        raise InvalidRequest(
            name, "must be finite, and no larger or smaller than the server's floating-point numbers"
        )
    return amount


def encode_date(name: str, value: Any) -> str:
    """Encode a date, or text in the API's format; None means no date."""
    if value is None:
        return NO_DATE
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and _DATE_TEXT.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise InvalidRequest(name, "must be a day that exists") from None
    raise InvalidRequest(name, f"{_DATE_RULE}, not {_kind(value)}")


def encode_datetime(name: str, value: Any) -> str:
    """Encode a naive datetime (office time), a date, or text; None means no date."""
    if value is None:
        return f"{NO_DATE} 00:00:00"
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise InvalidRequest(name, f"{_DATETIME_RULE}, not other text") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise InvalidRequest(name, f"{_DATETIME_RULE}, not {_kind(value)}")
    if value.tzinfo is not None:
        raise InvalidRequest(
            name,
            "must have no time zone: convert it to office time with odapi_async.recipes.office_time",
        )
    return value.isoformat(" ", "seconds")


def encode_time(name: str, value: Any) -> str:
    """Encode a naive time of day, or text in the API's format."""
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise InvalidRequest(name, f"{_TIME_RULE}, not other text") from None
    if isinstance(value, time) and value.tzinfo is not None:
        raise InvalidRequest(name, f"{_TIME_RULE}, without a time zone")
    if not isinstance(value, time):
        raise InvalidRequest(name, f"{_TIME_RULE}, not {_kind(value)}")
    return value.isoformat("seconds")


def encode_ids(name: str, value: Any) -> list[int]:
    """Encode a list or tuple of ids, none of them negative."""
    ids: list[int] = []
    for each in _items(name, value, "whole numbers"):
        number = whole_number(each)
        if number is None or number < 0:
            raise InvalidRequest(name, "must be a list of whole numbers, none of them negative")
        ids.append(_in_64_bits(name, number))
    return ids


def encode_strings(name: str, value: Any) -> list[str]:
    """Encode a list or tuple of texts."""
    return [encode_str(name, each) for each in _items(name, value, "texts")]


def _items(name: str, value: Any, kind: str) -> Sequence[Any]:
    if isinstance(value, str | bytes | bytearray) or not isinstance(value, Sequence):
        raise InvalidRequest(name, f"must be a list of {kind}, not {_kind(value)}")
    return value  # pyright: ignore[reportUnknownVariableType]


def one_of(values: Sequence[str]) -> Encoder:
    """Return an encoder that accepts these texts only."""
    rule = f"must be one of {', '.join(values)}"
    allowed = frozenset(values)

    def encode_choice(name: str, value: Any) -> str:
        text = encode_str(name, value)
        if text not in allowed:
            raise InvalidRequest(name, rule)
        return text

    return encode_choice


def none_as(number: int, encoder: Encoder) -> Encoder:
    """Return an encoder that writes None as a number."""
    return lambda name, value: number if value is None else encoder(name, value)


def restricted(encoder: Encoder, is_valid: Callable[[Any], bool], rule: str) -> Encoder:
    """Return an encoder that also checks its wire value, and raises InvalidRequest with the rule."""

    def encode_restricted(name: str, value: Any) -> WireValue:
        wire = encoder(name, value)
        if not is_valid(wire):
            raise InvalidRequest(name, rule)
        return wire

    return encode_restricted


def at_most(characters: int) -> Callable[[str], bool]:
    """Return a check for the maximum length of a text."""
    return lambda text: len(text) <= characters


def at_least(minimum: int) -> Callable[[int], bool]:
    """Return a check for the minimum of a number."""
    return lambda number: number >= minimum


def has_text(text: str) -> bool:
    """Return whether a text has other characters than spaces."""
    return bool(text.strip())


def between(minimum: int, maximum: int) -> Callable[[int], bool]:
    """Return a check for the range of a number, both ends included."""
    return lambda number: minimum <= number <= maximum


def matches(pattern: str) -> Callable[[str], bool]:
    """Return a check that a text matches a regular expression or is empty."""
    compiled = re.compile(f"({pattern})?")
    return lambda text: compiled.fullmatch(text) is not None


def encode_by_type(name: str, value: Any) -> WireValue:
    """Encode by the type of the value, for a parameter that is not in the reference."""
    for kind, encoder in _BY_TYPE:
        if isinstance(value, kind):
            return encoder(name, value)
    if whole_number(value) is not None:
        return encode_int(name, value)
    raise InvalidRequest(
        name, f"cannot be sent as {_kind(value)}; leave it out, or pass text, a number or a date"
    )


def _encode_sequence(name: str, value: Any) -> WireValue:
    return (encode_strings if value and isinstance(value[0], str) else encode_ids)(name, value)


def encode_json(name: str, value: Any, depth: int = 0) -> Any:
    """Encode what a JSON body may contain: None, mappings and lists of anything, and values by their type.

    Args:
        name: the parameter.
        value: its value.
        depth: the number of lists and objects that it is in.
    """
    if depth > _MAX_DEPTH:
        raise InvalidRequest(name, f"must not contain more than {_MAX_DEPTH} lists and objects in each other")
    if value is None:
        return None
    if isinstance(value, Mapping):
        fields: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return {encode_str(name, key): encode_json(key, item, depth + 1) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        return [encode_json(name, item, depth + 1) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return encode_by_type(name, value)


_BY_TYPE: Final[tuple[tuple[type | tuple[type, ...], Encoder], ...]] = (
    (bool, encode_bool),
    (int, encode_int),
    ((Decimal, float), encode_money),
    (str, encode_str),
    (datetime, encode_datetime),
    (date, encode_date),
    (time, encode_time),
    ((list, tuple), _encode_sequence),
)


def _kind(value: object) -> str:
    return "other text" if isinstance(value, str) else type(value).__name__
