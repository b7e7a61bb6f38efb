"""Checks of the names that a person typed."""

from __future__ import annotations

from collections.abc import Iterable

from odapi_async.errors import ConfigurationError, suggestion
from odapi_async.mirror.one_line import on_one_line
from odapi_async.mirror.plans import BY_TABLE


def check_tables(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names if each of them is a table that the mirror can copy.

    Raises:
        ConfigurationError: there is no such table; the message suggests the nearest name.
    """
    names = tuple(names)
    for name in names:
        if name not in BY_TABLE:
            raise ConfigurationError(f"there is no table {on_one_line(name)}; {suggestion(name, BY_TABLE)}")
    return names
