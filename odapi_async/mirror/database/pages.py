"""A page of rows and the cursor behind it, as they are written together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.report import TableStatus

Values = Sequence[tuple[Any, ...]]
"""Rows of values, as a driver takes them."""


class Page(NamedTuple):
    """What is written in one transaction, alone or with pages of other practices and tables.

    Attributes:
        status: the status of the table.
        run: the number of the row in `mirror_runs`; None if it has none yet.
        cursor: the cursor behind the rows, with the version that it had before.
        rows: values, in the order of the columns of the table.
        skipped: whether the parent in the cursor was skipped because its rows could not be read; None to
            change nothing.
        is_new: whether the table is known to hold none of these rows.
        now: the time in UTC.
    """

    status: TableStatus
    run: int | None
    cursor: Cursor
    rows: Values
    skipped: bool | None
    is_new: bool
    now: dt.datetime

    @property
    def key(self) -> tuple[str, str]:
        """The practice and the table: two pages with the same key are never in one transaction."""
        return self.status.practice, self.status.table

    def without_nul(self) -> Page | None:
        """Return the page with a replacement character for each NUL in a text; None if there is none."""
        rows = [tuple(map(_without_nul, row)) for row in self.rows]
        return self._replace(rows=rows) if rows != self.rows else None


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
