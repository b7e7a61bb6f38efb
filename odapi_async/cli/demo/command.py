"""`odapi demo`: the options of the demo."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli import terminal as running
from odapi_async.cli.command import Command
from odapi_async.cli.demo import plan, progress, report, run
from odapi_async.cli.exit_codes import FAILED


def run_demo(
    seconds: Annotated[
        int,
        typer.Option(
            min=plan.SHORTEST,
            max=plan.LONGEST,
            help="About how long it takes. The amounts of data follow; the intervals stay the real ones.",
        ),
    ] = plan.USUAL,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")] = False,
) -> None:
    """Show the scheduler at work, in less than a minute and without any account.

    Sandboxes start in processes of their own, for three practices at the API's real intervals: one request
    per 5 s (only the ReadAll permission), one per 1 s (more permissions), no limit (local mode). Patients and
    appointments of all three are streamed at once as bulk work, and now and then an interactive call cuts in.

    The report at the end tells rows, requests, the pace that the server saw against the limit, how long
    interactive calls and bulk pages waited, and how many violations and overlaps the server counted. On a
    terminal there is a live table meanwhile; elsewhere plain lines; with --json nothing but the report as one
    JSON document. Exit code 0 means that all rows arrived and the throttle was kept; otherwise it is 1.
    """
    with progress.showing(running.say, silent=as_json) as shown:
        found = running.run(run.run(plan.make_plan(seconds), shown))
    running.say(report.as_json(found) if as_json else report.as_text(found))
    raise typer.Exit(0 if found.clean else FAILED)


COMMAND: Final = Command(
    "demo", "Show the scheduler at work, in a minute.", run_demo, ("odapi demo --seconds 20",)
)
