"""`odapi mirror`: the options of the mirror."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED, INTERRUPTED
from odapi_async.cli.mirror.duration import seconds_of
from odapi_async.cli.mirror.extras import complete_table, needed, typed
from odapi_async.cli.mirror.order import Order, check
from odapi_async.cli.practice_options import Reach, reaching
from odapi_async.cli.terminal import explained, note

_EVERY: Final = "5m"


@reaching
def mirror(
    reach: Reach,
    ctx: typer.Context,
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            help="Tables, by their names in the SDK, as patients or recalls. Without any, those of the "
            "file, or the usual ones: patients, appointments, procedures, codes, providers, operatories, "
            "clinics, definitions, recalls and their types, claims, payments.",
            autocompletion=complete_table,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="The file of practices (TOML), as above. Without it one practice is copied."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            envvar="ODAPI_STORE",
            help="The database: a file for SQLite, or postgresql://user@host/database (a password belongs "
            "into the variable or ~/.pgpass). By default that of the file, or mirror.db in this folder.",
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow/--once", help="Go on until Ctrl-C, or end after one round.")
    ] = False,
    every: Annotated[
        str, typer.Option(help="From the start of one round to the next with --follow: 30s, 5m, 2h, 1d.")
    ] = _EVERY,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Read all rows of all tables now, not only what has changed.")
    ] = False,
    sweep_days: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=36_500,
            help="Days from one reading of all rows to the next; by default each table's own.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing unless something failed.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON, for scripts: one line for each round.")
    ] = False,
) -> None:
    """Copy tables of one practice or of many into a database, and keep the copies current.

    It may be ended at any moment, also by kill: what was read is there, and the next run goes on from it.
    Nothing is lost, and nothing is there twice. A row that is gone at the office stays and gets a time in
    deleted_at. All practices are read at once, each at its own pace and after whoever else asks them.

    \b
    The file of practices:
        store = "practices.db"
        tables = ["patients", "appointments"]
        [practices.main-street]
        key_env = "MAIN_STREET_KEY"
        [practices.harbour]
        key_file = "harbour.key"
        tier = "Standard"

    Each may also have mode, base_url, version, tables of its own, or keyring = true. Without a word about its
    key, it is looked for as everywhere else under the practice's name (odapi keys --help). Paths are relative
    to the file's folder. With --config, --practice NAME reads this one alone.

    Exit codes: 0, everything was read; 1, something failed, and is told with what to do; 2, something given
    cannot work, and nothing was sent; 130, interrupted.
    """  # noqa: D301 - the control character keeps the lines of the example as they are
    with explained():
        order = Order(
            reach=reach,
            typed=typed(ctx),
            tables=tuple(tables or ()),
            config=config,
            store=store,
            every=seconds_of(every) if follow else None,
            sweep=sweep,
            sweep_days=sweep_days,
            quiet=quiet,
            as_json=as_json,
        )
        check(order)
        with needed():
            from odapi_async.cli.mirror.start import start  # noqa: PLC0415 - it needs the extra
        try:
            complete = start(order)
        except typer.Exit as end:
            if end.exit_code == INTERRUPTED:
                note("odapi: interrupted; what was read is there, and the next run goes on from it")
            raise
    raise typer.Exit(0 if complete else FAILED)


COMMAND: Final = Command(
    "mirror",
    "Copy practices into a database, and keep the copies current.",
    mirror,
    (
        "odapi mirror --sandbox (made-up data, no keys needed)",
        "odapi mirror patients appointments",
        "odapi mirror --config practices.toml",
        "odapi mirror --config practices.toml --follow --every 5m",
        "odapi mirror --config practices.toml --practice harbour --sweep",
    ),
)
