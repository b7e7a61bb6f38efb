"""Commands and groups of commands as values, which `app` builds when somebody calls them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

HELP_OPTIONS: Final[dict[Any, Any]] = {"help_option_names": ["-h", "--help"]}
"""The words that show the help of every command."""
_COMPLETE: Final = "_ODAPI_COMPLETE"  # a shell that completes a command line sets it


class DirectGroup(TyperGroup):
    """A group whose commands run as if each were the program, so that none waits for options of the group."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command that the first word names, or the group itself."""
        words = [*(sys.argv[1:] if args is None else args)]
        context: Any = None  # no group here looks at it
        command = self.get_command(context, words[0]) if words and _COMPLETE not in os.environ else None
        if command is None:
            run, name = super().main, prog_name
        else:
            run, name = command.main, f"{prog_name} {words.pop(0)}"
        return run(words, name, complete_var, standalone_mode, windows_expand_args, **extra)


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

    def add_to(self, app: typer.Typer, summary: str | None, kind: type[TyperCommand] = TyperCommand) -> None:
        """Add the command to an application, with its line in the list of commands."""
        settings = {"allow_extra_args": self.checks_extra_arguments, **HELP_OPTIONS}
        epilog = _epilog(self.examples)
        add = app.command(self.name, cls=kind, short_help=summary, epilog=epilog, context_settings=settings)
        add(self.run)


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
        app = new_app(name=self.name, cls=DirectGroup, help=self.help, no_args_is_help=True)
        for summary, command in self.commands.items():
            command.add_to(app, summary)
        return get_command(app)


class DefaultGroup(NamedTuple):
    """Commands below a word that is a command itself: it runs unless the next word names one of the others.

    Attributes:
        default: the command of the word.
        commands: the other commands by their lines in the list of commands. Their names can be no argument
            of the default command.
    """

    default: Command
    commands: Mapping[str, Command]

    def build(self) -> Any:
        """Return the command as the parser takes it."""
        app = new_app()
        self.default.add_to(app, None, _CommandWithOthers)
        found: Any = get_command(app)
        found.others = {command.name: command.build() for command in self.commands.values()}
        found.summaries = {command.name: summary for summary, command in self.commands.items()}
        return found


class _CommandWithOthers(TyperCommand):
    """A command that gives way to another one if the first word is its name."""

    others: Mapping[str, Any] = MappingProxyType({})
    summaries: Mapping[str, str] = MappingProxyType({})

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        if args and args[0] in self.others:
            name, *rest = args
            return self.others[name].make_context(f"{info_name} {name}", rest, parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        if ctx.command is not self:  # it gave way
            return ctx.command.invoke(ctx)
        return super().invoke(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([*self.summaries.items()])


def new_app(**options: Any) -> typer.Typer:
    """Return an application without commands and without options of its own."""
    return typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings=HELP_OPTIONS,
        **options,
    )


def typed_options(ctx: typer.Context) -> frozenset[str]:
    """Return the names of the options that were typed, without those that come from the environment."""
    return frozenset(name for name in ctx.params if _is_typed(ctx, name))


def _is_typed(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _epilog(examples: tuple[str, ...]) -> str | None:
    # the control character tells the parser not to re-wrap the lines of this paragraph
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in examples) if examples else None
