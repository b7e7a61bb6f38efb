"""One value of a row as the text of one cell, and the names of columns. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from odapi_async.cli.errors import WrongInput

ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
"""Writes rows as JSON; money as a number, with all of its digits."""


def cell(value: object) -> str:
    """Write a value as the API's users know it: no date is an empty cell, a time has no T."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return ENCODER.encode(value).decode().strip('"')


def pretty(value: object) -> str:
    """Write JSON for people."""
    return msgspec.json.format(ENCODER.encode(value), indent=2).decode()


def printable(text: str) -> str:
    """Make a text safe to show on a terminal, in one line: a note may hold anything."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


def value_of(row: Any, name: str) -> object:
    """Return a column of a row, be it a struct or a dictionary; None if this row has no such column."""
    return cast("dict[str, object]", row).get(name) if isinstance(row, dict) else getattr(row, name, None)


def names_of(row: Any) -> tuple[str, ...]:
    """Return the columns of a row, or of a type of rows; none of a type whose columns are open."""
    if isinstance(row, dict):
        return tuple(cast("dict[str, object]", row))
    return tuple(getattr(row, "__struct_fields__", ()))


def chosen(columns: str | None, known: Sequence[str]) -> list[str]:
    """Read names as `A,B`, or take all that are known.

    Args:
        columns: the names; None for all.
        known: the columns that there are; empty if nobody can say yet, and then every name passes.

    Raises:
        WrongInput: a column does not exist; the text says which is near.
    """
    if columns is None:
        return [*known]
    names = [each.strip() for each in columns.split(",") if each.strip()]
    for name in names:
        if known and name not in known:
            raise WrongInput(f"there is no column {name}; {_hint(name, known)}")
    if not names:
        raise WrongInput("--columns names no column")
    return names


def _hint(name: str, known: Sequence[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f"did you mean {by_lower[close[0]]}?" if close else f"there are {', '.join(known)}"
