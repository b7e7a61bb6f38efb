"""The one place that decides which characters reach a terminal. Files and pipes get everything as it is."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from typing import Any, Final, TextIO

NOT_WRITTEN: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""The errors of an output that cannot be written."""
_UNSAFE: Final = re.compile(r"[^\n -~]")


def visible(text: str) -> str:
    """Return a text for a terminal: characters that are not printable become escapes, as in JSON."""
    return _UNSAFE.sub(_escape, text)


def printable(text: str) -> str:
    """Return a text in one line that is safe on a terminal: control characters become spaces."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


def encodable(text: str) -> str:
    """Return a text without half characters, which names and arguments may have, and no output takes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def open_closed_streams() -> None:
    """Open the null device where a shell has closed standard input or standard error.

    Otherwise the next file gets its number, such as that of a database, and everything that is written to
    that number ends up in the file.
    """
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def protect_terminals() -> None:
    """Let nothing but printable text reach standard output and standard error if they are terminals."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and stream.isatty():
            setattr(sys, name, PrintableStream(stream))


def unfiltered(stream: TextIO) -> TextIO:
    """Return the terminal itself, for a writer that moves the cursor and makes its own text printable."""
    return stream.terminal if isinstance(stream, PrintableStream) else stream


class PrintableStream(io.TextIOBase):
    """A terminal that is written to through `visible`. It has no `buffer`, so that nothing passes it by."""

    def __init__(self, terminal: TextIO) -> None:
        super().__init__()
        self.terminal = terminal

    def write(self, text: str, /) -> int:
        """Write a text."""
        self.terminal.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Flush the terminal."""
        self.terminal.flush()

    def isatty(self) -> bool:
        """Return True."""
        return True

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the terminal's file descriptor."""
        return self.terminal.fileno()

    def reconfigure(self, **options: Any) -> None:
        """Change the terminal's settings."""
        change: Any = getattr(self.terminal, "reconfigure", None)
        if change is not None:
            change(**options)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The terminal's encoding."""
        return self.terminal.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """How the terminal treats characters that it lacks."""
        return self.terminal.errors


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
