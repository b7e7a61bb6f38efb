"""`odapi fleet sync`: read practices before all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.fleet.names import choose
from odapi_async.cli.fleet.store_option import ConfigOption, StoreOption, find_store, open_fleet
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, echo_err, exit_on_error, run


def sync(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="The names of the practices.")],
    *,
    config: ConfigOption = None,
    store: StoreOption = None,
) -> None:
    """Let the workers read these practices now, before all that are only due.

    The command returns at once; odapi fleet status --all shows how old their copies are. A practice that a
    worker reads at this moment is read again after that.

    Exit codes: 0, they are queued; 1, the database cannot be used; 2, there is no such practice, or the
    other arguments cannot work.
    """
    with exit_on_error():
        url, _ = find_store(ctx, config, store)
    chosen = tuple(dict.fromkeys(names))
    workers = run(_sync(url, chosen))
    echo(f"queued before all others: {', '.join(map(printable, chosen))}")
    if not workers:
        echo_err("no worker is running; start one: odapi fleet work")


async def _sync(url: str, names: Sequence[str]) -> int:
    """Queue the practices, and return the number of workers that can read them."""
    from odapi_async.fleet import practices  # noqa: PLC0415 - it needs the extra
    from odapi_async.fleet.status import read_fleet_status  # noqa: PLC0415 - likewise

    async with open_fleet(url) as store:
        choose(await practices.read_practices(store), names)
        await practices.make_urgent(store, names)
        status = await read_fleet_status(store)
    return sum(each.is_alive for each in status.workers)


COMMAND: Final = Command(
    "sync",
    sync,
    (
        "odapi fleet sync harbour --config practices.toml",
        "odapi fleet sync harbour main-street --store postgresql://mirror@db.example/practices",
    ),
)
