"""`odapi check`: whether this machine is ready to ask an office."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.check import health
from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.practice_options import Reach, reaching
from odapi_async.cli.terminal import run, say


@reaching
def check(
    reach: Reach,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")] = False,
) -> None:
    """Look whether an office can be asked, and say what to do about whatever is wrong.

    It looks for the keys, asks the office for the permissions of the developer (which set the pace), and
    times a few requests at that pace; with only ReadAll in remote mode this takes about 15 seconds. Exit code
    0 means that everything is as it should be; otherwise it is 1.
    """
    found = run(health.examine(reach))
    say(health.as_json(found) if as_json else health.as_text(found))
    raise typer.Exit(0 if found.ok else FAILED)


COMMAND: Final = Command(
    "check",
    "Look whether an office can be asked.",
    check,
    ("odapi check", "odapi check --practice smile --json", "odapi check --sandbox"),
)
