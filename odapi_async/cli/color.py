"""Colors of words on a terminal: red for errors, yellow for what is late, green for what is well.

They say nothing that the words do not say. NO_COLOR turns them off, FORCE_COLOR turns them on in a pipe, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TextIO

from odapi_async.cli.screen import PrintableStream, unfiltered, visible

_PLAIN: Final = {"", "dumb", "unknown"}  # values of TERM


class Color(StrEnum):
    """A color, as the number that turns it on."""

    RED = "31"
    GREEN = "32"
    YELLOW = "33"


STATES: Final[Mapping[str, Color]] = {
    **dict.fromkeys(("failed", "failing", "offline"), Color.RED),
    **dict.fromkeys(("too old", "overdue", "not complete", "never complete"), Color.YELLOW),
    "current": Color.GREEN,
}
"""The colors of the states of practices."""


def has_color(stream: TextIO) -> bool:
    """Return whether an output shows colors."""
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced != "0"
    known = os.environ.get("TERM", "") not in _PLAIN or "WT_SESSION" in os.environ  # or Windows Terminal
    return known and stream.isatty()


def write_line(stream: TextIO, text: str, colors: Mapping[str, Color]) -> None:
    """Write a line, or several, and flush.

    Args:
        stream: the output.
        text: the text, without the end of the last line.
        colors: the colors of words in its first line; only the first place of a word is colored.
    """
    if not has_color(stream):
        print(text, file=stream, flush=True)
        return
    # what the terminal must not get is removed before the colors are added
    shown = visible(text) if isinstance(stream, PrintableStream) else text
    first, end, rest = shown.partition("\n")
    for word, color in colors.items():
        first = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", f"\x1b[{color}m{word}\x1b[0m", first, count=1)
    print(first + end + rest, file=unfiltered(stream), flush=True)
