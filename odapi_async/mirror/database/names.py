"""The names of columns, derived from the fields of structs. Pure: it needs no library."""

from __future__ import annotations

from collections import Counter
from types import NoneType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

SERVER_TIME: Final = "serverDateTime"
"""A field that belongs to the response and not to the row."""


class Column(NamedTuple):
    """One field as a column.

    Attributes:
        wire: the name of the field in the API.
        name: the name of the column.
        kind: the Python type of its values.
    """

    wire: str
    name: str
    kind: type


def columns(struct: type[Any]) -> list[Column]:
    """Return the columns of a struct, in the order of its fields.

    Databases treat `Confirmed` and `confirmed` as the same name unless a query quotes it. So columns are in
    lower case, and a query may use any case. If two fields differ only in case, the column of the one that
    starts in lower case, which is the text, ends with `_text`.
    """
    hints = get_type_hints(struct)
    names = [name for name in struct.__struct_fields__ if name != SERVER_TIME]
    pairs = {name for name, count in Counter(map(str.lower, names)).items() if count > 1}
    return [Column(name, _column_name(name, pairs), _kind(hints[name])) for name in names]


def _column_name(wire: str, pairs: set[str]) -> str:
    lower = wire.lower()
    return f"{lower}_text" if lower in pairs and wire[0].islower() else lower


def _kind(hint: Any) -> type:
    kinds = [kind for kind in get_args(hint) if kind is not NoneType] if get_origin(hint) else [hint]
    return list if get_origin(hint) is list else kinds[0]
