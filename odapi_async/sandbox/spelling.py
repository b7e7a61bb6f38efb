"""Resources, faults and numbers of rows as people write them, and hints for misspelled names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from odapi_async.sandbox import catalogue

_LONGEST: Final = 100  # characters of a name that are compared: the comparison takes the square of them
_MOST_LISTED: Final = 200


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a hint for a misspelled name: the most similar known name, or all of them if they are few."""
    names, name = list(known), name[:_LONGEST]
    same = [each for each in names if each.lower() == name.lower()]
    close = same or difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are {', '.join(names)}" if len(names) <= _MOST_LISTED else "none is like it"


def resource_name(name: str) -> str:
    """Return a resource's name in the path. `procedure_logs` means `procedurelogs`.

    Raises:
        ValueError: there is no such resource.
    """
    found = name.replace("_", "").lower()
    known = catalogue.load()
    if found not in known:
        raise ValueError(f"there is no resource {name!r}; {suggestion(found, known)}")
    return found


def parse_rows(texts: Iterable[str]) -> dict[str, int]:
    """Return numbers of rows by resource from texts such as `appointments=500`.

    Raises:
        ValueError: a text has another form, or there is no such resource.
    """
    rows: dict[str, int] = {}
    for text in texts:
        name, _, count = text.partition("=")
        if not count.isdecimal():
            raise ValueError(f"{text!r} is not RESOURCE=NUMBER, such as appointments=500")
        rows[resource_name(name)] = int(count)
    return rows
