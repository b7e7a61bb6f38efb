"""Rows of the mirror's own tables, made from a cursor or a status, and back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from odapi_async import Checkpoint
from odapi_async.mirror.cursor import Cursor, SyncMode
from odapi_async.mirror.database.schema import PRACTICES, STATE
from odapi_async.mirror.report import TableStatus

CURSOR_COLUMNS: Final = (
    *("version", "part", "parent", "bookmark", "next_bookmark"),
    *("sweep", "swept_at", "began_at", "read_at"),
)
"""The columns whose value is a field of the cursor as it is."""

RUN_FIELDS: Final = ("outcome", "requests", "rows", "deleted", "drifted", "error")
"""The fields of a status that are written to its run."""


def next_version(cursor: Cursor) -> Cursor:
    """Return the cursor as it is written over the one with its version."""
    return msgspec.structs.replace(cursor, version=cursor.version + 1)


def cursor_values(cursor: Cursor) -> dict[str, Any]:
    """Return the columns of a cursor."""
    return {
        "sync_mode": cursor.sync_mode,
        "checkpoint": msgspec.json.encode(cursor.checkpoint).decode(),
        **{name: getattr(cursor, name) for name in CURSOR_COLUMNS},
    }


class TableState(NamedTuple):
    """A row of `mirror_state`.

    Attributes:
        cursor: how far the table has been read.
        failing_since: the time in UTC since when every sync failed; None if the last one did not.
        error: the last error; empty if there is none.
    """

    cursor: Cursor = Cursor()
    failing_since: dt.datetime | None = None
    error: str = ""


class Run:
    """A run of one table, which has a row in `mirror_runs` as soon as there is something to tell.

    Args:
        is_new: whether the table has no rows of this practice yet.
    """

    __slots__ = ("is_new", "number")

    def __init__(self, *, is_new: bool = False) -> None:
        self.number: int | None = None
        self.is_new = is_new


def state_of(row: sa.RowMapping) -> TableState:
    """Return the state in a row of `mirror_state`."""
    return TableState(_cursor_of(row), row["failing_since"], row["error"])


def _cursor_of(row: sa.RowMapping) -> Cursor:
    return Cursor(
        **{name: row[name] for name in CURSOR_COLUMNS},
        sync_mode=SyncMode(row["sync_mode"]),
        checkpoint=msgspec.json.decode(row["checkpoint"], type=Checkpoint),
    )


def run_values(status: TableStatus) -> dict[str, Any]:
    """Return the columns of a run that come from the status."""
    return {name: getattr(status, name) for name in RUN_FIELDS}


def idle_statements(practice: str, tables: Collection[str], since: dt.datetime) -> Iterator[sa.Update]:
    """Return the statements that record that these tables, and no others, are idle at a time in UTC."""
    of_practice = STATE.c.practice == practice
    read_at = sa.select(PRACTICES.c.read_at).where(PRACTICES.c.practice == practice).scalar_subquery()
    update = sa.update(STATE).where(of_practice)
    others = update.where(STATE.c.idle, STATE.c.table_name.not_in(tables))
    yield others.values(idle=False, read_at=read_at)
    # a table that was reset meanwhile has to be read again
    current = ~STATE.c.idle & STATE.c.swept_at.is_not(None)
    yield update.where(current, STATE.c.table_name.in_(tables)).values(idle=True)
    yield sa.update(PRACTICES).where(PRACTICES.c.practice == practice).values(read_at=since)
