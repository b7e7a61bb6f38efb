"""`odapi events ensure`: let offices post their changes to a URL."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
from odapi_async.cli.events.endpoint_option import TokenFileOption, find_token, with_token
from odapi_async.cli.events.practices import (
    ConfigOption,
    Done,
    Named,
    PracticesOption,
    find_job,
    for_each,
    show,
)
from odapi_async.cli.exit_codes import FAILED
from odapi_async.cli.practice_options import BaseUrlOption, ModeOption, TierOption
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo_err, exit_on_error, run

if TYPE_CHECKING:
    from odapi_async.events import Ensured


def ensure(
    ctx: typer.Context,
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="The URL of your receiver, as the machine of the office sees it."),
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE",
            help="Tables by their names in the SDK, such as appointments, which also means its deletions; or "
            "single events as the API spells them, such as AppointmentDeleted.",
        ),
    ] = None,
    *,
    workstation: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="The machine at the office that posts: the name of one on which Open Dental or its API "
            "Service runs all day; or 'All Workstations' since version 26.2.1.",
        ),
    ],
    polling: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="How often the office looks for changes: 10s, 30s, 5m. If not given: 30s for a new "
            "subscription, and no change of one that is there.",
        ),
    ] = None,
    selected: Annotated[
        bool,
        typer.Option("--selected", help="Also post the patient that somebody selects in the program."),
    ] = False,
    token_file: TokenFileOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each table, for scripts.")
    ] = False,
    config: ConfigOption = None,
    practice: PracticesOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Make sure that offices post the changes of tables to a URL, with one subscription for each table.

    What is there already is kept, and updated where it differs. Run again, the command changes nothing, so
    it may run at each deployment. Subscriptions of other URLs are left alone. To change the URL or its
    token, remove the old one first: odapi events remove.

    \b
    Exit codes:
        0  all subscriptions are there
        1  an office refused one, or could not be reached
        2  the arguments cannot work, or a key is missing; nothing was sent
        3  a response was lost: run it again to see whether it was done
    """  # noqa: D301 - the control character tells the parser not to re-wrap the list
    with exit_on_error():
        from odapi_async.cli.events.kinds import kinds_of  # noqa: PLC0415 - not for help
        from odapi_async.cli.mirror.duration import parse_duration  # noqa: PLC0415 - likewise
        from odapi_async.events import ensure as ensure_at  # noqa: PLC0415 - likewise
        from odapi_async.events.endpoint import Endpoint  # noqa: PLC0415 - likewise
        from odapi_async.events.event import PATIENT_SELECTED  # noqa: PLC0415 - likewise
        from odapi_async.events.subscriptions import READABLE  # noqa: PLC0415 - likewise

        kinds = kinds_of(tables or ())
        wanted = [each for each in kinds if each != PATIENT_SELECTED]
        if not kinds and not selected:
            raise UsageError("name a table, such as appointments, or add --selected")
        address = with_token(url, find_token(token_file))
        endpoint = Endpoint(address)
        if endpoint.is_readable:
            echo_err(f"odapi: {endpoint.shown} is not encrypted: {READABLE}")
        work = partial(
            ensure_at,
            url=address,
            tables=wanted,
            workstation=workstation,
            polling_seconds=None if polling is None else parse_duration(polling, "--polling"),
            selected=selected or len(wanted) < len(kinds),
        )
        job = find_job(ctx, Named(config, practice, tier, mode, base_url))
    done = run(for_each(job, work))
    code = show(done, json_lines if as_json else text_lines, as_json=as_json)
    raise typer.Exit(max(code, FAILED if is_refused(done) else 0))


def is_refused(done: list[Done]) -> bool:
    """Return whether an office has refused a subscription."""
    return any(each.action == "refused" for one in done for each in one.found or ())


def text_lines(practice: str, found: list[Ensured]) -> list[str]:
    """Return a line for each table."""
    return [f"{printable(practice)}: {each.kind} {_what(each)}" for each in found]


def json_lines(practice: str, found: list[Ensured]) -> list[str]:
    """Return a line of JSON for each table."""
    from msgspec import json, structs  # noqa: PLC0415 - the help needs none

    return [json.encode({"practice": practice, **structs.asdict(each)}).decode() for each in found]


def _what(each: Ensured) -> str:
    number = "" if each.subscription is None else f" (subscription {each.subscription})"
    return f"{each.action}{number}{f': {printable(each.why)}' if each.why else ''}"


COMMAND: Final = Command(
    "ensure",
    ensure,
    (
        "odapi events ensure https://od.example.com/od patients --workstation SERVER",
        "odapi events ensure https://od.example.com/od appointments \\",
        "      --workstation SERVER --polling 10s --config practices.toml",
    ),
)
