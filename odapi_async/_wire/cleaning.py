"""Checks decoded rows, and completes them: numbers and dates that mean None become None.

A row without its id is an error: some servers answer 200 with an error object, and its row would have only
default values. So is an amount that is not finite, or has an exponent that no server's number has. The C
decoder cannot check this. A function generated for each struct does: straight-line comparisons were the
fastest way measured, and they also work for a caller's own struct (`Rows.into`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from types import NoneType
from typing import Any, Final, cast, get_type_hints

import msgspec

from odapi_async._wire.amounts import MAX_EXPONENT, is_plausible
from odapi_async._wire.constraints import NullNumber, Since
from odapi_async._wire.hints import has_fields, is_struct, members, types_in

SERVER_TIME: Final = "serverDateTime"
"""A field that belongs to the response and not to the row."""

_UNUSUAL: Final = (True, *(False for _ in range(MAX_EXPONENT)))
"""By exponent, whether an amount is looked at. Also a negative exponent finds its place, from the end.

0 is the exponent of amounts that are not finite, of those that mean None, and of few others.
"""

Clean = Callable[[list[Any]], tuple[Any, str | None] | None]
"""Completes rows, and returns the first one that cannot be right, with the wire name of its field."""


def row_id_fields(row_type: Any) -> tuple[str, ...]:
    """Return the fields of which one is the id of a row: the first one, unless the struct names others."""
    named: tuple[str, ...] | None = getattr(row_type, "__id_fields__", ())
    if named is not None:
        return named
    return (next(name for name in row_type.__struct_fields__ if name != SERVER_TIME),)


def id_fields(row_type: Any) -> tuple[str, ...]:
    """Return the id fields that each row has; none if an older server does not send them."""
    found = row_id_fields(row_type)
    hints = get_type_hints(row_type, include_extras=True) if found else {}
    rules: list[Any] = [rule for name in found for rule in getattr(hints[name], "__metadata__", ())]
    return () if any(isinstance(rule, Since) for rule in rules) else found


def cleaner(row_type: type[Any], is_wanted: Callable[[Any], bool] = lambda _: True) -> Clean | None:
    """Generate a function that completes and checks rows.

    Args:
        row_type: the type of the rows.
        is_wanted: whether it turns minimum dates and numbers that mean None into None in a field of this
            type.

    Returns:
        The function; None if there is nothing to do.
    """
    if not is_struct(row_type):
        return _check_rows if has_amounts(row_type) else None
    ids = id_fields(row_type)
    lines = [f"if not ({' or '.join(f'row.{name}' for name in ids)}): return row, {ids[0]!r}"] if ids else []
    scope: dict[str, Any] = {
        "put": msgspec.structs.force_setattr,
        "are_plausible": are_plausible,
        "find_wrong": _find_wrong,
        "unusual": _UNUSUAL,
    }
    hints = get_type_hints(row_type, include_extras=True)
    for field in msgspec.structs.fields(row_type):
        hint, name = hints[field.name], field.name
        value = _value_for_none(hint) if is_wanted(hint) else None
        if value is not None:
            scope[f"none_{name}"] = value
        lines += _lines(name, repr(field.encode_name), hint, has_none=value is not None)
    if not lines:
        return None
    arguments = ", ".join(f"{name}={name}" for name in scope)
    body = "\n   ".join([" try:\n  for row in rows:", *lines])
    source = f"def clean(rows, {arguments}):\n{body}\n except IndexError:\n  return find_wrong(rows)"
    exec(source, scope)  # noqa: S102 - it contains no names but those of the struct's fields
    return scope["clean"]  # type: ignore[no-any-return]


def _lines(name: str, wire: str, hint: Any, *, has_none: bool) -> Iterator[str]:
    """Return the statements for one field of a row."""
    kinds = members(hint)
    put = f"if value == none_{name}: put(row, {name!r}, None)" if has_none else ""
    if [each for each in kinds if each is not NoneType] == [Decimal]:
        yield from _decimal_lines(name, wire, put, is_optional=NoneType in kinds)
    elif has_amounts(hint):
        yield f"value = row.{name}"
        yield f"if not are_plausible(value): return row, {wire}"
        yield put or "pass"
    elif put:
        yield put.replace("value", f"row.{name}", 1)


def _decimal_lines(name: str, wire: str, put: str, *, is_optional: bool) -> Iterator[str]:
    """Return the statements for a Decimal: one look into a table, which is the fastest way measured."""
    wrong = f"return row, {wire}"
    if not put and not is_optional:
        yield f"if unusual[row.{name}.adjusted()] and not row.{name}.is_finite(): {wrong}"
        return
    yield f"value = row.{name}"
    yield f"if {'value is not None and ' if is_optional else ''}unusual[value.adjusted()]:"
    yield f" if not value.is_finite(): {wrong}"
    if put:
        yield f" {put}"


def _find_wrong(rows: Iterable[Any]) -> tuple[Any, str]:
    """Return the first row with an exponent that is not in the table, and its field."""
    return next(
        (row, field.encode_name)
        for row in rows
        for field in msgspec.structs.fields(row)
        if not are_plausible(getattr(row, field.name))
    )


def _check_rows(rows: Iterable[Any]) -> tuple[Any, None] | None:
    return next(((row, None) for row in rows if not are_plausible(row)), None)


def has_amounts(hint: Any) -> bool:
    """Return whether a type has amounts in it."""
    return any(each is Decimal or each is float for each in types_in(hint))


def are_plausible(value: Any) -> bool:
    """Return whether all amounts in a value are plausible."""
    if isinstance(value, Decimal):
        return is_plausible(value)
    if isinstance(value, float):
        return isfinite(value)
    return all(map(are_plausible, _items(value)))


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if isinstance(value, list | tuple | set | frozenset):
        return cast("Iterable[Any]", value)
    return (getattr(value, name) for name in _field_names(type(value)))  # type: ignore[arg-type]  # is hashable


@lru_cache(maxsize=256)
def _field_names(kind: type) -> Sequence[str]:
    return tuple(get_type_hints(kind)) if has_fields(kind) else ()


def _value_for_none(hint: Any) -> Any:
    """Return the value that means None in a field, in the field's own type; None if there is none."""
    constraints: tuple[Any, ...] = getattr(hint, "__metadata__", ())
    number = next((each.number for each in constraints if isinstance(each, NullNumber)), None)
    if number is None:
        return _minimum(hint)
    # a Decimal is compared with a Decimal in half the time
    return Decimal(number) if Decimal in members(hint) else number


def _minimum(hint: Any) -> date | None:
    kinds = members(hint)
    if NoneType not in kinds:
        return None
    return next((kind.min for kind in (datetime, date) if kind in kinds), None)
