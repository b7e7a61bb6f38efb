"""Commands and groups of commands as values, which `app` builds when somebody calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import typer
from typer.main import get_command


class Command(NamedTuple):
    """One command.

    Attributes:
        name: the word after `odapi`.
        run: the function that runs it; its parameters are the options and its docstring is the help text.
        examples: command lines, each with or without a comment after it.
        checks_extra_arguments: whether `run` itself refuses extra arguments (`typer.Context.args`). The
            parser would quote them in its error message, and they may be a key or a query.
    """

    name: str
    run: Callable[..., Any]
    examples: tuple[str, ...] = ()
    checks_extra_arguments: bool = False

    def build(self) -> Any:
        """Return the command as the parser takes it."""
        app = new_app()
        self.add_to(app, None)
        return get_command(app)

    def add_to(self, app: typer.Typer, summary: str | None) -> None:
        """Add the command to an application, with its line in the list of commands."""
        settings = {"allow_extra_args": self.checks_extra_arguments}
        epilog = _epilog(self.examples)
        app.command(self.name, short_help=summary, epilog=epilog, context_settings=settings)(self.run)


class Group(NamedTuple):
    """Commands below one word.

    Attributes:
        name: the word after `odapi`.
        help: the help text of all of them.
        commands: the commands by their lines in the list of commands.
    """

    name: str
    help: str
    commands: Mapping[str, Command]

    def build(self) -> Any:
        """Return the group as the parser takes it."""
        app = new_app(name=self.name, help=self.help, no_args_is_help=True)
        for summary, command in self.commands.items():
            command.add_to(app, summary)
        return get_command(app)


def new_app(**options: Any) -> typer.Typer:
    """Return an application without commands and without options of its own."""
    return typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, **options)


def typed_options(ctx: typer.Context) -> frozenset[str]:
    """Return the names of the options that were typed, without those that come from the environment."""
    return frozenset(name for name in ctx.params if _is_typed(ctx, name))


def _is_typed(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _epilog(examples: tuple[str, ...]) -> str | None:
    # the control character tells the parser not to re-wrap the lines of this paragraph
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in examples) if examples else None
