"""`odapi fleet status`: show what is late, what needs a person, and which workers run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.color import STATES
from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.fleet.store_option import (
    ConfigOption,
    StoreOption,
    find_store,
    open_fleet,
)
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.extra import needs_fleet_extra
from odapi_async.cli.terminal import echo, exit_on_error, run

if TYPE_CHECKING:
    from odapi_async.fleet.status import FleetStatus


def status(
    ctx: typer.Context,
    *,
    config: ConfigOption = None,
    store: StoreOption = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The exit code is 1 if a copy is older, or if a practice has failed or waited for a worker "
            "for longer: 30m, 2h, 1d. A first copy that still goes on does not count.",
        ),
    ] = None,
    show_all: Annotated[
        bool,
        typer.Option("--all", help="Add a line for each practice: the age of its copy, and when it is due."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object with all practices and workers.")
    ] = False,
) -> None:
    """Show how many practices are read, late or failing, what needs a person, and the workers.

    The command looks into the database only: it needs no key, and sends nothing to an office. A practice is
    overdue if it has waited for a worker for more than a minute, and a worker is silent if it has given no
    sign for 15 seconds; then others take over its practices. To see how current each table is: odapi mirror
    status.

    Exit codes: 0, nothing exceeds --max-age; 1, something does, or the database cannot be used; 2, the
    arguments cannot work.
    """
    with exit_on_error():
        seconds = None if max_age is None else parse_duration(max_age, "--max-age")
        url, _ = find_store(ctx, config, store)
        with needs_fleet_extra():
            from odapi_async.cli.fleet import status_view  # noqa: PLC0415 - it needs the extra
    found = run(_read(url))
    if as_json:
        echo(status_view.as_json(found, seconds))
    else:
        width = shutil.get_terminal_size().columns
        text = status_view.as_text(found, max_age=seconds, show_all=show_all, width=width)
        echo(text, STATES)
    if status_view.is_too_old(found, seconds):
        raise typer.Exit(FAILED)


async def _read(url: str) -> FleetStatus:
    from odapi_async.fleet.status import read_fleet_status  # noqa: PLC0415 - it needs the extra

    async with open_fleet(url) as store:
        return await read_fleet_status(store)


COMMAND: Final = Command(
    "status",
    status,
    (
        "odapi fleet status --store postgresql://mirror@db.example/practices",
        "odapi fleet status --config practices.toml --max-age 2h",
        "odapi fleet status --config practices.toml --all",
        "odapi fleet status --config practices.toml --json",
    ),
)
