"""Values as the text of a cell, and the names of columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from odapi_async.cli.errors import UsageError
from odapi_async.errors import suggestion

ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
"""Encodes rows as JSON; an amount of money is a number with all of its digits."""


def cell(value: object) -> str:
    """Return the text of a value as the API writes it; no date is an empty cell, a date-time has no T."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return ENCODER.encode(value).decode().strip('"')


def indented_json(value: object) -> str:
    """Return indented JSON."""
    return msgspec.json.format(ENCODER.encode(value), indent=2).decode()


def value_of(row: Any, name: str) -> object:
    """Return a column of a row, which is a struct or a dictionary; None if the row lacks it."""
    return cast("dict[str, object]", row).get(name) if isinstance(row, dict) else getattr(row, name, None)


def column_names(row: Any) -> tuple[str, ...]:
    """Return the columns of a row or of a type of rows; none for a type with open columns."""
    if isinstance(row, dict):
        return tuple(cast("dict[str, object]", row))
    return tuple(getattr(row, "__struct_fields__", ()))


def chosen_columns(columns: str | None, known: Sequence[str]) -> list[str]:
    """Parse names of columns such as `A,B`.

    Args:
        columns: the names; None for all columns.
        known: the columns that exist; empty if they are not known yet, and then every name is accepted.

    Raises:
        UsageError: a column does not exist; the message suggests a name.
    """
    if columns is None:
        return [*known]
    names = [each.strip() for each in columns.split(",") if each.strip()]
    for name in names:
        if known and name not in known:
            raise UsageError(f"there is no column {name}; {suggestion(name, known)}")
    if not names:
        raise UsageError("--columns needs at least one name, such as --columns A,B")
    return names
