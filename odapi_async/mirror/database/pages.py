"""A page of rows and the cursor behind it, as they are written together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.report import TableStatus

Columns = Sequence[Sequence[Any]]
"""The values of rows by column, as a driver takes them: no tuple is made for a row if none is needed."""


class Page(NamedTuple):
    """What is written in one transaction, alone or with pages of other practices and tables.

    Attributes:
        status: the status of the table.
        run: the number of the row in `mirror_runs`; None if it has none yet.
        cursor: the cursor behind the rows, with the version that it had before.
        row_count: the number of rows.
        columns: their values, in the order of the columns of the table.
        skipped: whether the parent in the cursor was skipped because its rows could not be read; None to
            change nothing.
        is_new: whether the table is known to hold none of these rows.
        now: the time in UTC.
    """

    status: TableStatus
    run: int | None
    cursor: Cursor
    row_count: int
    columns: Columns
    skipped: bool | None
    is_new: bool
    now: dt.datetime

    def __repr__(self) -> str:
        where = f"{self.status.table} of {self.status.practice}"
        return f"Page({where}, {self.row_count} rows)"  # they are patient data

    @property
    def key(self) -> tuple[str, str]:
        """The practice and the table: two pages with the same key are never in one transaction."""
        return self.status.practice, self.status.table

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, each with its values."""
        return [*zip(*self.columns, strict=True)]

    def without_nul(self) -> Page | None:
        """Return the page with a replacement character for each NUL in a text; None if there is none."""
        columns = [[*map(without_nul, column)] for column in self.columns]
        return None if columns == [[*column] for column in self.columns] else self._replace(columns=columns)


def without_nul(value: Any) -> Any:
    """Return a value, with a replacement character for each NUL of a text: PostgreSQL cannot store it."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
