"""Query parameters as conditions on rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from odapi_async.sandbox.catalogue import Field, Operation
from odapi_async.sandbox.rows import Value
from odapi_async.sandbox.tables import Filter, Table

_NAMES: Final = frozenset({"LName", "FName"})
_NO_EARLIER: Final = ("on or after", "at or after")
_RISING: Final = frozenset({"DateTStamp", "SecDateTEdit"})


def filters(operation: Operation, table: Table, given: Mapping[str, Any]) -> list[Filter]:
    """Return the conditions that the checked parameters set; a parameter without a column sets none."""
    columns = {field.name for field in table.maker.fields}
    found: list[Filter] = []
    for field in operation.query:
        if field.name not in given:
            continue
        value = given[field.name]
        if field.name in columns:
            found.append(_on_column(field, value))
        elif field.type == "date" and table.maker.natural is not None:
            test = _DAYS.get(field.name.lower())
            if test is not None:
                found.append(Filter(table.maker.natural, f"{field.name}={value}", test(value)))
    return found


def _on_column(field: Field, value: Any) -> Filter:
    label = f"{field.name}={value}"
    notes = field.notes or ""
    if any(words in notes for words in _NO_EARLIER):
        return Filter(field.name, label, lambda found: found >= value, _since(field, value))
    if field.type == "datetime":
        return Filter(field.name, label, lambda found: found > value, _since(field, value))
    if field.name in _NAMES or "substring" in notes:
        part = value.casefold()
        return Filter(field.name, label, lambda found: part in found.casefold())
    if field.type == "date":
        return Filter(field.name, label, lambda found: found[:10] == value)
    return Filter(field.name, label, lambda found: found == value)


def _since(field: Field, value: str) -> str | None:
    return value if field.name in _RISING else None


def _on(day: str) -> Callable[[Value], bool]:
    return lambda found: found[:10] == day


def _from(day: str) -> Callable[[Value], bool]:
    return lambda found: found[:10] >= day


def _until(day: str) -> Callable[[Value], bool]:
    return lambda found: found[:10] <= day


_DAYS: Final = {"date": _on, "datestart": _from, "dateend": _until, "datefrom": _from, "dateto": _until}
