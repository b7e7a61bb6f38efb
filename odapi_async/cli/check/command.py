"""`odapi check`: test the keys, the connection, the version and the permissions."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.color import Color
from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    ViaOption,
)
from odapi_async.cli.terminal import echo, run

_COLORS: Final = {True: {"ok": Color.GREEN}, False: {"problem": Color.RED}}


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
    via: ViaOption = None,
) -> None:
    """Test the keys, the connection, the version and the permissions, and say how to fix each problem.

    The command looks for the keys, reads the office's version and your permissions there (they set the pace),
    and times these requests at that pace. Each result is shown as soon as it is there. With only the ReadAll
    permission in remote mode this takes about 15 seconds.

    With --via, each way is asked for the version and timed, and everything else is read by the first one that
    answers. A way that does not answer counts as a problem.

    Exit code 0: no problem. Exit code 1: at least one problem.
    """
    from odapi_async.cli.check import health  # noqa: PLC0415 - the help needs no client

    options = PracticeOptions(practice, tier, mode, base_url, sandbox, via)
    if as_json:
        found = run(health.check_practice(options))
        echo(health.as_json(found))
    else:
        found = run(health.check_practice(options, lambda each: echo(health.as_line(each), _COLORS[each.ok])))
    raise typer.Exit(0 if found.ok else FAILED)


COMMAND: Final = Command(
    "check",
    check,
    (
        "odapi check",
        "odapi check --practice smile --json",
        "odapi check --via service=http://office-server:30223/api/v1,remote",
        "odapi check --sandbox",
    ),
)
