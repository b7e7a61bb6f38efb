"""`odapi events status`: show what waits in an inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import echo, exit_on_error, run

if TYPE_CHECKING:
    from odapi_async.events import InboxStatus


def status(
    ctx: typer.Context,
    *,
    config: ConfigOption = None,
    store: StoreOption = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="The exit code is 1 if an event has waited for longer: 30s, 5m, 2h, 1d."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON, for scripts.")] = False,
) -> None:
    """Show for each practice which events wait, which were set aside, and when the last one was received.

    An event is set aside when it has failed ten times: it is kept, and odapi events retry tries it again.
    The command reads only the database: it needs no key, and sends nothing to an office. With --config it
    also shows the practices of the file of which nothing was received.

    Exit codes: 0, all is well; 1, an event was set aside or waits for longer than --max-age, or the database
    has no inbox; 2, the arguments cannot work.
    """
    with exit_on_error():
        seconds = None if max_age is None else parse_duration(max_age, "--max-age")
        url, found = find_store(ctx, config, store)
        from odapi_async.cli.events import status_view  # noqa: PLC0415 - it needs the extra
    names = tuple(found.practices) if found else ()
    seen = status_view.with_practices(run(_read(url)), names)
    echo(status_view.as_json(seen, seconds) if as_json else status_view.as_text(seen, seconds))
    raise typer.Exit(FAILED if status_view.problems(seen, seconds) else 0)


async def _read(url: str) -> InboxStatus:
    from odapi_async.cli.events.inbox import open_inbox  # noqa: PLC0415 - it needs the extra

    async with open_inbox(url) as inbox:
        return await inbox.status()


COMMAND: Final = Command(
    "status",
    status,
    (
        "odapi events status --store practices.db",
        "odapi events status --config practices.toml --max-age 5m --json",
    ),
)
