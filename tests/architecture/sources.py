"""The files of the package, parsed once for all tests of a process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

import odapi_async

ROOT: Final = Path(odapi_async.__file__).parent
FILES: Final = sorted(ROOT.rglob("*.py"))


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


@cache
def nodes_of(file: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a file's tree, in the order of `ast.walk`."""
    return tuple(ast.walk(tree_of(file)))
