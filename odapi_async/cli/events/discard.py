"""`odapi events discard`: remove events that were set aside."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
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


def discard(
    ctx: typer.Context,
    *,
    event_id: IdOption = None,
    practice: PracticeOption = None,
    table: TableOption = None,
    is_all: Annotated[bool, typer.Option("--all", help="Remove all events that were set aside.")] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
) -> None:
    """Remove events that failed too often and were set aside. Nobody handles them any more.

    A mirror finds what they told with its next round. It cannot be undone: look at them first with odapi
    events set-aside.

    Exit codes: 0, done; 1, the database has no inbox or cannot be used; 2, the arguments cannot work.
    """
    with exit_on_error():
        if is_all == bool(event_id or practice or table):
            raise UsageError("name the events with --id, --practice or --table, or all of them with --all")
        url, _ = find_store(ctx, config, store)
        filters = find_filters(event_id, practice, table)
    echo(f"{counted(run(_discard(url, filters)), 'event')} removed")


async def _discard(url: str, filters: Filters) -> int:
    from odapi_async.cli.events.inbox import for_chosen  # noqa: PLC0415 - it needs the extra
    from odapi_async.events import Inbox  # noqa: PLC0415 - likewise

    return await for_chosen(url, filters, Inbox.discard)


COMMAND: Final = Command(
    "discard",
    discard,
    ("odapi events discard --id 17 --store practices.db", "odapi events discard --practice harbour"),
)
