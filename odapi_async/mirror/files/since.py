"""The time from which the next export of changes has to begin, so that none is lost."""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa

from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import RUNS, STATE
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.files.source import check_file
from odapi_async.mirror.report import Outcome

_CLOCKS: Final = dt.timedelta(seconds=60)
"""How far the clocks of machines that write one database may be apart."""


async def next_since(store: Store) -> dt.datetime | None:
    """Return the time (UTC) to pass as `since` to the next export. Call this before the export begins.

    A mirror may be running: it takes the time of a page, and the page appears later, when its transaction
    ends. An export in between does not see these rows, so the next one has to begin before their time. All
    rows of a run are written after its beginning; so the result is the beginning of the oldest run that has
    not ended, or else the last time at which the mirror did anything, less one minute.

    Some rows are exported twice: the program that reads the files has to replace rows by practice and id.

    Returns:
        None if the mirror has never run.

    Raises:
        ExportFailed: there is no database.
        StoreError: the database cannot be used.
    """
    running = sa.func.min(RUNS.c.started_at).filter(RUNS.c.outcome == Outcome.RUNNING)
    swept = sa.select(sa.func.max(STATE.c.swept_at)).scalar_subquery()
    # one statement sees one state of the database
    query = sa.select(running, sa.func.max(RUNS.c.started_at), sa.func.max(RUNS.c.ended_at), swept)
    check_file(store)
    with translate_errors():
        async with store.engine.connect() as connection:
            if not await connection.run_sync(_has_runs):
                return None
            oldest, *latest = (await connection.execute(query)).one()
    known = [each for each in latest if each is not None]
    if not known:
        return None
    found: dt.datetime = min([max(known), *([] if oldest is None else [oldest])])
    return found - _CLOCKS


def _has_runs(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(RUNS.name)
