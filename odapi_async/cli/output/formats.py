"""Pages of rows as text: JSON lines, CSV, and a table. Each writes a page when it comes and keeps none.

They know columns and texts only; where the text goes is theirs to be told.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from rich.cells import cell_len, set_cell_size

from odapi_async.cli.output.cells import ENCODER, cell, chosen, names_of, printable, value_of

Write = Callable[[str], object]

_GAP: Final = "  "
_CUT: Final = "…"
_WIDEST: Final = 40  # a note of a page would leave no room for the other columns


class ListFormat(StrEnum):
    """How a list is written."""

    TABLE = "table"
    NDJSON = "ndjson"
    CSV = "csv"


class Layout(NamedTuple):
    """What a list is to look like.

    Attributes:
        format: how it is written.
        columns: the names of its columns, as `A,B`; None for all.
        width: characters that a line of a table may have.
    """

    format: ListFormat
    columns: str | None = None
    width: int = 80


class Writer(Protocol):
    """Writes a list page by page."""

    def page(self, rows: Sequence[Any]) -> None:
        """Write some rows."""
        ...

    def end(self) -> str:
        """Write what is still to be written, and return what has to be said about it, or nothing."""
        ...


def writer(layout: Layout, kind: type, write: Write) -> Writer:
    """Make a writer.

    Args:
        layout: what the list is to look like.
        kind: the type of its rows.
        write: gets the text.

    Raises:
        WrongInput: a column does not exist. If the columns are open, that shows with the first row only.
    """
    known = names_of(kind)
    names = chosen(layout.columns, known)
    match layout.format:
        case ListFormat.NDJSON:
            return _JsonLines(write, layout.columns, names)
        case ListFormat.CSV:
            return _Csv(write, layout.columns, names)
        case ListFormat.TABLE:
            return _Table(write, layout, names)


class _JsonLines:
    def __init__(self, write: Write, columns: str | None, names: list[str]) -> None:
        self._write = write
        self._columns = columns
        self._names = names
        self._begun = False

    def page(self, rows: Sequence[Any]) -> None:
        if self._columns is not None and rows and not self._begun:
            self._names, self._begun = chosen(self._columns, names_of(rows[0])), True
        for row in rows:
            shown = row if self._columns is None else {name: value_of(row, name) for name in self._names}
            self._write(f"{ENCODER.encode(shown).decode()}\n")

    def end(self) -> str:
        return ""


class _Csv:
    def __init__(self, write: Write, columns: str | None, names: list[str]) -> None:
        self._csv = csv.writer(_File(write), lineterminator="\n")
        self._columns = columns
        self._names = names
        self._begun = False

    def page(self, rows: Sequence[Any]) -> None:
        if rows:
            self._begin(names_of(rows[0]))
        self._csv.writerows([cell(value_of(row, name)) for name in self._names] for row in rows)

    def end(self) -> str:
        self._begin(self._names)  # a list without rows has its columns all the same
        return ""

    def _begin(self, known: Sequence[str]) -> None:
        if self._begun:
            return
        self._begun = True
        self._names = chosen(self._columns, known)
        if self._names:
            self._csv.writerow(self._names)


class _File:
    """What the module csv takes for a file."""

    def __init__(self, write: Write) -> None:
        self.write = write


class _Column(NamedTuple):
    name: str
    width: int
    is_number: bool

    def fit(self, text: str) -> str:
        """Make a text exactly as wide as the column."""
        missing = self.width - cell_len(text)
        if missing < 0:
            return set_cell_size(text, self.width - 1) + _CUT
        return " " * missing + text if self.is_number else text + " " * missing


class _Table:
    """The first page decides on the columns and their widths, so that no later one has to be waited for."""

    def __init__(self, write: Write, layout: Layout, names: list[str]) -> None:
        self._write = write
        self._layout = layout
        self._names = names
        self._columns: list[_Column] = []
        self._left_out = 0

    def page(self, rows: Sequence[Any]) -> None:
        if not rows:
            return
        if not self._columns:
            self._begin(rows)
        for row in rows:
            self._line([printable(cell(value_of(row, each.name))) for each in self._columns])

    def end(self) -> str:
        if not self._columns:
            return "no rows"
        if not self._left_out:
            return ""
        return (
            f"{self._left_out} more columns are empty or find no room here: "
            "choose with --columns A,B, or take --format ndjson or csv"
        )

    def _begin(self, rows: Sequence[Any]) -> None:
        known = names_of(rows[0])
        names = chosen(self._layout.columns, known)
        if self._layout.columns is None:
            names = [name for name in names if any(cell(value_of(row, name)) for row in rows)] or names[:1]
            columns = fitting([_column(name, rows) for name in names], self._layout.width)
            self._left_out = len(known) - len(columns)
        else:
            columns = [_column(name, rows) for name in names]
        self._columns = columns
        self._line([each.name for each in columns])

    def _line(self, cells: Sequence[str]) -> None:
        line = _GAP.join(column.fit(text) for column, text in zip(self._columns, cells, strict=True))
        self._write(f"{line.rstrip()}\n")


def fitting(columns: Sequence[_Column], width: int) -> list[_Column]:
    """Return the first columns that fit into a line together, and one at least."""
    taken: list[_Column] = []
    used = 0
    for each in columns:
        used += each.width + (len(_GAP) if taken else 0)
        if taken and used > width:
            break
        taken.append(each)
    return taken


def _column(name: str, rows: Sequence[Any]) -> _Column:
    values = [value_of(row, name) for row in rows]
    widest = max(cell_len(text) for text in (name, *(printable(cell(value)) for value in values)))
    numbers = all(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in values)
    return _Column(name, max(cell_len(name), min(widest, _WIDEST)), numbers)


def sheet(row: Any) -> str:
    """Write one row as a table of its own: a line for each column."""
    names = names_of(row)
    widest = max(map(cell_len, names), default=0)
    lines = (f"{set_cell_size(name, widest)}{_GAP}{printable(cell(value_of(row, name)))}" for name in names)
    return "\n".join(line.rstrip() for line in lines)
