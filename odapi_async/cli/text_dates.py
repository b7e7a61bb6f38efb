"""Rows whose dates are the server's text, for a caller who chose their format. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

import msgspec

_TYPES: Final[Mapping[str, type]] = {"DateFormatString": date, "DateTimeFormatString": datetime}


def formatted_types(arguments: Collection[str]) -> frozenset[type]:
    """Return the types that arguments choose a format for: `date`, `datetime`, both or none."""
    return frozenset(kind for name, kind in _TYPES.items() if name in arguments)


@cache
def with_text_dates(row_type: type[msgspec.Struct], kinds: frozenset[type]) -> type[msgspec.Struct]:
    """Return a struct with the same fields, but with text in place of the values of some types."""
    hints = get_type_hints(row_type, include_extras=True)
    fields: list[tuple[str, Any, Any]] = []
    for field in msgspec.structs.fields(row_type):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = msgspec.field(default_factory=field.default_factory)
        fields.append((field.name, _with_text(hints[field.name], kinds), default))
    return msgspec.defstruct(row_type.__name__, fields, bases=row_type.__bases__)


def _with_text(hint: Any, kinds: frozenset[type]) -> Any:
    if get_origin(hint) is Annotated:
        plain, *constraints = get_args(hint)
        return Annotated[(_with_text(plain, kinds), *constraints)]
    members = {
        get_args(each)[0] if get_origin(each) is Annotated else each for each in (hint, *get_args(hint))
    }
    return hint if kinds.isdisjoint(members) else str | None
