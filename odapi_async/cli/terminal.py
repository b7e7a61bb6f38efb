"""Output, input and the end of a command on the terminal."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Coroutine, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import typer

from odapi_async.cli.color import Color, write_line
from odapi_async.cli.errors import EXPECTED_ERRORS, NO_REDACTION, Redaction, UsageError, error_line
from odapi_async.cli.exit_codes import INTERRUPTED, USAGE
from odapi_async.cli.screen import NOT_WRITTEN, encodable

T = TypeVar("T")

NO_COLORS: Final[Mapping[str, Color]] = MappingProxyType({})
_PROGRAM: Final = "odapi:"
_ERROR: Final = {_PROGRAM: Color.RED}


def echo(text: str, colors: Mapping[str, Color] = NO_COLORS) -> None:
    """Print a line to standard output, and flush it.

    Args:
        text: the line.
        colors: the colors of words in it, on a terminal that has colors.
    """
    write_line(sys.stdout, encodable(text), colors)


def echo_err(text: str) -> None:
    """Print a line to standard error, so that it does not end up in a file or a pipe.

    The name of the program at its start, which marks an error, is red.
    """
    write_line(sys.stderr, encodable(text), _ERROR if text.startswith(_PROGRAM) else NO_COLORS)


def run(work: Coroutine[Any, Any, T], redaction: Redaction = NO_REDACTION) -> T:
    """Run a coroutine in an event loop of its own. An expected error becomes one line and an exit code.

    Args:
        work: the coroutine.
        redaction: what the line must not show.
    """
    import asyncio  # noqa: PLC0415 - the help text needs no event loop

    with exit_on_error(redaction):
        try:
            return asyncio.run(work)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except ExceptionGroup as group:
            # a closed pipe and a full disk are handled outside, but not inside a group
            if broken := group.subgroup(BrokenPipeError):
                raise BrokenPipeError(errno.EPIPE, "the output was closed") from broken
            if failed := group.subgroup(_is_not_written):
                number = getattr(_first(failed), "errno", None) or errno.EIO
                raise OSError(number, os.strerror(number)) from failed
            raise


@contextmanager
def exit_on_error(redaction: Redaction = NO_REDACTION) -> Generator[None]:
    """Print an expected error as one line to standard error, and exit with its code."""
    try:
        yield
    except EXPECTED_ERRORS as error:
        text, exit_code = error_line(error, redaction)
        echo_err(f"odapi: {text}")
        raise typer.Exit(exit_code) from None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        echo_err("odapi: the name of a file is too long")
        raise typer.Exit(USAGE) from None


def use_utf8(*, keep_line_ends: bool = False) -> None:
    """Write UTF-8 to files and pipes in any locale. A terminal shows ? for characters that it lacks.

    Args:
        keep_line_ends: whether line ends are written as they are, also on Windows.
    """
    reconfigure: Any = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is None:  # not a real output, as in a test
        return
    if sys.stdout.isatty():
        reconfigure(errors="replace")
    else:
        reconfigure(encoding="utf-8", newline="" if keep_line_ends else None)


def read_input(source: str, what: str) -> bytes:
    """Read a file, or standard input if the source is `-`.

    Args:
        source: the path of the file, or `-`.
        what: what is read, for the error message.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UsageError(f"the {what} cannot be read: {error.strerror or type(error).__name__}") from None
    except ValueError:
        raise UsageError(f"the {what} cannot be read: its name has a character that no path has") from None


def _is_not_written(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in NOT_WRITTEN


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseException", error.exceptions[0])  # pyright: ignore[reportUnknownMemberType]
    return error
