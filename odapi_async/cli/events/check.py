"""`odapi events check`: tell whether offices still post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.events.endpoint_option import TokenFileOption, find_token, with_token
from odapi_async.cli.events.practices import ConfigOption, Named, PracticesOption, find_job, for_each, show
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.practice_options import BaseUrlOption, ModeOption, TierOption
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import exit_on_error, run

if TYPE_CHECKING:
    from odapi_async import Practice
    from odapi_async.events import SubscriptionHealth


def check(
    ctx: typer.Context,
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="URL",
            help="Only the subscriptions of this URL, as it was given to odapi events ensure. If not given: "
            "all subscriptions of the customer key.",
        ),
    ] = None,
    *,
    token_file: TokenFileOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each subscription, for scripts.")
    ] = False,
    config: ConfigOption = None,
    practice: PracticesOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Tell whether the subscriptions of offices are alive, and since when and why if one is not.

    It compares the time of the last poll with the office's own clock. No receiver has to run for it.

    \b
    Exit codes:
        0  all are alive
        1  one stands still, fails or has expired; a practice has none, or could
           not be reached
        2  the arguments cannot work, or a key is missing; nothing was sent
    """  # noqa: D301 - the control character tells the parser not to re-wrap the list
    with exit_on_error():
        from odapi_async.events import check as check_at  # noqa: PLC0415 - the help needs no client

        address = None if url is None else with_token(url, find_token(token_file))
        job = find_job(ctx, Named(config, practice, tier, mode, base_url))

    async def work(practice: Practice) -> list[SubscriptionHealth]:
        return await check_at(practice, address)

    done = run(for_each(job, work))
    code = show(done, json_lines if as_json else text_lines, as_json=as_json)
    raise typer.Exit(code or (0 if all(are_alive(each.found) for each in done) else FAILED))


def are_alive(found: list[SubscriptionHealth]) -> bool:
    """Return whether there are subscriptions, and all are alive."""
    return bool(found) and all(each.state == "alive" for each in found)


def text_lines(practice: str, found: list[SubscriptionHealth]) -> list[str]:
    """Return a line for each subscription."""
    name = printable(practice)
    if not found:
        return [f"{name}: there is no subscription; make one with: odapi events ensure"]
    return [f"{name}: {each.kind} {_what(each)}" for each in found]


def json_lines(practice: str, found: list[SubscriptionHealth]) -> list[str]:
    """Return a line of JSON for each subscription; one without a subscription if there is none."""
    from msgspec import json  # noqa: PLC0415 - the help needs none

    lines = [
        {
            "practice": practice,
            "subscription": each.subscription,
            "kind": each.kind,
            "url": each.url,
            "workstation": each.workstation,
            "state": each.state,
            "since": each.since,
            "silent_seconds": None if each.silence is None else round(each.silence.total_seconds()),
            "why": each.why,
        }
        for each in found
    ]
    return [json.encode(line).decode() for line in lines or [{"practice": practice, "subscription": None}]]


def _what(each: SubscriptionHealth) -> str:
    """Return the state, with its beginning in office time."""
    state = each.state.value.replace("_", " ")
    since = "" if each.since is None else f" since {each.since:%Y-%m-%d %H:%M} (office time)"
    return f"{state}{since}, {each.url}{f': {printable(each.why)}' if each.why else ''}"


COMMAND: Final = Command(
    "check",
    check,
    (
        "odapi events check",
        "odapi events check https://od.example.com/od --config practices.toml --json",
    ),
)
