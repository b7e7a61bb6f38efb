"""The file of names that completion needs: `python -m tests.architecture.names` writes it."""

from __future__ import annotations

import json
import re
from typing import Any

from odapi_async import resources
from odapi_async.cli.known_names import FILE, Names, OperationNames, ResourceNames
from odapi_async.mirror import PLANS


def make_names() -> Names:
    """Return the names of all resources, as they are in the code."""
    rows: dict[str, list[str]] = {}
    found = {name: _resource(name, rows) for name in resources.names()}
    return Names(resources=found, rows=rows, tables=[plan.table for plan in PLANS])


def as_text(names: Names) -> str:
    """Return the text of the file, in lines that make differences easy to read."""
    parts: list[str] = []
    for key in ("resources", "rows"):
        content: dict[str, Any] = {**names[key]}
        lines = [f" {json.dumps(name)}: {_dumped(each)}" for name, each in content.items()]
        parts.append(f'"{key}": {{\n' + ",\n".join(lines) + "\n}")
    parts.append(f'"tables": {_dumped(names["tables"])}')
    return "{" + ",\n".join(parts) + "}\n"


def _dumped(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _resource(name: str, rows: dict[str, list[str]]) -> ResourceNames:
    operations: dict[str, OperationNames] = {}
    for method, operation in resources.operations(name).items():
        columns = [*getattr(operation.returns, "__struct_fields__", ())]
        row = f"{name}.{operation.returns.__name__}" if columns else ""
        if columns:
            rows[row] = columns
        operations[method] = OperationNames(
            request=operation.name,
            permission=operation.permission,
            writes=not operation.read_only,
            since=operation.since,
            names=[*re.findall(r"{(\w+)}", operation.path), *resources.parameters(operation)],
            row=row,
        )
    return ResourceNames(about=resources.about(name) or "", operations=operations)


if __name__ == "__main__":
    FILE.write_text(as_text(make_names()), encoding="utf-8")
