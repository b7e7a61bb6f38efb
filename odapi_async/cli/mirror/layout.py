"""Lines of text that fit a terminal, measured in its cells: an emoji is two of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells

_GAP: Final = "  "
_PIECE: Final = re.compile(r"[^-_]*[-_]+|[^-_]+")
_LEAST_LAST: Final = 30  # cells of the last column, in which a longer text is broken
_NARROWEST: Final = 4  # a terminal that claims to be narrower gets lines of this width


class Row(NamedTuple):
    """A name and its details.

    Attributes:
        name: the name, which is never cut.
        cells: the details in columns.
    """

    name: str
    cells: tuple[str, ...]


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text into lines.

    Args:
        text: the text, without control characters.
        width: the most cells of a line.
        indent: spaces before each line except the first.
    """
    width = max(width, _NARROWEST)
    if cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    line = text[: len(text) - len(text.lstrip())]
    for word in text.split():
        joined = f"{line} {word}" if line.strip() else f"{line}{word}"
        if cell_len(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
            line = indent
        *full, last = _chopped(word, width - cell_len(line)) or [""]
        for part in full:
            lines.append(line + part)
            line = indent
        line += last
    return [*lines, line]


def flow(parts: Sequence[str], width: int) -> list[str]:
    """Return parts with commas between them in few lines; a part stays in one line if it fits."""
    width = max(width, _NARROWEST)
    lines: list[str] = []
    line = ""
    for number, part in enumerate(parts):
        word = part if number == len(parts) - 1 else f"{part},"
        joined = f"{line} {word}" if line else word
        if line and cell_len(joined) > width:
            lines.append(line)
            joined = word
        *full, line = wrap(joined, width)
        lines += full
    return [*lines, line]


def columns(rows: Sequence[Row], width: int, indent: str = "") -> list[list[str]]:
    """Return the lines of each row: in columns, or if there is no room beside its name, below it.

    Args:
        rows: the rows; all have the same number of cells. The last cell may take several lines.
        width: the most cells of a line.
        indent: spaces before each line.
    """
    if not rows:
        return []
    *widths, last = [max(map(cell_len, column)) for column in zip(*(row.cells for row in rows), strict=True)]
    others = sum(len(_GAP) + each for each in widths if each)
    room = width - len(indent) - others - len(_GAP) - min(last, _LEAST_LAST)
    names = [cell_len(row.name) for row in rows]
    name_width = max((each for each in names if each <= room), default=0)
    return [
        _beside(
            f"{indent}{_padded(row.name, name_width)}{_aligned(row.cells[:-1], widths)}", row.cells[-1], width
        )
        if length <= room
        else _stacked(row, width, indent)
        for row, length in zip(rows, names, strict=True)
    ]


def fit(blocks: Sequence[Sequence[str]], height: int, more: str = "more", indent: str = "") -> list[str]:
    """Return as many blocks as fit, and if they are not all, the number of the others: `+ 29 more`.

    Args:
        blocks: lines that stay together.
        height: the most lines.
        more: the words after the number.
        indent: spaces before that line.
    """
    if sum(map(len, blocks)) <= height:
        return [line for block in blocks for line in block]
    if height < 1:
        return []
    lines: list[str] = []
    shown = 0
    for block in blocks:
        if len(lines) + len(block) >= height:
            break
        lines += block
        shown += 1
    return [*lines, f"{indent}+ {len(blocks) - shown:,} {more}"]


def _beside(start: str, cell: str, width: int) -> list[str]:
    """Return lines with a cell at their end, which may take several lines."""
    column = cell_len(start) + len(_GAP)
    first, *more = wrap(cell, width - column)
    return [f"{start}{_GAP}{first}".rstrip(), *(f"{' ' * column}{line}" for line in more)]


def _stacked(row: Row, width: int, indent: str) -> list[str]:
    details = ", ".join(filter(None, row.cells))
    return [
        *(f"{indent}{line}" for line in wrap(row.name, width - len(indent))),
        *wrap(f"{indent}{_GAP}{details}", width, f"{indent}{_GAP}"),
    ]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(
        f"{_GAP}{_padded(cell, width)}" for cell, width in zip(cells, widths, strict=True) if width
    )


def _padded(text: str, width: int) -> str:
    return text + _spaces(text, width)


def _spaces(text: str, width: int) -> str:
    return " " * (width - cell_len(text))


def _chopped(word: str, width: int) -> list[str]:
    """Break a word that is wider than a line: behind hyphens and underscores if it has some."""
    width = max(width, 2)  # a character is two cells wide at most
    lines = [""]
    for piece in _PIECE.findall(word):
        if cell_len(lines[-1]) + cell_len(piece) <= width:
            lines[-1] += piece
        else:
            lines += chop_cells(piece, width)
    return lines if lines[0] else lines[1:]
