"""Runs the code of a page as a reader would."""

from __future__ import annotations

import ast
import asyncio
import builtins
import inspect
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from types import CodeType
from typing import Any, Final, TypeVar

from odapi_async import OpenDental, Practice, Tier
from tests.docs.pages import Block, blocks

T = TypeVar("T")

PRESET: Final = ("od", "practice", "asyncio", "date", "datetime")
"""The names that a block finds if it is the body of an async function."""


def run_script(block: Block) -> None:
    """Run a block that starts an event loop itself."""
    exec(compiled(block), {"__name__": "__main__"})


def run_body(block: Block, **more: Any) -> dict[str, Any]:
    """Run a block that is the body of an async function, and return the names that it defines.

    Args:
        block: the block.
        more: names that earlier blocks of the page define.
    """

    async def run(od: OpenDental, practice: Practice) -> dict[str, Any]:
        given = dict(zip(PRESET, (od, practice, asyncio, date, datetime), strict=True))
        names: dict[str, Any] = {"__name__": "page", **given, **more}
        outcome = eval(compiled(block, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.iscoroutine(outcome):
            await outcome
        return names

    return in_practice(run)


def in_practice(run: Callable[[OpenDental, Practice], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function with a client and a practice, in a new event loop in asyncio's debug mode."""

    async def main() -> T:
        async with OpenDental() as od:
            return await run(od, od.practice("customer-key", tier=Tier.STANDARD))

    return asyncio.run(main(), debug=True)


def recipe(page: str, name: str) -> Any:
    """Return the function of this name from the one block of a page that defines it."""
    (block,) = (each for each in blocks("python") if each.page == page and f"def {name}(" in each.text)
    return run_body(block)[name]


def unknown_names(block: Block) -> set[str]:
    """Return the names that a block uses and that nothing defines, also in code that does not run."""
    known = {*dir(builtins), "__name__"}
    if not block.is_script and not block.file:
        known.update(PRESET)
    used: set[str] = set()
    for node in ast.walk(ast.parse(block.text)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.add(name)
            case ast.Name(id=name) | ast.arg(arg=name):
                known.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                known.add(name)
            case ast.alias(name=name, asname=asname):
                known.add(asname or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                known.add(name)
            case _:
                pass
    return used - known


def compiled(block: Block, edit: Callable[[str], str] = str, flags: int = 0) -> CodeType:
    """Compile a block whose text was edited."""
    shown = "\n" * block.line + edit(block.text)  # a traceback then names the lines of the page
    code: CodeType = compile(shown, block.page, "exec", flags=flags, dont_inherit=True)
    return code
