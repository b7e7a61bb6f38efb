"""Pages of rows as JSON lines, CSV or a table. Every writer writes a page as it comes, and keeps none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, Protocol

from rich.cells import cell_len, set_cell_size

from odapi_async.cli.output.cells import ENCODER, cell, chosen_columns, column_names, value_of
from odapi_async.cli.output.default_columns import default_columns
from odapi_async.cli.output.options import Layout, ListFormat
from odapi_async.cli.screen import printable
from odapi_async.mirror.files.formulas import escape_formula

Write = Callable[[str], object]

_GAP: Final = "  "
_ELLIPSIS: Final = "…"
_MAX_WIDTH: Final = 40  # a long note would leave no space for the other columns


class RowWriter(Protocol):
    """Writes a list page by page."""

    def write_page(self, rows: Sequence[Any]) -> None:
        """Write some rows."""
        ...

    def finish(self) -> str:
        """Write the rest, and return a remark for the user, or an empty text."""
        ...


def row_writer(layout: Layout, row_type: type, write: Write) -> RowWriter:
    """Make a writer.

    Args:
        layout: the layout of the list.
        row_type: the type of its rows.
        write: called with the text.

    Raises:
        UsageError: a column does not exist. If the columns are open, only the first page can show that.
    """
    names = chosen_columns(layout.columns, column_names(row_type))
    match layout.format:
        case ListFormat.NDJSON:
            return _JsonLinesWriter(write, layout.columns, names)
        case ListFormat.CSV:
            return _CsvWriter(write, layout, names)
        case ListFormat.JSON:
            return _JsonArrayWriter(write, layout.columns, names)
        case ListFormat.TABLE:
            return _TableWriter(write, layout, names)


class _JsonLinesWriter:
    def __init__(self, write: Write, columns: str | None, names: list[str]) -> None:
        self._write = write
        self._columns = columns
        self._names = names
        self._started = False

    def write_page(self, rows: Sequence[Any]) -> None:
        if self._columns is not None and rows and not self._started:
            self._names, self._started = chosen_columns(self._columns, column_names(rows[0])), True
        for row in rows:
            shown = row if self._columns is None else {name: value_of(row, name) for name in self._names}
            self._write(f"{ENCODER.encode(shown).decode()}\n")

    def finish(self) -> str:
        return ""


class _JsonArrayWriter:
    """Writes one array, row by row."""

    def __init__(self, write: Write, columns: str | None, names: list[str]) -> None:
        self._write = write
        self._started = False
        self._rows = _JsonLinesWriter(self._write_row, columns, names)

    def write_page(self, rows: Sequence[Any]) -> None:
        self._rows.write_page(rows)

    def finish(self) -> str:
        self._write("\n]\n" if self._started else "[]\n")
        return ""

    def _write_row(self, line: str) -> None:
        self._write(f"{',' if self._started else '['}\n{line[:-1]}")
        self._started = True


class _CsvWriter:
    def __init__(self, write: Write, layout: Layout, names: list[str]) -> None:
        # only as a part of the line's end, each Python quotes a carriage return
        lines = _ExcelLines(write) if layout.excel else _Lines(write)
        self._csv = csv.writer(lines, lineterminator="\r\n")
        self._cell = _excel_cell if layout.excel else cell
        self._columns = layout.columns
        self._names = names
        self._started = False

    def write_page(self, rows: Sequence[Any]) -> None:
        if rows:
            self._start(column_names(rows[0]))
        self._csv.writerows([self._cell(value_of(row, name)) for name in self._names] for row in rows)

    def finish(self) -> str:
        self._start(self._names)  # a list without rows still has a header
        return ""

    def _start(self, known: Sequence[str]) -> None:
        if self._started:
            return
        self._started = True
        self._names = chosen_columns(self._columns, known)
        if self._names:
            self._csv.writerow([self._cell(name) for name in self._names])


class _Lines:
    """The only part of a file that the csv module needs. Its lines end with a line feed alone."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, line: str) -> None:
        self._write(f"{line[:-2]}\n")


class _ExcelLines:
    """The same for Excel: a byte order mark before the first line, and the end of lines of Windows."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._mark = "\ufeff"

    def write(self, line: str) -> None:
        self._write(self._mark + line)
        self._mark = ""


def _excel_cell(value: object) -> str:
    """Return a cell that is no formula; a number keeps its minus."""
    return escape_formula(value) if isinstance(value, str) else cell(value)


class _Column(NamedTuple):
    name: str
    width: int
    is_number: bool

    def fit(self, text: str) -> str:
        """Pad or shorten a text to the width of the column."""
        missing = self.width - cell_len(text)
        if missing < 0:
            return set_cell_size(text, self.width - 1) + _ELLIPSIS
        return " " * missing + text if self.is_number else text + " " * missing


class _TableWriter:
    """Takes the columns and their widths from the first page, so that it need not wait for later pages."""

    def __init__(self, write: Write, layout: Layout, names: list[str]) -> None:
        self._write = write
        self._layout = layout
        self._names = names
        self._columns: list[_Column] = []
        self._hidden = 0

    def write_page(self, rows: Sequence[Any]) -> None:
        if not rows:
            return
        if not self._columns:
            self._start(rows)
        for row in rows:
            self._write_line([printable(cell(value_of(row, each.name))) for each in self._columns])

    def finish(self) -> str:
        if not self._columns:
            return "no rows"
        if not self._hidden:
            return ""
        return (
            f"{self._hidden} more columns are empty or do not fit; "
            "choose columns with --columns A,B, or use --format ndjson or csv"
        )

    def _start(self, rows: Sequence[Any]) -> None:
        known = column_names(rows[0])
        names = chosen_columns(self._layout.columns, known)
        if self._layout.columns is None:
            names = default_columns(rows[0]) or names
            names = [name for name in names if any(cell(value_of(row, name)) for row in rows)] or names[:1]
            columns = _fitting([_column(name, rows) for name in names], self._layout.width)
            self._hidden = len(known) - len(columns)
        else:
            columns = [_column(name, rows) for name in names]
        self._columns = columns
        self._write_line([printable(each.name) for each in columns])

    def _write_line(self, cells: Sequence[str]) -> None:
        line = _GAP.join(column.fit(text) for column, text in zip(self._columns, cells, strict=True))
        self._write(f"{line.rstrip()}\n")


def _fitting(columns: Sequence[_Column], width: int) -> list[_Column]:
    """Return as many of the first columns as fit into one line, and at least one."""
    fitting: list[_Column] = []
    used = 0
    for each in columns:
        used += each.width + (len(_GAP) if fitting else 0)
        if fitting and used > width:
            break
        fitting.append(each)
    return fitting


def _column(name: str, rows: Sequence[Any]) -> _Column:
    values = [value_of(row, name) for row in rows]
    head = cell_len(printable(name))
    widest = max(head, *(cell_len(printable(cell(value))) for value in values))
    numbers = all(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in values)
    return _Column(name, max(head, min(widest, _MAX_WIDTH)), numbers)


def row_table(row: Any) -> str:
    """Return one row as a table with a line for each column."""
    names = column_names(row)
    widest = max(map(cell_len, names), default=0)
    lines = (
        f"{set_cell_size(printable(name), widest)}{_GAP}{printable(cell(value_of(row, name)))}"
        for name in names
    )
    return "\n".join(line.rstrip() for line in lines)
