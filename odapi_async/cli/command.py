"""A command as a value, so that adding one to `app` takes one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import typer


class Command(NamedTuple):
    """One command.

    Attributes:
        name: the word after `odapi`.
        summary: its line in the list of commands.
        run: the function that runs it; its parameters are the options and its docstring is the help text.
        examples: command lines, each with or without a comment after it.
        checks_extra_arguments: whether `run` itself refuses extra arguments (`typer.Context.args`). The
            parser would quote them in its error message, and they may be a key or a query.
    """

    name: str
    summary: str
    run: Callable[..., Any]
    examples: tuple[str, ...] = ()
    checks_extra_arguments: bool = False

    def add_to(self, app: typer.Typer) -> None:
        """Add the command to an application."""
        settings = {"allow_extra_args": self.checks_extra_arguments}
        epilog = _epilog(self.examples)
        app.command(self.name, short_help=self.summary, epilog=epilog, context_settings=settings)(self.run)


def typed_options(ctx: typer.Context) -> frozenset[str]:
    """Return the names of the options that were typed, without those that come from the environment."""
    return frozenset(name for name in ctx.params if _is_typed(ctx, name))


def _is_typed(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _epilog(examples: tuple[str, ...]) -> str | None:
    # the control character tells the parser not to re-wrap the lines of this paragraph
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in examples) if examples else None
