"""Exports of changes: the rows since a time, so that none is lost between two exports.

The mirror takes the time of a page when it arrives, and the page appears later, when its transaction ends. An
export in between does not see these rows, and their time is before the export. But their run ends after it:
so the next export also includes the rows of runs that ended after its time, from the beginning of these runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import PRACTICES, RUNS
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.files.database_file import check_file

_MARGIN: Final = dt.timedelta(minutes=5)
"""How far the clocks of machines that write one database may be apart."""

_SECOND: Final = len("2026-11-28 10:00:00")


async def next_since(store: Store) -> dt.datetime | None:
    """Return the time (UTC) to pass as `since` to the next export. Call this before the export begins.

    It is the last time at which the mirror did anything, at most now, less five minutes, in case that the
    clocks of several machines differ. Some rows are exported twice: the program that reads the files has to
    replace rows by practice and id.

    Returns:
        None if the mirror has never run.

    Raises:
        ExportFailed: there is no database.
        StoreError: the database cannot be used.
    """
    check_file(store)
    with translate_errors():
        async with store.engine.connect() as connection:
            found = await connection.run_sync(_last_times)
    known = [each for each in found if each is not None]
    # a clock that was ahead once must not hide what follows
    return min(max(known), store.clock()) - _MARGIN if known else None


def changed_since(
    rows: sa.Table, query: sa.Select[Any], since: dt.datetime, dialect: sa.Dialect
) -> sa.Select[Any]:
    """Return a query with only the rows that have changed since a time.

    Args:
        rows: the mirrored table.
        query: the query for its rows.
        since: the time; without a zone it is UTC.
        dialect: the dialect of the database.
    """
    if since.tzinfo is not None:
        since = since.astimezone(dt.UTC).replace(tzinfo=None)
    start = sa.literal(_whole(since, dialect))
    begun = _open_runs(rows.name, start, dialect)
    times = [_comparable(each, dialect) for each in (rows.c.seen_at, rows.c.deleted_at)]
    later = [time >= limit for time in times for limit in (start, begun.c.started_at)]
    return query.outerjoin_from(rows, begun, begun.c.practice == rows.c.practice).where(sa.or_(*later))


def _open_runs(table: str, since: sa.ColumnElement[Any], dialect: sa.Dialect) -> sa.Subquery:
    """Return the beginning of the oldest run of each practice that had not ended at a time."""
    following = RUNS.alias()
    killed_at = (
        sa.select(sa.func.min(following.c.started_at))
        .where(
            following.c.practice == RUNS.c.practice,
            following.c.table_name == table,
            following.c.run > RUNS.c.run,
        )
        .scalar_subquery()
    )
    ended_at = _comparable(sa.func.coalesce(RUNS.c.ended_at, killed_at), dialect)
    return (
        sa.select(RUNS.c.practice, sa.func.min(_comparable(RUNS.c.started_at, dialect)).label("started_at"))
        .where(RUNS.c.table_name == table, sa.or_(ended_at.is_(None), ended_at >= since))
        .group_by(RUNS.c.practice)
        .subquery()
    )


def _whole(time: dt.datetime, dialect: sa.Dialect) -> Any:
    time = time.replace(microsecond=0)  # the mirror writes whole seconds
    return str(time) if dialect.name == "sqlite" else time


def _comparable(time: sa.ColumnElement[Any], dialect: sa.Dialect) -> sa.ColumnElement[Any]:
    """Return a time that can be compared: in SQLite it is a text, and some texts have a fraction."""
    if dialect.name != "sqlite":
        return time
    return sa.func.substr(sa.type_coerce(time, sa.Text), 1, _SECOND)


def _last_times(connection: sa.Connection) -> Sequence[dt.datetime | None]:
    inspector = sa.inspect(connection)
    if not inspector.has_table(RUNS.name):
        return []
    # one statement sees one state of the database
    times: list[sa.ColumnElement[Any]] = [sa.func.max(RUNS.c.started_at), sa.func.max(RUNS.c.ended_at)]
    # a database of an older version of this package does not have it
    if any(each["name"] == PRACTICES.c.read_at.name for each in inspector.get_columns(PRACTICES.name)):
        times.append(sa.select(sa.func.max(PRACTICES.c.read_at)).scalar_subquery())
    return [*connection.execute(sa.select(*times)).one()]
