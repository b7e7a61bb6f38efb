"""`odapi events retry`: try events again that were set aside."""

from __future__ import annotations

from typing import Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.events.chosen_options import (
    Filters,
    IdOption,
    PracticeOption,
    TableOption,
    find_filters,
)
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import echo, exit_on_error, run
from odapi_async.mirror.texts import counted


def retry(
    ctx: typer.Context,
    *,
    event_id: IdOption = None,
    practice: PracticeOption = None,
    table: TableOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
) -> None:
    """Hand out events again that failed too often and were set aside; see odapi events set-aside.

    Exit codes: 0, done; 1, the database has no inbox or cannot be used; 2, the arguments cannot work.
    """
    with exit_on_error():
        url, _ = find_store(ctx, config, store)
        filters = find_filters(event_id, practice, table)
    echo(f"{counted(run(_retry(url, filters)), 'event')} will be handed out again")


async def _retry(url: str, filters: Filters) -> int:
    from odapi_async.cli.events.inbox import for_chosen  # noqa: PLC0415 - it needs the extra
    from odapi_async.events import Inbox  # noqa: PLC0415 - likewise

    return await for_chosen(url, filters, Inbox.retry)


COMMAND: Final = Command(
    "retry",
    retry,
    ("odapi events retry --store practices.db", "odapi events retry --practice harbour --table appointments"),
)
