"""Which failures of a round count, if a table may fail for a while."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from odapi_async.mirror import Outcome, Store
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import RUNS

_GOOD = (Outcome.DONE, Outcome.UP_TO_DATE)


async def failing_since(store: Store) -> dict[tuple[str, str], dt.datetime]:
    """Return the time in UTC since when each table of each practice fails; tables that do not are left out.

    Raises:
        StoreError: the database cannot be used.
    """
    same = ("practice", "table_name")
    good = (
        sa.select(*(RUNS.c[name] for name in same), sa.func.max(RUNS.c.run).label("run"))
        .where(RUNS.c.outcome.in_(_GOOD))
        .group_by(*(RUNS.c[name] for name in same))
        .subquery()
    )
    query = (
        sa.select(*(RUNS.c[name] for name in same), sa.func.min(RUNS.c.started_at))
        .select_from(RUNS.outerjoin(good, sa.and_(*(RUNS.c[name] == good.c[name] for name in same))))
        .where(
            RUNS.c.outcome.in_((Outcome.FAILED, Outcome.INCOMPLETE)),
            sa.or_(good.c.run.is_(None), RUNS.c.run > good.c.run),
        )
        .group_by(*(RUNS.c[name] for name in same))
    )
    with translate_errors():
        async with store.engine.connect() as connection:
            found = (await connection.execute(query)).all()
    return {(row[0], row[1]): row[2] for row in found}
