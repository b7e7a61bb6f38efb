"""Small tables and numbers as plain text."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def aligned(lines: Sequence[Sequence[str]], width_of: Callable[[str], int] = len) -> str:
    """Return lines of cells as columns: the first column aligned to the left, the others to the right.

    Args:
        lines: the lines.
        width_of: returns the width of a text; that of an emoji on a terminal is two.
    """
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            f"{spaces}{cell}" if column else f"{cell}{spaces}"
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            for spaces in [" " * (width - width_of(cell))]
        ).rstrip()
        for line in lines
    )


def seconds_or_none(interval: float) -> str:
    """Return an interval in seconds; 0 means that there is none."""
    return f"{interval:g} s" if interval else "none"
