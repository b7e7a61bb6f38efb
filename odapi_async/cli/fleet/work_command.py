"""`odapi fleet work`: a worker."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.fleet.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import exit_on_error


def work(
    ctx: typer.Context,
    *,
    concurrency: Annotated[
        int, typer.Option(min=2, help="How many practices are read at the same time at most.")
    ] = 100,
    config: ConfigOption = None,
    store: StoreOption = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only what is wrong, not a line each minute.")
    ] = False,
) -> None:
    """Read the practices of the fleet as they become due, until the process is told to end.

    Start as many workers as you need, on any machines: each practice is read by one of them at a time, at
    the pace that its key allows. Each needs the developer key and the customer keys at their places; see
    odapi fleet load. If other programs use the same customer keys, set ODAPI_REDIS for all of them.

    SIGTERM and Ctrl-C end it at the next page of each practice; a second one ends it at once. Nothing is
    lost in either case, or if it is killed: other workers go on behind the last page in the database.

    Exit codes: 0, it was told to end; 1, the database holds no fleet, or one of another version; 2, the
    arguments or the keys cannot work.
    """
    with exit_on_error():
        url, _ = find_store(ctx, config, store)
    from odapi_async.cli.fleet.work import start  # noqa: PLC0415 - the help needs no client

    start(url, concurrency, quiet=quiet)


COMMAND: Final = Command(
    "work",
    work,
    (
        "odapi fleet work --config practices.toml",
        "odapi fleet work --store postgresql://mirror@db.example/practices --concurrency 300",
    ),
)
