"""`odapi resources`: all resources, and what one can do with them."""

from __future__ import annotations

import shutil
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.completion import complete_resource
from odapi_async.cli.errors import CommandFailed
from odapi_async.cli.resources import view
from odapi_async.cli.terminal import echo, exit_on_error, use_utf8

_FILE_WIDTH: Final = 80


def resources(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD",
            help="Only the resources with this word, or the start of one, in their name or description, such "
            "as insur. Several words must all be there.",
            autocompletion=complete_resource,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, for scripts: one array, with each operation.")
    ] = False,
) -> None:
    """List all resources: what they are, their operations, and the permissions to write.

    \b
    The letters are the operations that a resource has:
        l  list     odapi list RESOURCE
        g  get      odapi get RESOURCE/ID
        c  create   odapi call RESOURCE.create
        u  update   odapi call RESOURCE.update
        d  delete   odapi call RESOURCE.delete
        +  others   odapi resources RESOURCE --json names them

    The permission in brackets is the one that a write needs. For the fields of a resource: odapi describe
    RESOURCE

    Nothing is sent, and no key is needed. Exit code 1: no resource has the words.
    """  # noqa: D301 - the control character tells the parser not to re-wrap the list
    use_utf8()
    found = view.find(words or ())
    if as_json:
        echo(view.as_json(found))
    elif found:
        echo(view.as_text(found, shutil.get_terminal_size((_FILE_WIDTH, 0)).columns))
    if not found:
        with exit_on_error():
            raise CommandFailed(view.not_found(words or ()))


COMMAND: Final = Command(
    "resources",
    resources,
    (
        "odapi resources",
        "odapi resources insur",
        "odapi resources patient note",
        "odapi resources appointments --json",
    ),
)
