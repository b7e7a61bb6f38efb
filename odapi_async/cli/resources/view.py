"""The list of resources as text and as JSON. Pure."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from odapi_async.cli.known_names import OperationNames, ResourceNames, names
from odapi_async.errors import suggestion

_LETTERS: Final = {"list": "l", "get": "g", "create": "c", "update": "u", "delete": "d"}
_HEAD: Final = ("resource", "lgcud+", "what it is [permission to write]")
_GAP: Final = "  "
_NARROWEST: Final = 20
_WIDEST: Final = 120


def find(words: Iterable[str]) -> dict[str, ResourceNames]:
    """Return the resources that have all words in their name, their path or their description."""
    wanted = [word.lower() for word in words]
    return {
        name: each
        for name, each in names()["resources"].items()
        if all(word in text for text in [_searched(name, each)] for word in wanted)
    }


def as_text(found: Mapping[str, ResourceNames], width: int) -> str:
    """Return a table with a line for each resource; a long description takes several.

    Args:
        found: the resources.
        width: the width of the terminal in characters.
    """
    lines = [(name, letters(each), _described(each)) for name, each in found.items()]
    widths = [max(len(line[column]) for line in [_HEAD, *lines]) for column in range(2)]
    rest = max(min(width, _WIDEST) - sum(widths) - 2 * len(_GAP), _NARROWEST)
    shown: list[str] = []
    for name, operations, text in (_HEAD, *lines):
        start = f"{name:<{widths[0]}}{_GAP}{operations:<{widths[1]}}{_GAP}"
        first, *more = textwrap.wrap(text, rest) or [""]
        shown += [f"{start}{first}".rstrip(), *(" " * len(start) + each for each in more)]
    return "\n".join(shown)


def as_json(found: Mapping[str, ResourceNames]) -> str:
    """Return the resources and their operations as one JSON array."""
    return json.dumps(
        [
            {
                "resource": name,
                "about": each["about"],
                "operations": [_operation(name, method, it) for method, it in each["operations"].items()],
            }
            for name, each in found.items()
        ],
        ensure_ascii=False,
    )


def not_found(words: Sequence[str]) -> str:
    """Return what to say if no resource has the words."""
    hint = suggestion(words[-1], names()["resources"])
    advice = hint if hint.startswith("did you mean") else "to see all: odapi resources"
    return f"no resource has {' and '.join(map(repr, words))}; {advice}"


def letters(resource: ResourceNames) -> str:
    """Return one letter for each usual operation that a resource has, and a + if it has others."""
    known = resource["operations"]
    more = "+" if known.keys() - _LETTERS.keys() else "-"
    return "".join(letter if name in known else "-" for name, letter in _LETTERS.items()) + more


def write_permissions(resource: ResourceNames) -> list[str]:
    """Return the permissions that its writes need."""
    writes = [each for each in resource["operations"].values() if each["writes"]]
    return [*dict.fromkeys(each["permission"] for each in writes if each["permission"])]


def _described(resource: ResourceNames) -> str:
    permissions = write_permissions(resource)
    return resource["about"].rstrip(".") + (f" [{', '.join(permissions)}]" if permissions else "")


def _operation(resource: str, method: str, operation: OperationNames) -> dict[str, object]:
    return {
        "name": f"{resource}.{method}",
        "request": operation["request"],
        "permission": operation["permission"],
        "writes": operation["writes"],
        "since": operation["since"],
        "parameters": operation["names"],
    }


def _searched(name: str, resource: ResourceNames) -> str:
    paths = " ".join(each["request"] for each in resource["operations"].values())
    return f"{name} {name.replace('_', ' ')} {resource['about']} {paths}".lower()
