"""`odapi keys`: store and delete API keys in the system keyring."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command, Group
from odapi_async.cli.errors import UsageError
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.keys.names import DEFAULT
from odapi_async.cli.terminal import echo, echo_err, exit_on_error
from odapi_async.mirror.key_store import DEVELOPER

NameArgument = Annotated[
    str,
    typer.Argument(
        help=f"{DEVELOPER} for the developer key, or a name that you choose for a practice, for its "
        f"customer key. The practice named {DEFAULT} is used if a command has no --practice."
    ),
]


def set_(ctx: typer.Context, name: NameArgument = DEVELOPER) -> None:
    """Store a key in the system keyring: the developer key, or the customer key of a practice.

    The command asks for the key and does not show it, or reads it from standard input. A key is never an
    argument: it would stay in the shell history, and other users of this machine could see it.
    """
    from odapi_async.cli.keys import lookup as keys  # noqa: PLC0415 - the help needs no keyring

    with exit_on_error():
        if ctx.args:
            raise UsageError(
                "a key is never an argument: run the command without it, and it asks for the key"
            )
        if sys.stdin.isatty():
            key: str = typer.prompt(f"The {_described(name)}", hide_input=True, err=True)
        else:
            key = sys.stdin.readline()
        keys.store(name, key.strip())
    echo(f"stored in the keyring: the {_described(name)}")


def delete(name: NameArgument = DEVELOPER) -> None:
    """Delete a key from the system keyring. To revoke a key, use the Open Dental developer portal."""
    from odapi_async.cli.keys import lookup as keys  # noqa: PLC0415 - the help needs no keyring

    with exit_on_error():
        existed = keys.delete(name)
    if not existed:
        echo_err(f"odapi: the {_described(name)} is not in the keyring")
        raise typer.Exit(FAILED)
    echo(f"deleted from the keyring: the {_described(name)}")


def _described(name: str) -> str:
    return "developer key" if name == DEVELOPER else f"customer key of {name}"


COMMAND: Final = Group(
    "keys",
    "Store API keys in the system keyring. Keys in the environment come first: "
    "OPENDENTAL_DEVELOPER_KEY, OPENDENTAL_CUSTOMER_KEY, and for --practice name "
    "OPENDENTAL_CUSTOMER_KEY_NAME. Needs the extra keyring: pip install 'odapi-async[keyring]'.",
    {
        "Store a key.": Command(
            "set",
            set_,
            (
                "odapi keys set                   (the developer key)",
                "odapi keys set default           (the customer key of your only practice)",
                "odapi keys set smile             (the customer key for --practice smile)",
                "odapi keys set smile < key.txt",
            ),
            checks_extra_arguments=True,
        ),
        "Delete a key.": Command("delete", delete, ("odapi keys delete smile",)),
    },
)
