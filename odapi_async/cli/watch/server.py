"""The watch page in this process, its token, and the line with its address. Needs the extra `mirror`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from odapi_async.cli.ending import ending
from odapi_async.cli.errors import UsageError
from odapi_async.cli.listening import listening_on
from odapi_async.cli.terminal import echo, echo_err, read_input
from odapi_async.errors import OpenDentalError
from odapi_async.mirror import Store
from odapi_async.watch.security import check_token, is_loopback, new_token
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import FleetSource, open_source

_MAKE_ONE = (
    "give a token with --token-file FILE or in ODAPI_WATCH_TOKEN; make one with: openssl rand -hex 32 > FILE"
)


@dataclass(frozen=True, kw_only=True)
class Token:
    """The token of the page.

    Attributes:
        value: the token.
        origin: where it was found, for people; empty if it is a new one, which is printed.
    """

    value: str = field(repr=False)
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """The options of the command.

    Attributes:
        store: the database.
        every: seconds from one round of a single mirror to the next; None if it was not given.
        host: the interface to listen on.
        port: the port; 0 takes a free one.
        token: the token of the page.
        names: further names of the server.
    """

    store: str = field(repr=False)
    every: float | None = None
    host: str = "127.0.0.1"
    port: int = 0
    token: Token
    names: tuple[str, ...] = ()


def choose_token(host: str, file: Path | None, variable: str | None) -> Token:
    """Return the token: that of the file, that of the variable, or a new one.

    Raises:
        UsageError: the file cannot be read, or a new token would not be safe.
        ConfigurationError: the token is too short, or has characters that no token has.
    """
    if file is not None:
        text = read_input(str(file), "token").decode(errors="replace")
        return Token(value=check_token(text), origin=str(file))
    if variable:
        return Token(value=check_token(variable), origin="ODAPI_WATCH_TOKEN")
    if not is_loopback(host):
        raise UsageError(f"others can reach {host}, so the page needs a token that they know: {_MAKE_ONE}")
    if not sys.stdout.isatty():
        raise UsageError(f"the output is not a terminal, and no token may end up in a log: {_MAKE_ONE}")
    return Token(value=new_token())


async def serve(options: WatchOptions) -> None:
    """Serve the page until SIGINT or SIGTERM; the second signal ends it at once.

    Raises:
        UsageError: --every was given for a fleet.
        StoreError: the database cannot be used.
        FleetError: the fleet was created by another version of this package.
        CommandFailed: the port is in use, or this machine does not have that host.
    """
    with ending() as end:
        async with Store(options.store) as store:
            source = await open_source(store, every=options.every)
            if options.every is not None and isinstance(source, FleetSource):
                raise UsageError("this database holds a fleet, which knows its intervals: leave out --every")
            server = WatchServer(
                source,
                options.token.value,
                host=options.host,
                port=options.port,
                names=options.names,
                on_error=_report,
            )
            with listening_on(options.host, options.port):
                await server.start()
            try:
                echo(start_message(server, options.token))
                await end.wait()
            finally:
                await server.close()


def start_message(server: WatchServer, token: Token) -> str:
    """Return the line with the address. A token that the user has already is not printed."""
    if not token.origin:
        return f"Open this address in a browser: {server.url}\nPress Ctrl-C to end it."
    return f"Open {server.address}?token=TOKEN in a browser, with the token of {token.origin}."


def _report(error: OpenDentalError) -> None:
    echo_err(f"odapi: {error}")
