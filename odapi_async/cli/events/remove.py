"""`odapi events remove`: let offices post nothing more to a URL."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.confirm import confirm
from odapi_async.cli.errors import CommandFailed
from odapi_async.cli.events.endpoint_option import TokenFileOption, find_token, with_token
from odapi_async.cli.events.practices import (
    ConfigOption,
    Done,
    Named,
    PracticesOption,
    find_job,
    for_each,
    show,
    with_name,
)
from odapi_async.cli.practice_options import BaseUrlOption, ModeOption, TierOption
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, exit_on_error, run
from odapi_async.mirror.texts import counted

if TYPE_CHECKING:
    from odapi_async import Practice
    from odapi_async.events import Removed, SubscriptionHealth


def remove(
    ctx: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The URL, as it was given to odapi events ensure.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Remove them without asking, for scripts.")] = False,
    token_file: TokenFileOption = None,
    any_token: Annotated[
        bool, typer.Option("--any-token", help="Remove those of the URL with another token, too.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each subscription, for scripts.")
    ] = False,
    config: ConfigOption = None,
    practice: PracticesOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Remove all subscriptions of a URL, so that offices post nothing more to it. Others are left alone.

    The command shows what it would remove, and asks. In a script nobody can confirm: without --yes nothing is
    removed, and the exit code is 2. A key without the permission AllOthers cannot delete: then the
    subscriptions are ended, and stay in the list of the office.

    Exit codes: 0, they are removed, or there were none; 1, it was not confirmed, or a practice could not be
    reached; 2, the arguments cannot work, or a key is missing.
    """
    with exit_on_error():
        from odapi_async import events  # noqa: PLC0415 - the help needs no client

        address = with_token(url, find_token(token_file))
        job = find_job(ctx, Named(config, practice, tier, mode, base_url))
    if not yes:
        found = run(for_each(job, partial(_read, url=address, any_token=any_token)))
        with exit_on_error():
            _ask(found)
    done = run(for_each(job, partial(events.remove, url=address, any_token=any_token)))
    if not (as_json or any(each.found or each.code for each in done)):
        others = "" if any_token else " with this token; --any-token removes those with another one"
        echo(f"there was no subscription of this URL{others}")
    raise typer.Exit(show(done, json_lines if as_json else text_lines, as_json=as_json))


async def _read(practice: Practice, url: str, *, any_token: bool) -> list[SubscriptionHealth]:
    """Return what would be removed."""
    from odapi_async import events  # noqa: PLC0415 - the help needs no client
    from odapi_async.events.endpoint import Endpoint  # noqa: PLC0415 - likewise

    if not any_token:
        return await events.check(practice, url)
    shown = Endpoint(url).shown
    return [each for each in await events.check(practice) if each.url == shown]


def _ask(found: list[Done]) -> None:
    """Show what would be removed, and ask; not if there is nothing.

    Raises:
        CommandFailed: an office does not say what it has.
    """
    if failed := next((each for each in found if each.code), None):
        raise CommandFailed(f"{with_name(failed)}; nothing was removed")
    lines = [
        f"{printable(one.practice)}: {each.kind}, subscription {each.subscription}, of {each.url}"
        for one in found
        for each in one.found
    ]
    if lines:
        what = counted(len(lines), "subscription")
        confirm(lines, f"Remove {what}?", what, done="removed")


def text_lines(practice: str, found: list[Removed]) -> list[str]:
    """Return a line for each subscription."""
    return [
        f"{printable(practice)}: {each.kind} {each.action} (subscription {each.subscription})"
        for each in found
    ]


def json_lines(practice: str, found: list[Removed]) -> list[str]:
    """Return a line of JSON for each subscription."""
    from msgspec import json, structs  # noqa: PLC0415 - the help needs none

    return [json.encode({"practice": practice, **structs.asdict(each)}).decode() for each in found]


COMMAND: Final = Command(
    "remove",
    remove,
    (
        "odapi events remove https://od.example.com/od",
        "odapi events remove https://od.example.com/od --config practices.toml --yes",
    ),
)
