"""Writes the table at the end of docs/values.md from the code: `python docs/writes_table.py`."""
# ruff: noqa: INP001 - it is in the folder of its page, which is not a package

from __future__ import annotations

import importlib
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_origin, get_type_hints

from odapi_async.resources import names, operations
from odapi_async.resources.base import Resource

PAGE: Final = Path(__file__).with_name("values.md")

_HEADING: Final = "## Which write returns what?\n"
_TEXT: Final = """
`python docs/writes_table.py` writes this table from the code, and a test fails if the two differ.
Reads are not in it: each of them returns its row, a list, or a [`Rows`](paging.md).

| `practice.…` | the row | several rows | text: the path of a file | `None` |
|---|---|---|---|---|
"""
_KINDS: Final = ("row", "rows", "text", "none")


def render() -> str:
    """Return the whole page: what a person wrote, and the table."""
    before, heading, _ = PAGE.read_text(encoding="utf-8").partition(_HEADING)
    lines = [line for name in names() if (line := _line(name))]
    return "".join([before, heading, _TEXT, *lines])


def _line(resource: str) -> str:
    kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, operation in operations(resource).items():
        if not operation.read_only:
            kinds[_kind(_method(resource, name))].append(f"`{name}`")
    if not any(kinds.values()):
        return ""
    cells = (f"`{resource}`", *(", ".join(each) for each in kinds.values()))
    return " ".join(f"| {cell}".rstrip() for cell in cells) + " |\n"


def _method(resource: str, name: str) -> Any:
    module = importlib.import_module(f"odapi_async.resources.{resource}")
    classes = [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Resource)
    ]
    return next(vars(each)[name] for each in classes if name in vars(each))


def _kind(method: Any) -> str:
    result = get_type_hints(method)["return"]
    if get_origin(result) is not None:
        return "rows"
    return {NoneType: "none", str: "text"}.get(result, "row")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
