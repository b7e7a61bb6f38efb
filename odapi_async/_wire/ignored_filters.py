"""Finds rows that a filter excludes: an office that does not know a filter ignores it and sends all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple, cast, get_args

from odapi_async._wire.hints import attributes_of
from odapi_async._wire.parameters import parameters

_BOOLEANS: Final = {"1": "true", "0": "false"}


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
    fields = attributes_of(row)
    return {
        name: enum_values(each.type)
        for name, each in parameters(filters).items()
        if name in fields and each.exact is not False and (each.exact or _is_exact(each.type))
    }


class GivenFilter(NamedTuple):
    """A filter that a request has, and that the field of the same name equals in each row.

    Attributes:
        name: the name of both.
        wanted: the wire form of the filter's value, without upper case.
        values: the values of its enumeration, likewise; None where every value can be compared.
    """

    name: str
    wanted: str
    values: frozenset[str] | None


def given_filters(filters: type, row: type, query: Mapping[str, str], body: bytes) -> Sequence[GivenFilter]:
    """Return the filters of a request that can be compared with its rows.

    A filter by 0 is not: it may mean all. Neither is one by a field that the office did not send.

    Args:
        filters: the TypedDict of the operation's filters.
        row: the struct of its rows.
        query: the wire forms of the filters that are given.
        body: the response.
    """
    return [
        GivenFilter(name, query[name].lower(), values)
        for name, values in equality_filters(filters, row).items()
        if query.get(name, "0") != "0" and f'"{name}"'.encode() in body
    ]


def excluded_field(rows: Iterable[object], filters: Sequence[GivenFilter]) -> str | None:
    """Return the first field of some rows that contradicts its filter; None if none does.

    A row's empty text, None or 0 contradicts nothing: it may mean that the row has none.

    Args:
        rows: structs, also of the caller's own, or dicts.
        filters: the filters, as from `given_filters`.
    """
    for row in rows if filters else ():
        for name, wanted, values in filters:
            found = _value(row, name)
            if type(found) not in {int, str, bool} or (found is not False and not found):
                continue
            text = str(found).lower()
            if wanted in {"true", "false"}:
                text = _BOOLEANS.get(text, text)
            if text != wanted and (values is None or text in values):
                return name
    return None


def _is_exact(hint: Any) -> bool:
    return hint in {int, bool} or enum_values(hint) is not None


def enum_values(hint: Any) -> frozenset[str] | None:
    """Return the values of an enumeration in a type, without upper case; None if it has none."""
    for member in get_args(hint):
        if isinstance(member, type) and issubclass(member, StrEnum):
            return frozenset(each.value.lower() for each in member)
    return None


def _value(row: object, name: str) -> object:
    if isinstance(row, Mapping):
        return cast("Mapping[str, object]", row).get(name)
    kind: type = type(row)
    return getattr(row, attributes_of(kind).get(name, name), None)
