"""Checks of values that a test writes into rows, in the form in which rows store them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from odapi_async.sandbox.catalogue import Field
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.spelling import suggestion

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_MOMENT: Final = re.compile(f"{_DATE.pattern} {_TIME.pattern}")
_INTS: Final = range(-(2**63), 2**63)


def check(fields: Iterable[Field], values: Row) -> None:
    """Check values that are written into a row with these fields.

    Raises:
        ValueError: a field is unknown, or a value has the wrong type or form.
    """
    known = {field.name: field.type for field in fields}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"there is no field {name!r}; {suggestion(name, known)}")
        form, fits = _FORMS.get(known[name], _FORMS["str"])
        if not fits(value):
            raise ValueError(f"{name} must be {form}")


def _is_int(value: Any) -> bool:
    return type(value) is int and value in _INTS


def _is_number(value: Any) -> bool:
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_int, cast("Sequence[Any]", value)))


def _in_form(*patterns: re.Pattern[str]) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if not isinstance(value, str) or not any(pattern.fullmatch(value) for pattern in patterns):
            return False
        try:
            dt.datetime.fromisoformat(f"2000-01-01 {value}" if _TIME.fullmatch(value) else value)
        except ValueError:
            return False
        return True

    return fits


_FORMS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "int": ("a whole number of 64 bits", _is_int),
    "float": ("a number", _is_number),
    "bool": ('"true" or "false"', lambda value: value in ("true", "false")),
    "date": ("a date as yyyy-MM-dd", _in_form(_DATE)),
    "datetime": ("a time as yyyy-MM-dd HH:mm:ss or HH:mm:ss", _in_form(_MOMENT, _TIME)),
    "time": ("a time as HH:mm:ss", _in_form(_TIME)),
    "list[int]": ("a list of whole numbers", _is_list),
    "str": ("a text", lambda value: isinstance(value, str)),
}
"""What a value of each type must be: in words, and as a test."""
