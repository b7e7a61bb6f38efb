"""What a command is, so that adding one to `app` is one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import typer


class Command(NamedTuple):
    """One command.

    Attributes:
        name: what is typed behind `odapi`.
        summary: its line in the list of commands.
        run: reads its options; its docstring is its help.
        examples: command lines, each with a comment behind it or not.
        refuses_rest: whether it refuses words too many itself (`typer.Context.args`), as the parser would
            quote them, and they may be a key or a query.
    """

    name: str
    summary: str
    run: Callable[..., Any]
    examples: tuple[str, ...] = ()
    refuses_rest: bool = False

    def add_to(self, app: typer.Typer) -> None:
        """Make it a command of an application."""
        settings = {"allow_extra_args": self.refuses_rest}
        epilog = _epilog(self.examples)
        app.command(self.name, short_help=self.summary, epilog=epilog, context_settings=settings)(self.run)


def _epilog(examples: tuple[str, ...]) -> str | None:
    # the control character is how the parser is told to leave the lines of a paragraph as they are
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in examples) if examples else None
