"""One Python value to one wire value, or a clear refusal. Pure functions, one per type of the API.

Each takes the parameter's name (for the error) and the value. What comes back is ready for JSON; a query
turns it into text. Texts that fail are never quoted: they may be names or social security numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from odapi_async.errors import InvalidRequest

WireValue = str | int | Decimal | list[int] | list[str] | list[dict[str, Any]]
Encoder = Callable[[str, Any], WireValue]

NO_DATE: Final = "0001-01-01"
"""How the API writes that there is no date; None is sent as it and read from it."""

_TOO_LARGE: Final = 2**63
_LARGEST_EXPONENT: Final = 308  # of the server's own floating-point numbers
_DATE_TEXT: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_RULE: Final = "is a datetime.date or text as yyyy-MM-dd"
_DATETIME_RULE: Final = "is a datetime.datetime or text as yyyy-MM-dd HH:mm:ss"
_TIME_RULE: Final = "is a datetime.time or text as HH:mm:ss"


def encode_int(name: str, value: Any) -> int:
    """Accept a whole number; a key (…Num) has no negative values."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidRequest(name, f"is a whole number, not {type(value).__name__}")
    if value < 0 and name.endswith("Num"):
        raise InvalidRequest(name, "is a key and cannot be negative")
    if abs(value) >= _TOO_LARGE:
        raise InvalidRequest(name, "is larger than any whole number that a database holds")
    return int(value)


def encode_str(name: str, value: Any) -> str:
    """Accept text."""
    if not isinstance(value, str):
        raise InvalidRequest(name, f"is text, not {type(value).__name__}")
    text = str.__str__(value)
    if not text.isprintable() and any("\ud800" <= each <= "\udfff" for each in text):
        raise InvalidRequest(name, "holds half of a character")
    return text


def encode_bool(name: str, value: Any) -> str:
    """Accept True and False, which travel as text."""
    if not isinstance(value, bool):
        raise InvalidRequest(name, f"is True or False, not {type(value).__name__}")
    return "true" if value else "false"


def encode_money(name: str, value: Any) -> Decimal:
    """Accept a Decimal, int or float; a float counts as what it prints."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        raise InvalidRequest(name, f"is a Decimal, int or float, not {type(value).__name__}")
    amount = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
    if not amount.is_finite() or amount.adjusted() > _LARGEST_EXPONENT:
        raise InvalidRequest(name, "is a finite number, and no larger than the server can hold")
    return amount


def encode_date(name: str, value: Any) -> str:
    """Accept a date, or text as the API writes one; None means no date."""
    if value is None:
        return NO_DATE
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and _DATE_TEXT.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise InvalidRequest(name, "names a day that does not exist") from None
    raise InvalidRequest(name, f"{_DATE_RULE}, not {_kind(value)}")


def encode_datetime(name: str, value: Any) -> str:
    """Accept a naive datetime (office time), a date, or text; None means no date."""
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
            "has no time zone: give the office's own time, value.astimezone(zone).replace(tzinfo=None)",
        )
    return value.isoformat(" ", "seconds")


def encode_time(name: str, value: Any) -> str:
    """Accept a naive time of day, or text as the API writes one."""
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
    """Accept a list or tuple of whole numbers, none of them negative."""
    if isinstance(value, str | bytes | bytearray) or not isinstance(value, Sequence):
        raise InvalidRequest(name, f"is a list of whole numbers, not {_kind(value)}")
    keys: list[int] = []
    for each in value:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(each, int) or isinstance(each, bool) or each < 0:
            raise InvalidRequest(name, "is a list of whole numbers that are not negative")
        keys.append(int(each))
    return keys


def encode_strings(name: str, value: Any) -> list[str]:
    """Accept a list or tuple of texts."""
    if isinstance(value, str | bytes | bytearray) or not isinstance(value, Sequence):
        raise InvalidRequest(name, f"is a list of texts, not {_kind(value)}")
    return [encode_str(name, each) for each in value]  # pyright: ignore[reportUnknownVariableType]


def one_of(values: Sequence[str]) -> Encoder:
    """Make an encoder that accepts these texts only."""
    rule = f"is one of {', '.join(values)}"
    known = frozenset(values)

    def encode_choice(name: str, value: Any) -> str:
        text = encode_str(name, value)
        if text not in known:
            raise InvalidRequest(name, rule)
        return text

    return encode_choice


def demand(encoder: Encoder, holds: Callable[[Any], bool], rule: str) -> Encoder:
    """Make an encoder that accepts what another one accepts, if it also keeps a rule."""

    def encode_narrowly(name: str, value: Any) -> WireValue:
        wire = encoder(name, value)
        if not holds(wire):
            raise InvalidRequest(name, rule)
        return wire

    return encode_narrowly


def at_most(characters: int) -> Callable[[str], bool]:
    """Whether a text is no longer than that."""
    return lambda text: len(text) <= characters


def between(least: int, greatest: int) -> Callable[[int], bool]:
    """Whether a number is one of these."""
    return lambda number: least <= number <= greatest


def form(pattern: str) -> Callable[[str], bool]:
    """Whether a text has a form, or is empty."""
    known = re.compile(f"({pattern})?")
    return lambda text: known.fullmatch(text) is not None


def encode_by_type(name: str, value: Any) -> WireValue:
    """Encode by the value's own type, where nothing is known about the parameter."""
    for kind, encoder in _BY_TYPE:
        if isinstance(value, kind):
            return encoder(name, value)
    raise InvalidRequest(
        name, f"cannot be sent as {_kind(value)}; leave it out, or give text, a number or a date"
    )


def _encode_sequence(name: str, value: Any) -> WireValue:
    return (encode_strings if value and isinstance(value[0], str) else encode_ids)(name, value)


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
