"""How far a table of a practice has been read, and what is to be read next: plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from odapi_async import Checkpoint
from odapi_async.mirror.database.columns import SERVER_TIME
from odapi_async.mirror.plans import Changes, Plan

BEGINNING: Final = Checkpoint()

OVERLAP: Final = dt.timedelta(seconds=60)
"""How much earlier than the bookmark the next reading begins.

The API's filters differ in whether they include their edge, and a row may be committed at the office a moment
after it was stamped.
"""


class SyncMode(StrEnum):
    """What is read."""

    NOTHING = ""
    """Nothing is due."""
    CHANGES = "changes"
    """What has changed since the bookmark."""
    SWEEP = "sweep"
    """All rows."""


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far a table of a practice has been read.

    Attributes:
        reading: what is being read; nothing between two readings.
        part: which of the plan's lists is being read.
        place: where it goes on.
        parent: the last key of the parent table whose rows have been read.
        bookmark: the office's time from which changes are asked for.
        next_bookmark: what the bookmark becomes when this reading is complete.
        sweep: the number of the sweep that is under way, or of the last one.
        swept_at: when the last sweep was complete, in UTC.
        version: how often this cursor has been written.
    """

    sync_mode: SyncMode = SyncMode.NOTHING
    part: int = 0
    checkpoint: Checkpoint = BEGINNING
    parent: int = 0
    bookmark: dt.datetime | None = None
    next_bookmark: dt.datetime | None = None
    sweep: int = 0
    swept_at: dt.datetime | None = None
    version: int = 0


def due_mode(
    cursor: Cursor, plan: Plan, now: dt.datetime, *, sweep_days: float | None, sweep: bool
) -> SyncMode:
    """Return what is to be read.

    Args:
        cursor: how far the table has been read. What is under way is finished first.
        plan: how it is read.
        now: the time in UTC. It decides when to sweep, never what has changed.
        sweep_days: days between two sweeps, if the plan is not to decide.
        sweep: whether all rows are to be read in any case.
    """
    if cursor.sync_mode:
        return cursor.sync_mode
    every = dt.timedelta(days=plan.sweep_days if sweep_days is None else sweep_days)
    if sweep or cursor.swept_at is None or now - cursor.swept_at >= every:
        return SyncMode.SWEEP
    if plan.changes is None:
        return SyncMode.NOTHING
    return SyncMode.CHANGES if cursor.bookmark else SyncMode.SWEEP


def started(cursor: Cursor, reading: SyncMode) -> Cursor:
    """Return the cursor of a reading that begins, or that goes on."""
    if cursor.sync_mode:
        return cursor
    return msgspec.structs.replace(
        cursor,
        sync_mode=reading,
        part=0,
        checkpoint=BEGINNING,
        parent=0,
        next_bookmark=None,
        sweep=cursor.sweep + (reading is SyncMode.SWEEP),
    )


def completed(cursor: Cursor, now: dt.datetime) -> Cursor:
    """Return the cursor of a reading that is complete."""
    swept_at = now if cursor.sync_mode is SyncMode.SWEEP else cursor.swept_at
    return msgspec.structs.replace(
        cursor,
        sync_mode=SyncMode.NOTHING,
        part=0,
        checkpoint=BEGINNING,
        parent=0,
        bookmark=cursor.next_bookmark or cursor.bookmark,
        next_bookmark=None,
        swept_at=swept_at,
    )


def filters(cursor: Cursor, plan: Plan) -> dict[str, object]:
    """Return the filters of the list that is being read."""
    given = plan.list_filters[cursor.part]
    if cursor.sync_mode is not SyncMode.CHANGES or plan.changes is None or cursor.bookmark is None:
        return dict(given)
    since = cursor.bookmark.date() if plan.changes.whole_days else cursor.bookmark - OVERLAP
    return {**given, plan.changes.filter: since}


def record_server_time(
    cursor: Cursor, changes: Changes | None, rows: Sequence[Any], server_time: dt.datetime | None
) -> Cursor:
    """Note the office's time at the first rows of a reading: from there the next one has to begin.

    Rows that change while later pages are read count as seen at their older state, so what those pages say
    of time must not move the bookmark. An empty answer says nothing of time.

    Args:
        cursor: the cursor of the reading.
        changes: how the API tells what has changed, if it does.
        rows: the rows of a page.
        server_time: a time that the office's clock showed before this reading began, if one is known.
    """
    begins = cursor.checkpoint == BEGINNING and not cursor.part
    if changes is None or not begins or cursor.next_bookmark or not rows:
        return cursor
    if changes.server_time and (told := getattr(rows[0], SERVER_TIME)):
        return msgspec.structs.replace(cursor, next_bookmark=told)
    stamps = (getattr(row, changes.stamp) for row in rows)
    known = [_moment(each) for each in (*stamps, server_time, cursor.bookmark) if each is not None]
    return msgspec.structs.replace(cursor, next_bookmark=max(known, default=None))


def _moment(stamp: dt.date | dt.datetime) -> dt.datetime:
    return stamp if isinstance(stamp, dt.datetime) else dt.datetime.combine(stamp, dt.time())
