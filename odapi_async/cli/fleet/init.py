"""`odapi fleet init`: create the tables of a fleet."""

from __future__ import annotations

from typing import Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.fleet.store_option import ConfigOption, StoreOption, find_store, open_store
from odapi_async.cli.terminal import echo, exit_on_error, run


def init(ctx: typer.Context, *, config: ConfigOption = None, store: StoreOption = None) -> None:
    """Create the tables of a fleet in a PostgreSQL database, or bring them up to date.

    They are beside the tables of a mirror that may be there already: its copies go on where they are. Run
    again, the command changes nothing. Run it after an update of odapi-async, while no worker runs.

    Exit codes: 0, the tables are there; 1, the database cannot be used; 2, the arguments cannot work.
    """
    with exit_on_error():
        url, _ = find_store(ctx, config, store)
    run(_init(url))
    echo("the database is ready; next: odapi fleet load practices.toml")


async def _init(url: str) -> None:
    from odapi_async.fleet.install import install  # noqa: PLC0415 - it needs the extra

    async with open_store(url) as store:
        await install(store)


COMMAND: Final = Command(
    "init",
    init,
    (
        "odapi fleet init --store postgresql://mirror@db.example/practices",
        "odapi fleet init --config practices.toml",
    ),
)
