"""Upgrades the tables of version 1, which did not record when a table was found current."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.database.schema import RUNS, SKIPPED, STATE
from odapi_async.mirror.plans import BY_TABLE, Plan
from odapi_async.mirror.report import Outcome

_RUNS: Final = 20  # rows that one query returns: mostly the last two of a table say all


class _Sync(NamedTuple):
    """A sync of version 1: one run, or several if the first ones were interrupted.

    Attributes:
        sync_mode: what it read.
        outcome: how it ended; None if it is still in progress.
        began_at: the time in UTC before its first request.
    """

    sync_mode: str
    outcome: str | None
    began_at: dt.datetime


def fill_times(connection: sa.Connection) -> None:
    """Set `read_at` and `began_at` of each table to what the runs of version 1 prove, or to NULL."""
    skipped = {(practice, table) for practice, table in connection.execute(_SKIPPED)}
    rows: list[dict[str, Any]] = []
    for practice, table, sync_mode, swept_at in connection.execute(_STATES).all():
        read_at, began_at = _times(connection, practice, table, sync_mode)
        if swept_at is None or (practice, table) in skipped:
            read_at = None  # some rows are missing, or some columns of them
        rows.append({"of": practice, "table": table, "read_at": read_at, "began_at": began_at})
    if rows:
        connection.execute(_UPDATE, rows)


def _times(
    connection: sa.Connection, practice: str, table: str, sync_mode: str
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return when the last complete sync began, and when the one in progress did."""
    plan = BY_TABLE.get(table)
    has_changes = plan is not None and plan.changes is not None
    began_at = read_at = None
    for sync in _syncs(_runs(connection, practice, table), plan):
        if sync.outcome is None:
            began_at = sync.began_at
        elif sync.sync_mode == SyncMode.SWEEP or (has_changes and sync.outcome == Outcome.DONE):
            read_at = sync.began_at
            break
    # without a filter for changes only skipped parents are read, which belong to the sweep before
    is_new = sync_mode == SyncMode.SWEEP or (has_changes and sync_mode)
    return read_at, began_at if is_new else read_at


def _syncs(runs: Iterable[Any], plan: Plan | None) -> Iterator[_Sync]:
    """Return the syncs of a table, the last one first.

    A run that got no response has written nothing, so it began no sync: the office was offline. Only if rows
    are read by parents, it may have written that some cannot be read.
    """
    found: _Sync | None = None
    for _, sync_mode, started_at, outcome, requests in runs:
        if outcome in _ENDED:
            if found:
                yield found
            found = _Sync(sync_mode, outcome, started_at)
        elif requests or plan is None or plan.parent:
            found = found or _Sync(sync_mode, None, started_at)
            found = found._replace(began_at=min(found.began_at, started_at))
    if found:
        yield found


def _runs(connection: sa.Connection, practice: str, table: str) -> Iterator[Any]:
    """Return the runs of a table, the last one first."""
    query = _LAST_RUNS.where(RUNS.c.practice == practice, RUNS.c.table_name == table)
    found = connection.execute(query).all()
    while found:
        yield from found
        found = connection.execute(query.where(RUNS.c.run < found[-1].run)).all()


_ENDED: Final = (Outcome.DONE, Outcome.INCOMPLETE)
_SKIPPED: Final = sa.select(SKIPPED.c.practice, SKIPPED.c.table_name).distinct()
_STATES: Final = sa.select(STATE.c.practice, STATE.c.table_name, STATE.c.sync_mode, STATE.c.swept_at)
_LAST_RUNS: Final = (
    sa.select(RUNS.c.run, RUNS.c.sync_mode, RUNS.c.started_at, RUNS.c.outcome, RUNS.c.requests)
    .order_by(RUNS.c.run.desc())
    .limit(_RUNS)
)
_UPDATE: Final = (
    sa.update(STATE)
    .where(STATE.c.practice == sa.bindparam("of"), STATE.c.table_name == sa.bindparam("table"))
    .values(read_at=sa.bindparam("read_at"), began_at=sa.bindparam("began_at"))
)
