"""The sandbox can contradict the client only as long as it shares nothing with it."""

from __future__ import annotations

import ast
from pathlib import Path

import odapi_async.sandbox

FOLDER = Path(odapi_async.sandbox.__file__).parent


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_no_module_imports_anything_of_the_client() -> None:
    files = list(FOLDER.rglob("*.py"))
    assert len(files) > 10
    for file in files:
        names = imported(file)
        shared = {
            name
            for name in names
            if name.startswith("odapi_async") and not name.startswith("odapi_async.sandbox")
        }
        assert not shared, f"{file.name} imports {shared}"
        assert not names & {"aiohttp.client", "aiolimiter", "anyio"}
