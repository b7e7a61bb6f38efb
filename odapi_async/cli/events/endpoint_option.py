"""The URL of a receiver, and its token, which is never an argument."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qsl, quote

import typer

from odapi_async.cli.errors import UsageError

TOKEN: Final = "token"  # noqa: S105 - the name of the parameter
VARIABLE: Final = "ODAPI_EVENTS_TOKEN"

TokenFileOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A file with a token of yours, which the URL has beside the customer key; make one with: "
        f"openssl rand -hex 32. If not given: the variable {VARIABLE}, or no token.",
    ),
]


def find_token(file: Path | None) -> str | None:
    """Return the token of the file, or that of the environment; None if there is none.

    Raises:
        UsageError: the file cannot be read.
        ConfigurationError: the token is too short, or has characters that no token has.
    """
    from odapi_async.cli.terminal import read_input  # noqa: PLC0415 - one place loads what a help needs not
    from odapi_async.watch.security import check_token  # noqa: PLC0415 - likewise

    if file is not None:
        return check_token(read_input(str(file), "token").decode(errors="replace"))
    found = os.environ.get(VARIABLE)
    return check_token(found) if found else None


def with_token(url: str, token: str | None) -> str:
    """Return the URL of a receiver with its token.

    Raises:
        UsageError: the URL that was typed has a token.
    """
    query = url.partition("#")[0].partition("?")[2]
    if any(name == TOKEN for name, _ in parse_qsl(query, keep_blank_values=True)):
        raise UsageError(
            "the URL contains a token, which other users of this machine can see while the command runs: "
            f"leave it out, and give it with --token-file FILE or in {VARIABLE}"
        )
    if token is None:
        return url
    return f"{url}{'&' if '?' in url else '?'}{TOKEN}={quote(token, safe='')}"
