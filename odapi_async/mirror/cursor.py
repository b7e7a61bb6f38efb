"""How far a table of a practice has been read, and what is read next: plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from odapi_async import Checkpoint
from odapi_async.mirror.database.names import SERVER_TIME
from odapi_async.mirror.plans import Changes, Plan

BEGINNING: Final = Checkpoint()

OVERLAP: Final = dt.timedelta(seconds=60)
"""How far before the bookmark the next sync begins.

The API's filters differ in whether they include their bound, and an office may commit a row a moment after
the time in its change stamp.
"""


_EARLIEST: Final = dt.datetime(1900, 1, 1)
_LATEST: Final = dt.datetime(2200, 1, 1)
_USUAL_ADVANCE: Final = dt.timedelta(days=7)
_EASTERNMOST: Final = dt.timedelta(hours=14)
_TOLERANCE: Final = dt.timedelta(days=2)
_SANE: Final = dt.datetime(2026, 1, 1)  # a clock that shows less is wrong


class SyncMode(StrEnum):
    """What a sync reads."""

    NOTHING = ""
    """Nothing is due."""
    CHANGES = "changes"
    """The rows that have changed since the bookmark."""
    SWEEP = "sweep"
    """All rows."""


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far a table of a practice has been read.

    Attributes:
        sync_mode: the mode of the sync in progress; NOTHING between two syncs.
        part: the index of the plan's list that is being read.
        checkpoint: where that list continues.
        parent: the last id of the parent table whose rows have been read; 0 before the first.
        bookmark: the office time since which changes are requested.
        next_bookmark: what the bookmark becomes when this sync is complete.
        sweep: the number of the sweep in progress, or of the last one.
        swept_at: the time in UTC when the last sweep was complete.
        began_at: the time in UTC when the sync in progress, or the last one, began; reading skipped parents
            again belongs to their sweep. None if the table of the parents could not be read before a sweep:
            it may have missed some, and is repeated as soon as they can be read.
        read_at: the time in UTC at which the last complete sync began: all rows are at least as current.
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
    began_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    version: int = 0


def due_mode(
    cursor: Cursor, plan: Plan, now: dt.datetime, *, sweep_days: float | None, sweep: bool
) -> SyncMode:
    """Return what is due.

    Args:
        cursor: how far the table has been read. A sync in progress is finished first.
        plan: how the table is read.
        now: the time in UTC. It decides when to sweep, never what has changed.
        sweep_days: days between two sweeps; None for the plan's own number.
        sweep: whether to read all rows in any case.
    """
    if cursor.sync_mode:
        return cursor.sync_mode
    interval = dt.timedelta(days=plan.sweep_days if sweep_days is None else sweep_days)
    if sweep or cursor.swept_at is None or now - cursor.swept_at >= interval:
        return SyncMode.SWEEP
    if plan.changes is None:
        return SyncMode.NOTHING
    return SyncMode.CHANGES if plausible(cursor.bookmark) else SyncMode.SWEEP


def started(cursor: Cursor, mode: SyncMode, now: dt.datetime | None, plan: Plan) -> Cursor:
    """Return the cursor of a sync that begins; a sync in progress continues.

    Args:
        cursor: how far the table has been read.
        mode: what is due.
        now: the time in UTC; None if the table of the parents could not be read.
        plan: how the table is read.
    """
    if cursor.sync_mode is SyncMode.SWEEP and _lacks_parents(cursor, plan) and now:
        return msgspec.structs.replace(cursor, parent=0, began_at=now)
    if cursor.sync_mode:
        return cursor
    # without a filter for changes only skipped parents are read: the other rows are as old as the sweep
    completes_sweep = mode is SyncMode.CHANGES and plan.changes is None
    return msgspec.structs.replace(
        cursor,
        sync_mode=mode,
        part=0,
        checkpoint=BEGINNING,
        parent=0,
        next_bookmark=None,
        sweep=cursor.sweep + (mode is SyncMode.SWEEP),
        began_at=cursor.began_at if completes_sweep else now,
    )


def _lacks_parents(cursor: Cursor, plan: Plan) -> bool:
    return plan.parent is not None and cursor.began_at is None


def must_repeat_sweep(cursor: Cursor, plan: Plan) -> bool:
    """Return whether the last sweep may have missed rows, because its parents could not be read."""
    return cursor.swept_at is not None and not cursor.sync_mode and _lacks_parents(cursor, plan)


def completed(cursor: Cursor, now: dt.datetime, *, is_complete: bool = True) -> Cursor:
    """Return the cursor of a sync that has ended, at this time in UTC.

    Args:
        cursor: the cursor of the sync.
        now: the time in UTC.
        is_complete: whether no rows are missing, because those of some parents could not be read.
    """
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
        read_at=cursor.began_at if is_complete else cursor.read_at,
    )


def filters(cursor: Cursor, plan: Plan) -> dict[str, object]:
    """Return the filters of the list that is being read."""
    of_list = plan.list_filters[cursor.part]
    if cursor.sync_mode is not SyncMode.CHANGES or plan.changes is None or cursor.bookmark is None:
        return dict(of_list)
    since = cursor.bookmark.date() if plan.changes.whole_days else cursor.bookmark - OVERLAP
    return {**of_list, plan.changes.filter: since}


def plausible(time: dt.datetime | None) -> dt.datetime | None:
    """Return a time between 1900 and 2200; None for any other."""
    return time if time and _EARLIEST <= time < _LATEST else None


def latest_time(now: dt.datetime) -> dt.datetime:
    """Return the latest office time that there can be at a time in UTC of this machine."""
    return now + _EASTERNMOST


def is_ahead(cursor: Cursor, now: dt.datetime | None) -> bool:
    """Return whether the bookmark is clearly later than a time of a clock that is not years behind."""
    if cursor.bookmark is None or now is None or now < _SANE:
        return False
    return cursor.bookmark > now + _TOLERANCE


def is_far_ahead(cursor: Cursor, changes: Changes | None, rows: Sequence[Any]) -> bool:
    """Return whether the stamps of changed rows are so late that they may be wrong, such as 2035-01-01."""
    if changes is None or cursor.bookmark is None or cursor.sync_mode is not SyncMode.CHANGES:
        return False
    stamps = [_as_datetime(each) for row in rows if (each := getattr(row, changes.stamp)) is not None]
    return max(stamps, default=cursor.bookmark) > cursor.bookmark + _USUAL_ADVANCE


def record_server_time(
    cursor: Cursor,
    changes: Changes | None,
    rows: Sequence[Any],
    server_time: dt.datetime | None,
    now: dt.datetime | None = None,
) -> Cursor:
    """Record the office time at the first rows of a sync: the next sync begins there.

    A row that changes while later pages are read may have been fetched in its older state, so later pages
    must not move the bookmark. A page without rows shows no time.

    Args:
        cursor: the cursor of the sync.
        changes: the filter for changes; None if the API has none.
        rows: the rows of a page.
        server_time: the office time at some moment before this sync began; None if it is not known.
        now: the office time at any moment of this run; the bookmark is never later.
    """
    is_first = cursor.checkpoint == BEGINNING and not cursor.part
    if changes is None or not is_first or cursor.next_bookmark or not rows:
        return cursor
    if changes.server_time and (shown := plausible(getattr(rows[0], SERVER_TIME))):
        return msgspec.structs.replace(cursor, next_bookmark=shown)
    stamps = (getattr(row, changes.stamp) for row in rows)
    before = None if cursor.sync_mode is SyncMode.SWEEP else cursor.bookmark  # a sweep may lower it
    times = [_as_datetime(each) for each in (*stamps, server_time, before) if each is not None]
    latest = max(filter(plausible, times), default=None)
    if latest and (limit := server_time or now):
        latest = min(latest, limit)  # a stamp later than the office's own time would hide later changes
    return msgspec.structs.replace(cursor, next_bookmark=latest)


def _as_datetime(stamp: dt.date | dt.datetime) -> dt.datetime:
    return stamp if isinstance(stamp, dt.datetime) else dt.datetime.combine(stamp, dt.time())
