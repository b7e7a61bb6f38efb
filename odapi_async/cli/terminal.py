"""Where commands meet the terminal: what they print, how they run, and how they end."""

from __future__ import annotations

import asyncio
import errno
import sys
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer

from odapi_async.cli.errors import EXPECTED, NOTHING, Sent, WrongInput, ending_of
from odapi_async.cli.exit_codes import INTERRUPTED

T = TypeVar("T")


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print a line beside the output: it does not end in a file or in a pipe."""
    typer.echo(text, err=True)


def run(work: Coroutine[Any, Any, T], sent: Sent = NOTHING) -> T:
    """Run to the end. What goes wrong as it may becomes a line and an exit code, and Ctrl-C ends it quietly.

    Args:
        work: what is to be done.
        sent: what no line may repeat.
    """
    with explained(sent):
        try:
            return asyncio.run(work)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except ExceptionGroup as group:
            # typer knows what to do about a closed pipe, but not inside a group
            if broken := group.subgroup(BrokenPipeError):
                raise BrokenPipeError(errno.EPIPE, "the output was closed") from broken
            raise


@contextmanager
def explained(sent: Sent = NOTHING) -> Generator[None]:
    """Turn what goes wrong as it may into a line on the standard error output and an exit code."""
    try:
        yield
    except EXPECTED as error:
        ending = ending_of(error, sent)
        note(f"odapi: {ending.text}")
        raise typer.Exit(ending.code) from None


def use_utf8() -> None:
    """Write UTF-8 to files and pipes, whatever the locale is; what a terminal cannot show becomes a ?."""
    reconfigure: Any = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is None:  # it is no real output
        return
    if sys.stdout.isatty():
        reconfigure(errors="replace")
    else:
        reconfigure(encoding="utf-8")


def read_input(source: str, what: str) -> bytes:
    """Read a file, or the standard input for `-`.

    Raises:
        WrongInput: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise WrongInput(f"the {what} cannot be read: {error.strerror or type(error).__name__}") from None
