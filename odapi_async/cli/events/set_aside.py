"""`odapi events set-aside`: show the events that failed too often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.events.chosen_options import Filters, PracticeOption, TableOption, find_filters
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.output.table import aligned
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, exit_on_error, run

if TYPE_CHECKING:
    from odapi_async.events import SetAside

_HEAD: Final = ("id", "practice", "kind", "received", "tries", "error", "rows")
_SHOWN: Final = 5  # ids of rows


def set_aside(
    ctx: typer.Context,
    *,
    practice: PracticeOption = None,
    table: TableOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each event, for scripts.")
    ] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
) -> None:
    """Show the events that failed too often: their numbers, the ids of their rows, and the types of errors.

    No other content of a row is shown. At most 1,000 events of a kind are shown, the oldest first.

    Exit codes: 0, done; 1, the database has no inbox or cannot be used; 2, the arguments cannot work.
    """
    with exit_on_error():
        url, _ = find_store(ctx, config, store)
        filters = find_filters(None, practice, table)
    found = run(_read(url, filters))
    if as_json:
        for line in map(json_line, found):
            echo(line)
    else:
        echo(as_text(found))


async def _read(url: str, filters: Filters) -> list[SetAside]:
    from odapi_async.cli.events.inbox import open_inbox  # noqa: PLC0415 - it needs the extra

    async with open_inbox(url) as inbox:
        return [
            each
            for kind in filters.kinds
            for each in await inbox.set_aside(practice=filters.practice, kind=kind)
        ]


def as_text(found: Sequence[SetAside], zone: dt.tzinfo | None = None) -> str:
    """Return events as a table.

    Args:
        found: the events.
        zone: the zone of the times; None for that of this machine.
    """
    if not found:
        return "no event was set aside"
    from odapi_async.cli.mirror.local_time import moment, utc_now  # noqa: PLC0415 - it needs the extra

    rows = [
        (
            str(each.event_id),
            printable(each.practice),
            printable(each.kind),
            moment(each.received_at, utc_now(), zone),
            f"{each.tries}",
            printable(each.error),
            _ids(each.row_ids),
        )
        for each in found
    ]
    return aligned([_HEAD, *rows])


def json_line(each: SetAside) -> str:
    """Return an event as one line of JSON, with its time in UTC."""
    from msgspec import json, to_builtins  # noqa: PLC0415 - the help needs none

    from odapi_async.cli.mirror.local_time import iso  # noqa: PLC0415 - it needs the extra

    return json.encode({**to_builtins(each), "received_at": iso(each.received_at)}).decode()


def _ids(ids: Sequence[int | None]) -> str:
    shown = ", ".join("-" if each is None else str(each) for each in ids[:_SHOWN])
    return f"{shown} and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else shown


COMMAND: Final = Command(
    "set-aside",
    set_aside,
    (
        "odapi events set-aside --store practices.db",
        "odapi events set-aside --practice harbour --table appointments --json",
    ),
)
