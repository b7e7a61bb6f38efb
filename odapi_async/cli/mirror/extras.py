"""The libraries that a mirror needs and the rest of the command line does not: missed in plain words."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import typer

from odapi_async.cli.errors import WrongInput

_OF_THE_MIRROR: Final = frozenset({"sqlalchemy", "aiosqlite", "greenlet"})


@contextmanager
def needed() -> Generator[None]:
    """Say what to install if one of these libraries is missing.

    Raises:
        WrongInput: it is.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in _OF_THE_MIRROR:
            raise
        raise WrongInput(
            f"a mirror needs {package}, which is not installed: pip install 'odapi-async[mirror]'"
        ) from None


def complete_table(incomplete: str) -> list[str]:
    """Complete the names of tables."""
    try:
        from odapi_async.mirror.plans import BY_TABLE  # noqa: PLC0415 - it needs the extra
    except ModuleNotFoundError:
        return []
    return [each for each in BY_TABLE if each.startswith(incomplete.lower())]


def typed(ctx: typer.Context) -> frozenset[str]:
    """Return the names of the options that stand in the command line itself."""
    return frozenset(name for name in ctx.params if _is_typed(ctx, name))


def _is_typed(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
