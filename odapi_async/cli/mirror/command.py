"""`odapi mirror`: copy practices into a database. `status` and `forget` are commands below it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command, DefaultGroup, typed_options
from odapi_async.cli.completion import complete_table
from odapi_async.cli.errors import UsageError
from odapi_async.cli.exit_codes import FAILED, INTERRUPTED
from odapi_async.cli.keys.names import PRACTICE_VARIABLE
from odapi_async.cli.mirror import forget, status
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.extra import needs_mirror_extra
from odapi_async.cli.mirror.options import MirrorOptions, Overrides, Selection
from odapi_async.cli.mirror.shard import parse_shard
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
)
from odapi_async.cli.terminal import echo_err, exit_on_error

_DEFAULT_INTERVAL: Final = "5m"
_OTHERS: Final = {
    "Show how current the copies are.": status.COMMAND,
    "Remove a practice from the database.": forget.COMMAND,
}


def _complete(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the names of the tables, and those of the other commands if no table was given yet."""
    others = () if ctx.params.get("tables") else [command.name for command in _OTHERS.values()]
    return [*complete_table(incomplete), *(name for name in others if name.startswith(incomplete))]


def mirror(
    ctx: typer.Context,
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE",
            help="Tables by their names in the SDK, such as patients or recalls. If none are given: the "
            "tables of the configuration file, or patients, appointments, procedures, codes, providers, "
            "operatories, clinics, definitions, recalls and their types, claims, payments.",
            autocompletion=_complete,
        ),
    ] = None,
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The configuration file (TOML), see above. Without it one practice is copied.",
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            envvar="ODAPI_STORE",
            help="The database: a file for SQLite, or postgresql://user@host/database (a password belongs in "
            "ODAPI_STORE or ~/.pgpass). If not given: that of the configuration file, or mirror.db.",
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow/--once", help="Run one round after the other until Ctrl-C, or only one.")
    ] = False,
    every: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="With --follow: the time from the start of one round to the next: 30s, 5m, 2h, 1d.",
        ),
    ] = _DEFAULT_INTERVAL,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Read all rows of all tables now, not only what changed.")
    ] = False,
    accept_removals: Annotated[
        bool,
        typer.Option(
            "--accept-removals",
            help="Mark rows as deleted in this round even if more than 100 rows and 30 % of a table are "
            "missing. Otherwise a second sweep has to confirm it.",
        ),
    ] = False,
    accept_new_keys: Annotated[
        bool,
        typer.Option(
            "--accept-new-keys",
            help="The offices are still the same: read practices whose customer key or developer key has "
            "changed, and copy practices with a new name again. Otherwise these are not read.",
        ),
    ] = False,
    sweep_days: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS",
            min=0,
            max=36_500,
            help="Days until all rows of a table are read again. If not given, each table has its own value.",
        ),
    ] = None,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going",
            help="If practices have no key, report them and read the others. Otherwise nothing is read.",
        ),
    ] = False,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="N/COUNT",
            help="With --config: read only this part of the practices, such as 2/3, the second of three. The "
            "name of a practice decides to which part it belongs.",
        ),
    ] = None,
    fail_after: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="A failed table counts only if it has failed for this time: 30m, 24h, 2d. Until then it "
            "changes no exit code, and --quiet does not print it.",
        ),
    ] = None,
    heartbeat: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A small JSON file that is replaced at the end of each round, for health checks.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing unless something failed.")] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print a line of JSON for each table that ends; with --quiet, only changes."
        ),
    ] = False,
    json_summary: Annotated[
        bool, typer.Option("--json-summary", help="Print a line of JSON for each round.")
    ] = False,
    practice: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            envvar=PRACTICE_VARIABLE,
            help="The practice: the name that you gave its customer key (see odapi keys --help), or with "
            "--config the name of its section. It can be given several times.",
        ),
    ] = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
) -> None:
    """Copy tables of one or many practices into a database, and keep the copies up to date.

    You can stop it at any time, even with kill: no row is lost or doubled, and the next run continues from
    there. A row that was deleted at the office stays in the database, with a time in deleted_at. All
    practices are read at the same time, each at its own pace and at the lowest priority.

    \b
    The configuration file:
        store = "practices.db"
        tables = ["patients", "appointments"]
        [practices.main-street]
        key_env = "MAIN_STREET_KEY"
        [practices.harbour]
        key_file = "harbour.key"
        tier = "Standard"

    A practice can also have mode, base_url, version, tables of its own, or keyring = true. If its section
    does not say where its key is, the key is looked up by the practice's name (see odapi keys --help). Paths
    are relative to the folder of the file. Settings of all practices can be in a section [defaults]; every is
    only for odapi fleet. To leave out fields: exclude = ["patients.SSN"]. To read only some practices of the
    file, add --practice NAME.

    To share the pace of the keys with other programs through Redis, set ODAPI_REDIS to its URL.

    \b
    Exit codes:
        0    everything was read, or what failed does not count yet (--fail-after)
        1    something failed, and the output says how to fix it
        2    the arguments cannot work, or a key is missing; nothing was sent
        130  interrupted
    """  # noqa: D301 - the control character tells the parser not to re-wrap the example
    with exit_on_error():
        check_no_command(tables or ())
        typed = typed_options(ctx)
        names = tuple(dict.fromkeys(practice or ())) if "practice" in typed else ()
        options = MirrorOptions(
            practice=PracticeOptions(os.environ.get(PRACTICE_VARIABLE), tier, mode, base_url, sandbox),
            selection=Selection(
                names=names, shard=parse_shard(shard) if shard is not None else None, keep_going=keep_going
            ),
            typed=typed,
            overrides=Overrides(tables=tuple(tables or ()), store=store, sweep_days=sweep_days),
            config=config,
            interval=parse_duration(every) if follow else None,
            sweep=sweep,
            accept_removals=accept_removals,
            accept_new_keys=accept_new_keys,
            fail_after=None if fail_after is None else parse_duration(fail_after, "--fail-after"),
            heartbeat=heartbeat,
            quiet=quiet,
            as_json=as_json,
            json_summary=json_summary,
        )
        options.check()
        with needs_mirror_extra():
            from odapi_async.cli.mirror.start import start  # noqa: PLC0415 - it needs the extra
        try:
            complete = start(options)
        except typer.Exit as end:
            if end.exit_code == INTERRUPTED:
                echo_err(
                    "odapi: interrupted; all rows so far are saved, and the next run continues from here"
                )
            raise
    raise typer.Exit(0 if complete else FAILED)


def check_no_command(tables: Sequence[str]) -> None:
    """Check that no command is among the names of tables: an option or a table before it hides it.

    Raises:
        UsageError: there is one.
    """
    for command in _OTHERS.values():
        if command.name in tables:
            raise UsageError(
                f"{command.name} is a command and no table: write it first, as in odapi mirror {command.name}"
            )


COMMAND: Final = DefaultGroup(
    Command(
        "mirror",
        mirror,
        (
            "odapi mirror --sandbox (made-up data, no keys needed)",
            "odapi mirror patients appointments",
            "odapi mirror --config practices.toml",
            "odapi mirror --config practices.toml --follow --every 5m",
            "odapi mirror --config practices.toml --practice harbour --sweep",
            "odapi mirror status --config practices.toml --max-age 2h",
            "odapi mirror forget harbour --store practices.db",
        ),
    ),
    _OTHERS,
)
