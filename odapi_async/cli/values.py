"""From `name=value` as typed to values as the SDK takes them. Pure.

Only what is plainly of a parameter's type is converted. Everything else stays text, so that the SDK refuses
it in its own words, and in one place.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, NotRequired, Required, get_args, get_origin, get_type_hints

import msgspec

from odapi_async._wire import DateLike, DateTimeLike, Ids, Money
from odapi_async.cli.errors import WrongInput

_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_BOOLEANS: Final = {"true": True, "false": False}
_JSON: Final = msgspec.json.Decoder[Any](float_hook=Decimal)  # as typed, and not as a float has it


def pairs(words: Sequence[str]) -> dict[str, str]:
    """Read words as `name=value`.

    Raises:
        WrongInput: a word is none, or a name comes twice. The text never shows a value.
    """
    found: dict[str, str] = {}
    for number, word in enumerate(words, 1):
        name, is_pair, value = word.partition("=")
        if not is_pair or not _NAME.fullmatch(name):
            raise WrongInput(
                f"value {number} is not NAME=VALUE (no blanks around the =; quote what has some)"
            )
        if name in found:
            raise WrongInput(f"{name} is given twice")
        found[name] = value
    return found


def body_of(text: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        WrongInput: it is none.
    """
    try:
        found = _JSON.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WrongInput("the body is not JSON") from None
    if not isinstance(found, dict):
        raise WrongInput('the body is not a JSON object, such as {"LName": "Smith"}')
    return found  # pyright: ignore[reportUnknownVariableType]


def converted(shape: type | None, texts: Mapping[str, str]) -> dict[str, object]:
    """Convert texts by the types of the parameters whose names they have.

    Args:
        shape: the TypedDict of filters or body fields; None for an operation that takes nothing.
        texts: the values by wire name.
    """
    kinds: Mapping[str, Any] = _kinds(shape) if shape else {}
    return {name: _READERS.get(kinds.get(name), _as_is)(text) for name, text in texts.items()}


def key(text: str) -> object:
    """Convert the key of a row."""
    return _int(text)


@cache
def _kinds(shape: type) -> Mapping[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    return types.MappingProxyType({name: _plain(hint) for name, hint in hints.items()})


def _plain(hint: Any) -> Any:
    while get_origin(hint) in {Annotated, Required, NotRequired}:
        hint = get_args(hint)[0]
    if get_origin(hint) is get_origin(Ids) and get_args(hint)[0] not in {int, str}:
        return Sequence[Mapping[str, Any]]  # small objects, whatever they hold
    return hint


def _as_is(text: str) -> object:
    return text


def _int(text: str) -> object:
    return int(text) if _WHOLE.fullmatch(text) else text


def _bool(text: str) -> object:
    return _BOOLEANS.get(text.lower(), text)


def _money(text: str) -> object:
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _date(text: str) -> object:
    return text or None  # nothing at all is how "no date" is typed


def _ints(text: str) -> object:
    return [_int(each.strip()) for each in text.split(",")] if text else []


def _texts(text: str) -> object:
    return text.split(",") if text else []


def _objects(text: str) -> object:
    try:
        return _JSON.decode(text)
    except msgspec.DecodeError:
        return text


_READERS: Final[dict[Any, Callable[[str], object]]] = {
    int: _int,
    bool: _bool,
    DateLike: _date,
    DateTimeLike: _date,
    Money: _money,
    Ids: _ints,
    Sequence[str]: _texts,
    Sequence[Mapping[str, Any]]: _objects,
}
