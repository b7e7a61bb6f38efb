"""A terminal in memory: what a person sees after the escape sequences, also if the window is resized."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

_PARTS: Final = re.compile(r"\x1b\[(?P<number>\??\d*)(?P<command>[A-Za-z])|(?P<text>[^\x1b])")


class Screen:
    """A window that breaks long lines, and breaks them again if its width changes.

    Args:
        width: the cells of a line.

    Attributes:
        rows: the lines that are seen, and those that have scrolled away above them.
    """

    encoding = "utf-8"

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows = [""]
        self._continued = [False]  # whether a row continues the one before
        self._row = 0

    def write(self, text: str) -> int:
        for part in _PARTS.finditer(text):
            if part["text"] is not None:
                self._put(part["text"])
            elif part["command"] == "A":
                self._row = max(0, self._row - int(part["number"] or 1))
            elif part["command"] == "K":
                self.rows[self._row], self._continued[self._row] = "", False
            elif part["command"] not in {"h", "l", "m"}:
                raise AssertionError(part[0])
        return len(text)

    def flush(self) -> None:
        """Do nothing."""

    def isatty(self) -> bool:
        return True

    def resize(self, width: int) -> None:
        """Break the lines again; the cursor stays at the end of its line."""
        logical: list[str] = []
        at = 0
        for number, (row, continued) in enumerate(zip(self.rows, self._continued, strict=True)):
            if continued:
                logical[-1] += row
            else:
                logical.append(row)
            if number == self._row:
                at = len(logical) - 1
        self.width, self.rows, self._continued, self._row = width, [""], [False], 0
        cursor = 0
        for number, line in enumerate(logical):
            self.write("\n" * bool(number) + line)
            if number == at:
                cursor = self._row
        self._row = cursor

    def _put(self, character: str) -> None:
        if character == "\r":
            return  # whatever follows erases the row first
        if character == "\n":
            self._next(continued=False)
            return
        assert character.isprintable(), character
        if cell_len(self.rows[self._row] + character) > self.width:
            self._next(continued=True)
        self.rows[self._row] += character

    def _next(self, *, continued: bool) -> None:
        self._row += 1
        if self._row == len(self.rows):
            self.rows.append("")
            self._continued.append(continued)
        else:
            self._continued[self._row] = continued
