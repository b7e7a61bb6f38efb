"""`odapi events serve`: receive what offices post."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
from odapi_async.cli.events.endpoint_option import TokenFileOption, find_token
from odapi_async.cli.events.practices import ConfigOption, Named, PracticesOption, find_job
from odapi_async.cli.exit_codes import INTERRUPTED
from odapi_async.cli.mirror.store_option import StoreOption
from odapi_async.cli.practice_options import BaseUrlOption, ModeOption, TierOption
from odapi_async.cli.terminal import exit_on_error, run

_PATH: Final = re.compile(r"/[A-Za-z0-9._~/-]*", re.ASCII)


def serve(
    ctx: typer.Context,
    *,
    config: ConfigOption = None,
    practice: PracticesOption = None,
    store: StoreOption = None,
    host: Annotated[
        str,
        typer.Option(help="The interface to listen on. It has no TLS, so put a proxy before another one."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 takes a free one.")] = 8080,
    path: Annotated[str, typer.Option(metavar="PATH", help="The path of the URL.")] = "/od",
    token_file: TokenFileOption = None,
    store_only: Annotated[
        bool,
        typer.Option(
            "--store-only",
            help="Only store the events, for a program of yours that handles them. Needs no developer key.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but problems.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each POST.")] = False,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Receive what offices post, store it in the database of the mirror, and apply it to the mirror.

    It is for those who have no web framework. Offices post to the URL of a TLS proxy in front of it; let
    them know the URL with: odapi events ensure. Each request has the customer key of its practice, and a
    request without a known one is refused. The keys come from the same places as those of odapi mirror.

    At its start, and where an event does not tell everything, it reads the tables that offices can watch
    among those of the mirror. For all other tables, run odapi mirror besides.

    SIGTERM and Ctrl-C end it: what is being received is stored first. A second signal ends it at once, and
    nothing is lost: offices send again what was not stored. The output has no row and no key.

    \b
    Exit codes:
        0    it was told to end
        1    the port is in use, or the database cannot be used
        2    the arguments cannot work, or a key is missing
        130  interrupted
    """  # noqa: D301 - the control character tells the parser not to re-wrap the list
    with exit_on_error():
        if not _PATH.fullmatch(path):
            raise UsageError("--path has to begin with / and may have letters, digits and -._~ only")
        token = find_token(token_file)
        named = Named(config, practice, tier, mode, base_url)
        job = find_job(ctx, named, store=store, sends=not store_only)
        from odapi_async.cli.events import serving  # noqa: PLC0415 - it needs the extra

        options = serving.ServeOptions(
            job=job,
            host=host,
            port=port,
            path=path,
            token=token,
            store_only=store_only,
            quiet=quiet,
            as_json=as_json,
        )
    if run(serving.serve(options)):
        raise typer.Exit(INTERRUPTED)


COMMAND: Final = Command(
    "serve",
    serve,
    (
        "odapi events serve --config practices.toml",
        "odapi events serve --practice harbour --store practices.db --port 9000",
        "odapi events serve --config practices.toml --token-file events.token --json",
    ),
)
