"""The tables of a practice as lines of its details. Pure."""

from __future__ import annotations

from odapi_async.mirror import TableFreshness
from odapi_async.mirror.texts import in_utc
from odapi_async.watch.data import TableLine


def table_line(table: TableFreshness) -> TableLine:
    """Return the line of a table."""
    read_at, failing_since = table.read_at, table.failing_since
    return TableLine(
        table=table.table,
        read_at=None if read_at is None else in_utc(read_at),
        failing_since=None if failing_since is None else in_utc(failing_since),
        error=table.error,
    )
