"""`odapi events retry`: try events again that were set aside."""

from __future__ import annotations

from typing import Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.output.table import counted
from odapi_async.cli.terminal import echo, exit_on_error, run


def retry(ctx: typer.Context, *, config: ConfigOption = None, store: StoreOption = None) -> None:
    """Hand out events again that failed too often and were set aside; see odapi events status.

    Exit codes: 0, done; 1, the database has no inbox or cannot be used; 2, the arguments cannot work.
    """
    with exit_on_error():
        url, _ = find_store(ctx, config, store)
    echo(f"{counted(run(_retry(url)), 'event')} will be handed out again")


async def _retry(url: str) -> int:
    from odapi_async.cli.events.inbox import open_inbox  # noqa: PLC0415 - it needs the extra

    async with open_inbox(url) as inbox:
        return await inbox.retry()


COMMAND: Final = Command("retry", retry, ("odapi events retry --store practices.db",))
