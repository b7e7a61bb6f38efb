"""Conversion of `NAME=VALUE` arguments to the values that the SDK takes. Pure.

A text is converted only if it clearly has the type of its parameter. Any other text stays text, so that the
SDK alone refuses it, with its own message.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, get_origin

import msgspec

from odapi_async.cli.days import day_rule, is_day_word, parse_day
from odapi_async.cli.errors import UsageError
from odapi_async.resources import DateLike, DateTimeLike, Ids, Money, Operation, TimeLike, parameters

_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?", re.ASCII | re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,30}", re.ASCII)  # a longer one is no number of the API
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_BOOLEANS: Final = {"true": True, "false": False}
_JSON: Final = msgspec.json.Decoder[Any](float_hook=Decimal)  # exact, as it was typed


def parse_pairs(words: Sequence[str]) -> dict[str, str]:
    """Parse words as `NAME=VALUE`.

    Raises:
        UsageError: a word has another form, or a name is given twice. The message never shows a value.
    """
    found: dict[str, str] = {}
    for number, word in enumerate(words, 1):
        name, is_pair, value = word.partition("=")
        if not is_pair or not _NAME.fullmatch(name):
            raise UsageError(
                f"value {number} is not NAME=VALUE; write no spaces around the =, "
                "and put quotes around a value that contains spaces"
            )
        if name in found:
            raise UsageError(f"{name} is given twice")
        found[name] = value
    return found


def parse_body(text: bytes) -> dict[str, Any]:
    """Parse a JSON object.

    Raises:
        UsageError: the text is not a JSON object.
    """
    try:
        found = _JSON.decode(text.removeprefix(codecs.BOM_UTF8))  # some editors write a byte order mark
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError("the body is not JSON") from None
    except ArithmeticError:  # an exponent that no Decimal has
        raise UsageError("the body has a number that cannot be read") from None
    except RecursionError:
        raise UsageError("the body has too many levels") from None
    if not isinstance(found, dict):
        raise UsageError('the body is not a JSON object, such as {"LName": "Smith"}')
    return found  # pyright: ignore[reportUnknownVariableType]


def convert(operation: Operation[Any], texts: Mapping[str, str]) -> dict[str, object]:
    """Convert texts to the types of an operation's filters or body fields.

    Args:
        operation: the operation.
        texts: texts by wire name; a name that the operation does not know keeps its text.

    A day may be a word, such as `today-7`. A moment may be one only in a filter: a write at midnight is
    rarely meant.
    """
    known = parameters(operation)
    found: dict[str, object] = {}
    for name, text in texts.items():
        kind = known[name].type if name in known else None
        is_day = _takes_words(operation, kind)
        found[name] = _converter(kind)(parse_day(text, _today()) if is_day else text)
    return found


def text_rule(operation: Operation[Any], name: str, value: object) -> str | None:
    """Return what a value must be, in the words of the command line; None if the SDK says it as well.

    Args:
        operation: the operation.
        name: the wire name of a filter or a body field.
        value: the value that the SDK refuses.
    """
    known = parameters(operation)
    if value is None and operation.body is None:
        return "must not be empty: leave it out"
    if not isinstance(value, str) or name not in known:
        return None
    kind = known[name].type
    if kind not in {DateLike, DateTimeLike}:
        return _RULES.get(kind)
    if _ISO.fullmatch(value):
        return None  # the form is right, but there is no such day
    if _takes_words(operation, kind):
        forms = "YYYY-MM-DD" if kind is DateLike else f"YYYY-MM-DD, {_MOMENT}"
        # in a file for --body, a word is none
        return day_rule(value, f"{forms}, or" if operation.body is None else f"{forms}; as NAME=VALUE also")
    return f"must be {_MOMENT}{': a word alone would be midnight' if is_day_word(value) else ''}"


def _takes_words(operation: Operation[Any], kind: Any) -> bool:
    return kind is DateLike or (kind is DateTimeLike and operation.body is None)


def convert_id(text: str) -> object:
    """Convert the id of a row."""
    return _int(text)


def _converter(kind: Any) -> Callable[[str], object]:
    if kind not in _CONVERTERS and get_origin(kind) is Sequence:
        return _objects  # a list of objects, whatever their fields
    return _CONVERTERS.get(kind, _keep)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()  # that of this machine


def _keep(text: str) -> object:
    return text


def _int(text: str) -> object:
    return int(text) if _WHOLE.fullmatch(text) else text


def _bool(text: str) -> object:
    return _BOOLEANS.get(text.lower(), text)


def _money(text: str) -> object:
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _date(text: str) -> object:
    return text or None  # an empty value means "no date"


def _ints(text: str) -> object:
    return [_int(each.strip()) for each in text.split(",")] if text else []


def _texts(text: str) -> object:
    return text.split(",") if text else []


def _objects(text: str) -> object:
    try:
        return _JSON.decode(text)
    except (msgspec.DecodeError, RecursionError, ArithmeticError):
        return text


_MOMENT: Final = "YYYY-MM-DD HH:MM:SS"
_RULES: Final[dict[Any, str]] = {
    int: "must be a whole number",
    bool: "must be true or false",
    Money: "must be an amount such as 12.50",
    TimeLike: "must be a time as HH:MM:SS",
}
_CONVERTERS: Final[dict[Any, Callable[[str], object]]] = {
    int: _int,
    bool: _bool,
    DateLike: _date,
    DateTimeLike: _date,
    Money: _money,
    Ids: _ints,
    Sequence[str]: _texts,
}
