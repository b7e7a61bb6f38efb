"""`odapi events replay`: handle events again that were handled already."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
from odapi_async.cli.events.chosen_options import PracticeOption, TableOption
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import echo, exit_on_error, run
from odapi_async.mirror.texts import counted


def replay(
    ctx: typer.Context,
    *,
    since: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Events that were received since then: 2h, 1d, or a time of this machine such as "
            "2026-11-28T09:00.",
        ),
    ],
    practice: PracticeOption = None,
    table: TableOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
) -> None:
    """Hand out events again that were handled already, for example after a fault in your own program.

    They are kept for seven days. Your program gets them once more, and odapi events serve writes them into
    the mirror once more, which changes nothing where the mirror has a later state.

    Exit codes: 0, done; 1, the database has no inbox or cannot be used; 2, the arguments cannot work.
    """
    with exit_on_error():
        from odapi_async.cli.mirror.local_time import utc_now  # noqa: PLC0415 - it needs the extra

        at = since_time(since, utc_now())
        url, _ = find_store(ctx, config, store)
        from odapi_async.cli.events.kinds import kinds_of  # noqa: PLC0415 - the help needs no tables

        kinds = kinds_of(table or ())
    count = run(_replay(url, at, practice, kinds))
    echo(f"{counted(count, 'event')} will be handed out again")


def since_time(text: str, now: dt.datetime) -> dt.datetime:
    """Return the time that is meant, with its zone.

    Args:
        text: a duration before now, or a time as ISO 8601; without a zone it is a time of this machine.
        now: the time now in UTC, with its zone.

    Raises:
        UsageError: it is neither.
    """
    with suppress(UsageError):
        return now - dt.timedelta(seconds=parse_duration(text, "--since"))
    try:
        return dt.datetime.fromisoformat(text.strip()).astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError("--since needs a duration such as 2h, or a time such as 2026-11-28T09:00") from None


async def _replay(url: str, since: dt.datetime, practice: str | None, kinds: list[str]) -> int:
    from odapi_async.cli.events.inbox import hint_practice, open_inbox  # noqa: PLC0415 - it needs the extra

    count = 0
    async with open_inbox(url) as inbox:
        for kind in kinds or (None,):
            count += await inbox.replay(practice=practice, kind=kind, since=since)
        await hint_practice(inbox, practice, count)
    return count


COMMAND: Final = Command(
    "replay",
    replay,
    (
        "odapi events replay --store practices.db --since 2h",
        "odapi events replay --since 2026-11-28T09:00 --table patients",
    ),
)
