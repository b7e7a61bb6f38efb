"""Finds rows that a filter excludes: an office that does not know a filter ignores it and sends all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, cast, get_args

import msgspec

from odapi_async._wire.parameters import parameters

_UNKNOWN: Final = (0, "", None, False)
"""The values of a field that the office may not have sent."""


@cache
def equality_filters(filters: type, row: type) -> Mapping[str, frozenset[str] | None]:
    """Return the filters that the field of the same name equals in each row that comes. Cached.

    Ids, flags and enumerations are such filters, unless they are marked as `Inexact`; texts are if they are
    marked as `Exact`, because most of them look for a part of a text.

    Args:
        filters: the TypedDict of the filters.
        row: the struct of the rows.

    Returns:
        The names, each with the values of its enumeration; None where every value can be compared.
    """
    fields = {each.encode_name for each in msgspec.structs.fields(row)} if _is_struct(row) else set[str]()
    return {
        name: _values(each.type)
        for name, each in parameters(filters).items()
        if name in fields and each.exact is not False and (each.exact or _is_exact(each.type))
    }


def excluded_field(
    rows: Iterable[object], query: Mapping[str, str], names: Mapping[str, frozenset[str] | None]
) -> str | None:
    """Return the first field of some rows that contradicts its filter; None if none does.

    Args:
        rows: structs, also of the caller's own, or dicts.
        query: the wire forms of the filters.
        names: the filters that can be compared, as from `equality_filters`.
    """
    given = [(name, query[name], values) for name, values in names.items() if query.get(name, "0") != "0"]
    for row in rows if given else ():
        for name, wanted, values in given:
            found = _value(row, name)
            if found in _UNKNOWN or type(found) not in {int, str, bool}:
                continue
            text = str(found).lower() if found is True else str(found)
            if text != wanted and (values is None or text in values):
                return name
    return None


def _is_struct(row: type) -> bool:
    return issubclass(row, msgspec.Struct)


def _is_exact(hint: Any) -> bool:
    return hint in {int, bool} or _values(hint) is not None


def _values(hint: Any) -> frozenset[str] | None:
    for member in get_args(hint):
        if isinstance(member, type) and issubclass(member, StrEnum):
            return frozenset(each.value for each in member)
    return None


def _value(row: object, name: str) -> object:
    if isinstance(row, Mapping):
        return cast("Mapping[str, object]", row).get(name)
    kind: type = type(row)
    return getattr(row, _attributes(kind).get(name, name), None)


@cache
def _attributes(row: type) -> Mapping[str, str]:
    return {each.encode_name: each.name for each in msgspec.structs.fields(row)} if _is_struct(row) else {}
