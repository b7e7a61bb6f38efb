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
    """

    name: str
    summary: str
    run: Callable[..., Any]
    examples: tuple[str, ...] = ()

    def add_to(self, app: typer.Typer) -> None:
        """Make it a command of an application."""
        app.command(self.name, short_help=self.summary, epilog=_epilog(self.examples))(self.run)


def _epilog(examples: tuple[str, ...]) -> str | None:
    # the control character is how the parser is told to leave the lines of a paragraph as they are
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in examples) if examples else None
