"""Names that somebody typed, held against the names that there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from odapi_async import ConfigurationError
from odapi_async.mirror.plans import BY_TABLE


def check_tables(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of tables.

    Raises:
        ConfigurationError: there is no such table; the text says which is near.
    """
    names = tuple(names)
    for name in names:
        if name not in BY_TABLE:
            raise ConfigurationError(f"there is no table {shown(name)}{nearest(name, BY_TABLE)}")
    return names


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which name was perhaps meant, or which there are if none is near."""
    by_lower = {each.lower(): each for each in known}
    # somebody who knows the API spells `procedure_logs` as `procedurelogs`
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]}?" if close else f"; there are {', '.join(by_lower.values())}"


def shown(name: str) -> str:
    """Make a name safe to show in a line."""
    return name if name.isprintable() else ascii(name)
