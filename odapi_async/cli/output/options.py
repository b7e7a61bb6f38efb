"""The options of commands that print a list. They load nothing that writes one."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import typer

from odapi_async.cli.choices import choice_option
from odapi_async.cli.completion import complete_column
from odapi_async.cli.errors import UsageError

_FILE_WIDTH: Final = 120
_EXCEL: Final = "--excel writes a CSV file that Excel opens"
_HINTS: Final = {"xlsx": _EXCEL, "xls": _EXCEL, "excel": _EXCEL, "jsonl": "ndjson is JSON lines"}


class ListFormat(StrEnum):
    """The output format of a list."""

    TABLE = "table"
    NDJSON = "ndjson"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[
    ListFormat | None,
    choice_option(
        "--format",
        ListFormat,
        "table, one JSON object per line (ndjson), one JSON array (json), or csv. If not given: table "
        "on a terminal, ndjson in a file or a pipe.",
        _HINTS,
    ),
]
ExcelOption = Annotated[
    bool,
    typer.Option(
        "--excel",
        help="CSV that Excel opens with a double click: UTF-8 with a byte order mark, and an apostrophe "
        "before texts that Excel would take for formulas.",
    ),
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Stop after this number of rows.")]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        metavar="A,B", help="Show only these columns, in this order.", autocompletion=complete_column
    ),
]


class Layout(NamedTuple):
    """The layout of a list.

    Attributes:
        format: the output format.
        columns: the names of its columns, such as `A,B`; None for all.
        width: the width of a table in characters.
        excel: whether a CSV file is for Excel.
    """

    format: ListFormat
    columns: str | None = None
    width: int = 80
    excel: bool = False


def choose_layout(format_: ListFormat | None, columns: str | None, *, excel: bool = False) -> Layout:
    """Choose the layout of a list, by whether standard output is a terminal.

    Raises:
        UsageError: the options contradict each other, or a file for Excel would go to a terminal.
    """
    width = shutil.get_terminal_size((_FILE_WIDTH, 0)).columns
    if excel:
        if format_ not in {None, ListFormat.CSV}:
            raise UsageError(f"--excel is a form of CSV; leave out --format {format_}")
        if sys.stdout.isatty():
            raise UsageError("--excel writes a file: add a name for it, such as > rows.csv")
        return Layout(ListFormat.CSV, columns, width, excel=True)
    default = ListFormat.TABLE if sys.stdout.isatty() else ListFormat.NDJSON
    return Layout(format_ or default, columns, width)
