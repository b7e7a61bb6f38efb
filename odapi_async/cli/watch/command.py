"""`odapi watch`: show in a browser how current a mirror or a fleet is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from odapi_async.cli.command import Command
from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.duration import parse_duration
from odapi_async.cli.mirror.store_option import ConfigOption, StoreOption, find_store
from odapi_async.cli.terminal import exit_on_error, run


def watch(
    ctx: typer.Context,
    *,
    web: Annotated[bool, typer.Option("--web", help="Serve the page.")] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    every: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="For a single mirror: the time from one of its rounds to the next, such as 5m (which is "
            "used if none is given) or 1h. A fleet knows the interval of each practice.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="The interface to listen on. Another one than this needs a token of yours.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 takes a free one.")] = 0,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file with a token of yours; make one with: openssl rand -hex 32. Without it and without "
            "ODAPI_WATCH_TOKEN a new token is made at each start.",
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A further name by which browsers reach the page, such as that of a TLS proxy. It can be "
            "given several times.",
        ),
    ] = None,
) -> None:
    """Show in a browser how current a mirror or a fleet is, until Ctrl-C.

    The command looks into the database only: it needs no key, and sends nothing to an office. The page shows
    names, counts, times and errors, and never a row or a key. It prints its address, which has a token:
    a browser keeps it as a cookie.

    Exit codes: 1, the database cannot be used or the port is in use; 2, the arguments cannot work.
    """
    with exit_on_error():
        if not web:
            raise UsageError("add --web; in a terminal, use: odapi mirror status, or odapi fleet status")
        seconds = None if every is None else parse_duration(every)
        url, _ = find_store(ctx, config, store)
        from odapi_async.cli.watch import server  # noqa: PLC0415 - it needs the extra

        options = server.WatchOptions(
            store=url,
            every=seconds,
            host=host,
            port=port,
            token=server.choose_token(host, token_file, os.environ.get("ODAPI_WATCH_TOKEN")),
            names=tuple(allow_host or ()),
        )
    run(server.serve(options))


COMMAND: Final = Command(
    "watch",
    watch,
    (
        "odapi watch --web --store practices.db",
        "odapi watch --web --config practices.toml --every 1h --port 8080",
        "odapi watch --web --token-file watch.token --allow-host watch.example.com",
    ),
)
