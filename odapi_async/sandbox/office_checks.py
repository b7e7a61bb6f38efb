"""Checks of the arguments of an `Office`. Each error names the argument and what fits instead.

The arguments come from tests, markers and command lines, which no type checker has seen. The error is
always `ValueError`, whether a type or a value is wrong, so that a command line can catch it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from odapi_async.sandbox import versions
from odapi_async.sandbox.spelling import resource_name, suggestion

MAX_ROWS: Final = 10_000_000
"""Rows that a resource may have."""

_KEY: Final = re.compile(r"[!-~]+")


def customer_key(value: Any) -> None:
    """Refuse a key that does not fit into the Authorization header.

    Raises:
        ValueError: it is no text, it is empty, or it has other characters.
    """
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("customer_key must be a text of printable ASCII without spaces")


def permissions(value: Any, known: Sequence[str]) -> frozenset[str]:
    """Return a set of permissions.

    Raises:
        ValueError: it is no set of texts, or there is no such permission.
    """
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        raise ValueError(f"permissions must be a set of names, such as {{'ReadAll'}}, not {value!r}")  # noqa: TRY004
    names = frozenset(cast("Iterable[str]", value))
    for name in sorted(names.difference(known), key=str):
        hint = suggestion(str(name), known)
        raise ValueError(f"permissions: there is no permission {name!r}; {hint}")
    return names


def one_of(name: str, value: Any, known: Sequence[str]) -> None:
    """Refuse a value that is not among the known ones.

    Raises:
        ValueError: it is not.
    """
    if value not in known:
        raise ValueError(f"{name}: there is no {name} {value!r}; {suggestion(str(value), known)}")


def number(name: str, value: Any, unit: str, most: float = math.inf) -> None:
    """Refuse a number that is not finite, is negative, or is above `most`.

    Raises:
        ValueError: it is, or it is no number.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= most:
        bounds = "0 or more" if most == math.inf else f"from 0 to {most:g}"
        raise ValueError(f"{name} must be {unit}, {bounds}, not {value!r}")


def integer(name: str, value: Any) -> None:
    """Refuse what is no integer.

    Raises:
        ValueError: it is none.
    """
    if not _is_integer(value):
        raise ValueError(f"{name} must be a whole number, not {value!r}")


def rows(value: Any) -> dict[str, int]:
    """Return numbers of rows by the names of the resources in the path.

    Raises:
        ValueError: it is no mapping, there is no such resource, a resource is named twice, or a number is
            wrong.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"rows must be a mapping, such as {{'patients': 500}}, not {value!r}")  # noqa: TRY004
    found: dict[str, int] = {}
    for given, count in cast("Mapping[str, Any]", value).items():
        try:
            name = resource_name(str(given))
        except ValueError as error:
            raise ValueError(f"rows: {error}") from None
        if name in found:
            raise ValueError(f"rows names {name!r} twice; leave one out")
        if not _is_integer(count) or not 0 <= count <= MAX_ROWS:
            raise ValueError(f"rows[{given!r}] must be a whole number from 0 to {MAX_ROWS:,}, not {count!r}")
        found[name] = count
    return found


def version(value: Any) -> None:
    """Refuse what is no version.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str):
        raise ValueError(f"version must be a text, such as '24.4', not {value!r}")  # noqa: TRY004
    try:
        versions.parse(value)
    except ValueError as error:
        raise ValueError(f"version: {error}") from None


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
