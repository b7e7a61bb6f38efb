"""The application: all commands together. To add a command, add one line to `COMMANDS`.

A command is imported when it is called, so that no command waits for the libraries of another one.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from odapi_async import __version__
from odapi_async.cli.command import HELP_OPTIONS, DirectGroup
from odapi_async.cli.terminal import echo

COMMANDS: Final = {
    "get": "Read one row.",
    "list": "Read a list, row by row.",
    "resources": "List all resources and what one can do with them.",
    "describe": "Explain the fields of a resource.",
    "call": "Call any operation, such as one that writes.",
    "query": "Run a SELECT on the office's database.",
    "mirror": "Copy practices into a database, and keep the copies up to date.",
    "events": "Receive what offices post when something changes.",
    "fleet": "Keep a mirror of many practices up to date with many workers.",
    "export": "Write tables of a mirror as Parquet or CSV files.",
    "check": "Test the keys, the connection and the permissions.",
    "watch": "Show in a browser how current a mirror or a fleet is.",
    "sandbox": "Run a server that behaves like the API.",
    "demo": "Show the scheduler at work, in less than a minute.",
    "keys": "Store API keys in the system keyring.",
}
"""The line of each command in the list of commands; the command is `COMMAND` in the module of its name."""


class _LazyGroup(DirectGroup):
    """Imports a command when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parser passes it
        return [*COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = import_module(f"odapi_async.cli.{cmd_name}.command").COMMAND.build()
        return self.commands[cmd_name]

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        for name, summary in COMMANDS.items():  # these two are enough, so no command is imported
            self.commands.setdefault(name, TyperCommand(name, short_help=summary))
        return super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - likewise
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


app: Final = typer.Typer(
    name="odapi",
    cls=_LazyGroup,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=HELP_OPTIONS,
)


def _show_version(requested: bool) -> None:
    if requested:
        echo(f"odapi {__version__}")
        raise typer.Exit


@app.callback()
def odapi(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Read and write the data of a dental practice through the Open Dental REST API.

    The API keys come from the environment (OPENDENTAL_DEVELOPER_KEY, OPENDENTAL_CUSTOMER_KEY) or from the
    system keyring (odapi keys set). To test your setup, run: odapi check

    Behind a proxy, or with a CA of your company, set OPENDENTAL_PROXY (a URL, or "environment" for the
    variables HTTPS_PROXY and NO_PROXY), OPENDENTAL_CA_FILE and OPENDENTAL_CLIENT_CERTIFICATE (PEM files).

    No keys yet? Try it with made-up data: odapi list patients --sandbox. For commands without --sandbox, such
    as those of odapi events, run odapi sandbox in another window; it prints what to set.

    \b
    First steps:
      odapi resources insur                 find a resource by a word
      odapi describe ins_plans              explain its fields
      odapi list appointments date=today    read a list
      odapi call patients.create -h         show how to write
    """  # noqa: D301 - the control character tells the parser not to re-wrap the lines
