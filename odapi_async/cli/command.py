"""Commands and groups of commands as values, which `app` builds when somebody calls them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from odapi_async.cli.errors import UsageError
from odapi_async.cli.exit_codes import USAGE
from odapi_async.cli.terminal import echo_err
from odapi_async.cli.usage import Advise, exit_on_usage_error
from odapi_async.errors import suggestion

HELP_OPTIONS: Final[dict[Any, Any]] = {"help_option_names": ["-h", "--help"]}
"""The words that show the help of every command."""
_NEAR: Final = 0.8  # so near is no other word, such as the name of a table, to that of a command
_COMPLETE: Final = "_ODAPI_COMPLETE"  # a shell that completes a command line sets it


class _OneLine:
    """The part of a command or a group that prints a mistake in its words as one line."""

    params: list[Any]
    context_settings: MutableMapping[str, Any]

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """Parse the words."""
        parser: Any = super()
        if extra.get("resilient_parsing"):  # a shell completes them
            return parser.make_context(info_name, args, parent=parent, **extra)
        command = info_name if parent is None else f"{parent.command_path} {info_name}"
        with self._exit_on_mistakes(command, args):
            return parser.make_context(info_name, args, parent=parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        parser: Any = super()
        with self._exit_on_mistakes(ctx.command_path, ()):
            return parser.invoke(ctx)

    @property
    def spec(self) -> Command | None:
        """The command that this was built from; a group has none."""
        return self.context_settings.get("obj")

    def _exit_on_mistakes(self, command: str, words: Sequence[str]) -> AbstractContextManager[None]:
        options = [name for each in self.params for name in each.opts if name.startswith("-")]
        advise = None if self.spec is None else self.spec.advise
        return exit_on_usage_error(command, options, [*words], advise)


class OneLineCommand(_OneLine, TyperCommand):
    """A command that quotes no extra argument, because it may be a key."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing and not (self.spec and self.spec.checks_extra_arguments):
            raise UsageError(f"there {'is an argument' if len(rest) == 1 else 'are arguments'} too many")
        return rest


class DirectGroup(_OneLine, TyperGroup):
    """A group whose commands run as if each were the program, so that none waits for options of the group."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words; if there are none, show the help."""
        if not args and not ctx.resilient_parsing:
            echo_err(ctx.get_help())
            raise typer.Exit(USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first word names."""
        known = self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing and not args[0].startswith("-"):
            raise UsageError(f"there is no command {args[0]!r}; {suggestion(args[0], known)}")
        return super().resolve_command(ctx, args)

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
        checks_extra_arguments: whether `run` itself refuses extra arguments (`typer.Context.args`).
        advise: advice about options that do not exist; None if there is none.
    """

    name: str
    run: Callable[..., Any]
    examples: tuple[str, ...] = ()
    checks_extra_arguments: bool = False
    advise: Advise | None = None

    def build(self) -> Any:
        """Return the command as the parser takes it."""
        app = new_app()
        self.add_to(app, None)
        return get_command(app)

    def add_to(
        self, app: typer.Typer, summary: str | None, kind: type[TyperCommand] = OneLineCommand
    ) -> None:
        """Add the command to an application, with its line in the list of commands."""
        settings = {"allow_extra_args": True, "obj": self, **HELP_OPTIONS}
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
        app = new_app(name=self.name, cls=DirectGroup, help=self.help)
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


class _CommandWithOthers(OneLineCommand):
    """A command that gives way to another one if the first word is its name."""

    others: Mapping[str, Any] = MappingProxyType({})
    summaries: Mapping[str, str] = MappingProxyType({})

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        if args and args[0] in self.others:
            name, *rest = args
            return self.others[name].make_context(f"{info_name} {name}", rest, parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        from difflib import get_close_matches  # noqa: PLC0415 - few commands have others below them

        near = get_close_matches(args[0], self.others, n=1, cutoff=_NEAR) if args else []
        if near and not ctx.resilient_parsing:
            raise UsageError(f"there is no {args[0]!r}; did you mean {ctx.command_path} {near[0]}?")
        return super().parse_args(ctx, args)

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
