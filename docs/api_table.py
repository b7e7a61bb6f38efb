"""Writes docs/api.md, the table of all operations, from the code: `python docs/api_table.py`."""
# ruff: noqa: INP001 - it is in the folder of its page, which is not a package

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from odapi_async import resources
from odapi_async._core.operation import Operation

PAGE: Final = Path(__file__).with_name("api.md")

_HEAD: Final = """\
# Which operations are there?

There are {operations} operations of {resources} resources. `python docs/api_table.py` writes this page from
the code, and a test fails if the two differ. The parameters and the result of an operation are in its type
hints and its docstring: `help(practice.patients.create)`.

- **call**: the Python code. A list method returns a [`Rows`](paging.md).
- **permission**: the permission that the developer needs at the office; reading needs ReadAll. The
  permissions also [set the pace](throttling.md). "portal key": the operation needs a key of the developer
  portal instead of a customer key.
- **since**: the first version of Open Dental that has the operation; "?" if the reference does not say.
- **notes**: *not idempotent* means that doing it twice is not the same as doing it once. So it is
  [never sent again](writes.md) if it may have been executed. The same is true of every POST. *read-only*
  means that it changes nothing, although its method is not GET. *deprecated* names the version that
  deprecated it; a call issues a warning.

For an operation that is not in these tables, use `practice.request("GET", "/path")` or
`practice.rows("/path")`.
"""

_TABLE: Final = "| call | request | permission | since | notes |\n|---|---|---|---|---|"


def render() -> str:
    """Return the whole page."""
    found = [(module, _operations(module)) for module in _modules()]
    sections = [_section(module, operations) for module, operations in found]
    count = sum(len(operations) for _, operations in found)
    return "\n".join([_HEAD.format(operations=count, resources=len(found)), *sections])


def _modules() -> Iterator[ModuleType]:
    for each in sorted(pkgutil.iter_modules(resources.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{resources.__name__}.{each.name}")
        if _operations(module):
            yield module


def _operations(module: ModuleType) -> dict[str, Operation[Any]]:
    names: dict[str, Any] = vars(module)
    return {
        name.lower(): each
        for name, each in names.items()
        if isinstance(each, Operation) and not name.startswith("_")
    }


def _section(module: ModuleType, operations: dict[str, Operation[Any]]) -> str:
    attribute = module.__name__.rpartition(".")[2]
    about = (module.__doc__ or "").splitlines()[0].partition(": ")[2]
    about = about[:1].upper() + about[1:]
    lines = [_line(f"practice.{attribute}.{method}", each) for method, each in operations.items()]
    return "\n".join([f"## {attribute}", "", about, "", _TABLE, *lines, ""])


def _line(call: str, operation: Operation[Any]) -> str:
    cells = (
        f"`{call}`",
        f"`{operation.name}`",
        operation.permission or "portal key",
        operation.since or "?",
        _notes(operation),
    )
    return " ".join(f"| {cell}".rstrip() for cell in cells) + " |"


def _notes(operation: Operation[Any]) -> str:
    notes = {
        "not idempotent": not operation.idempotent and operation.method != "POST",
        "read-only": operation.read_only and operation.method != "GET",
        f"deprecated {operation.deprecated}": operation.deprecated is not None,
    }
    return ", ".join(note for note, applies in notes.items() if applies)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
