"""`odapi demo`: show the scheduler at work."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.demo import plan
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.terminal import echo, run

_INTRODUCTION: Final = """\
A sandbox plays three practices with made-up data, at the API's real pace: readall, standard and local.
The SDK reads all of them at once without breaking their limits, and lets interactive calls go first."""


def demo(
    seconds: Annotated[
        int,
        typer.Option(
            min=plan.SHORTEST,
            max=plan.LONGEST,
            help="About how long it takes. The number of rows changes with it; the intervals stay the same.",
        ),
    ] = plan.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Show the scheduler at work, in less than a minute and without an account.

    The demo starts a sandbox in a process of its own, with three practices at the API's real intervals: one
    request per 5 s (only the ReadAll permission), one per 1 s (more permissions), and no limit (local mode).
    It streams patients and appointments of all three at once as bulk work, and sends an interactive call now
    and then, which goes first.

    The report at the end shows rows, requests, the pace that the server saw against the limit, how long
    interactive calls and bulk pages waited, and how many violations and overlaps the server counted. Until
    then, a terminal shows a live table, and any other output gets plain lines. With --json there is only the
    report, as one JSON document.

    Exit code 0: all rows arrived and the throttle was kept. Exit code 1: not so.
    """
    from odapi_async.cli.demo import report, runner  # noqa: PLC0415 - the help needs no sandbox
    from odapi_async.cli.demo.view import DemoView  # noqa: PLC0415 - likewise
    from odapi_async.cli.progress import progress_display  # noqa: PLC0415 - likewise

    if not as_json:
        echo(_INTRODUCTION)
    with progress_display(DemoView(), echo, silent=as_json, keep_table=True) as display:
        found = run(runner.run_demo(plan.make_plan(seconds), display))
    echo(report.as_json(found) if as_json else report.as_text(found))
    raise typer.Exit(0 if found.clean else FAILED)


COMMAND: Final = Command("demo", demo, ("odapi demo --seconds 20",))
