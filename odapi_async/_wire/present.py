"""Tells which fields a body really has: a decoded row has all fields of its struct, some with defaults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, get_type_hints

import msgspec

from odapi_async._wire.constraints import Alias
from odapi_async._wire.hints import is_struct, members
from odapi_async._wire.names import names_in


def present_fields(row_type: Any, body: bytes, *, dates: bool = True) -> frozenset[str]:
    """Return the wire names of a struct's fields that the first row of a body has.

    Args:
        row_type: the struct; of another type there are none.
        body: one row, or a list of rows.
        dates: whether dates and date-times count; False for a body in a format of the caller's, which may
            leave a part of them out.
    """
    if not is_struct(row_type):
        return frozenset()
    names = names_in(body)
    folded = {name.strip().casefold() for name in names}
    return frozenset(
        name
        for name, (others, is_date) in _fields(row_type).items()
        if (name in names or not others.isdisjoint(folded)) and (dates or not is_date)
    )


@lru_cache(maxsize=256)
def _fields(row_type: type[msgspec.Struct]) -> Mapping[str, tuple[frozenset[str], bool]]:
    """Return, by wire name, the spellings that mean this field alone, and whether it is a date."""
    hints = get_type_hints(row_type, include_extras=True)
    wire_names = {each.name: each.encode_name for each in msgspec.structs.fields(row_type)}
    spelled = Counter(name.casefold() for name in wire_names.values())
    return {
        wire_name: (
            frozenset(
                {
                    *(each for each in (wire_name.casefold(),) if spelled[each] == 1),
                    *(
                        mark.name.strip().casefold()
                        for mark in getattr(hints[name], "__metadata__", ())
                        if isinstance(mark, Alias)
                    ),
                }
            ),
            any(isinstance(kind, type) and issubclass(kind, date) for kind in members(hints[name])),
        )
        for name, wire_name in wire_names.items()
    }
