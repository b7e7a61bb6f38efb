"""`odapi keys`: keys in the system's keyring."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import WrongInput
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.terminal import explained, note, say

Name = Annotated[
    str,
    typer.Argument(
        help=f"{keys.DEVELOPER} for the developer key; else the name that you give to a practice, for its "
        f"customer key. {keys.DEFAULT} is the practice that is asked without --practice."
    ),
]


def set_(ctx: typer.Context, name: Name = keys.DEVELOPER) -> None:
    """Keep a key in the system's keyring: the developer key, or the customer key of a practice.

    The key is asked for and not shown, or read from the standard input. It is never given as an argument:
    there it would stand in the history of the shell and in the list of processes.
    """
    with explained():
        if ctx.args:
            raise WrongInput(
                "a key is never an argument: run the command without it, and it asks for the key"
            )
        if sys.stdin.isatty():
            key: str = typer.prompt(f"The {_what(name)}", hide_input=True, err=True)
        else:
            key = sys.stdin.readline()
        keys.store(name, key.strip())
    say(f"kept in the keyring: the {_what(name)}")


def delete(name: Name = keys.DEVELOPER) -> None:
    """Remove a key from the system's keyring. The portal of Open Dental is where a key is made void."""
    with explained():
        was_there = keys.delete(name)
    if not was_there:
        note(f"odapi: the keyring does not have the {_what(name)}")
        raise typer.Exit(FAILED)
    say(f"removed from the keyring: the {_what(name)}")


def _what(name: str) -> str:
    return "developer key" if name == keys.DEVELOPER else f"customer key of {name}"


NAME: Final = "keys"
GROUP: Final = typer.Typer(
    help="Keep keys in the system's keyring. Keys in the environment go first: OPENDENTAL_DEVELOPER_KEY, "
    "OPENDENTAL_CUSTOMER_KEY, and OPENDENTAL_CUSTOMER_KEY_NAME for --practice name. "
    "Needs the extra keyring: pip install 'odapi-async[keyring]'.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_COMMANDS: Final = (
    Command(
        "set",
        "Keep a key.",
        set_,
        (
            "odapi keys set                   (the developer key)",
            "odapi keys set default           (the customer key, if you have one practice)",
            "odapi keys set smile             (used with --practice smile)",
            "odapi keys set smile < key.txt",
        ),
        refuses_rest=True,
    ),
    Command("delete", "Remove a key.", delete, ("odapi keys delete smile",)),
)
for each in _COMMANDS:
    each.add_to(GROUP)
