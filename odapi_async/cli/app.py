"""The application: all commands together. To add a command, add one line to `_COMMANDS`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async import __version__
from odapi_async.cli.call import command as call
from odapi_async.cli.check import command as check
from odapi_async.cli.demo import command as demo
from odapi_async.cli.export import command as export
from odapi_async.cli.get import command as get
from odapi_async.cli.keys import command as keys
from odapi_async.cli.list import command as list_
from odapi_async.cli.mirror import command as mirror
from odapi_async.cli.query import command as query
from odapi_async.cli.sandbox import command as sandbox
from odapi_async.cli.terminal import echo

app: Final = typer.Typer(
    name="odapi",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_COMMANDS: Final = (
    get.COMMAND,
    list_.COMMAND,
    call.COMMAND,
    query.COMMAND,
    mirror.COMMAND,
    export.COMMAND,
    check.COMMAND,
    sandbox.COMMAND,
    demo.COMMAND,
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

    No keys yet? Add --sandbox to a command to try it with made-up data: odapi list patients --sandbox
    """


for command in _COMMANDS:
    command.add_to(app)
app.add_typer(keys.GROUP, name=keys.NAME)
