"""`odapi mirror status`: show how current the copies are."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.shard import check_shard, parse_shard
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import exit_on_error, run


def status(
    ctx: typer.Context,
    *,
    config: ConfigOption = None,
    store: StoreOption = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The exit code is 1 if a table is older: 30m, 2h, 1d. A table without a filter for changes "
            "may be older by the time between two of its sweeps.",
        ),
    ] = None,
    practice: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this practice, by its name. It can be given several times."),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="N/COUNT",
            help="With --config: show only this part of the practices, such as 2/3, as in odapi mirror.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON, for scripts.")] = False,
) -> None:
    """Show how current the copies are, the practices with problems first.

    The command reads only the database: it needs no key, and sends nothing to an office. With --config it
    shows the practices of the file, also those that were never read. Without --max-age, tables older than a
    day are shown as too old.

    \b
    Exit codes:
        0  nothing is older than --max-age
        1  something is older than --max-age, or the database cannot be used
        2  the arguments cannot work
    """  # noqa: D301 - the control character tells the parser not to re-wrap the list
    with exit_on_error():
        seconds = None if max_age is None else parse_duration(max_age, "--max-age")
        names = tuple(dict.fromkeys(practice or ()))
        part = None if shard is None else parse_shard(shard)
        if part is not None:
            check_shard(has_config=config is not None, has_names=bool(names))
        url, found = find_store(ctx, config, store)
        from odapi_async.cli.mirror import status_run  # noqa: PLC0415 - it needs the extra

        options = status_run.StatusOptions(
            store=url, config=found, practices=names, shard=part, max_age=seconds, as_json=as_json
        )
    if not run(status_run.show(options)):
        raise typer.Exit(FAILED)


COMMAND: Final = Command(
    "status",
    status,
    (
        "odapi mirror status --config practices.toml",
        "odapi mirror status --store practices.db --max-age 2h",
        "odapi mirror status --config practices.toml --practice harbour --json",
        "odapi mirror status --config practices.toml --shard 2/3 --max-age 2h",
    ),
)
