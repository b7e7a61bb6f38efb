"""The tick: queues the practices that are due, and removes what nobody needs any more."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.fleet import engine
from odapi_async.fleet.schema import PACE, PRACTICES, WORKERS
from odapi_async.fleet.turns import is_orphaned
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors

_LIMIT: Final = 20_000  # practices that one tick queues

_QUEUE: Final = sa.table(engine.QUEUE, sa.column("dedupe_key"))
_LOG: Final = sa.table(engine.LOG, sa.column("created"))

_ASKED_FOR: Final = (PRACTICES.c.next_due >= PRACTICES.c.started_at) & (
    PRACTICES.c.next_due < sa.case((PRACTICES.c.worker.is_(None), PRACTICES.c.ended_at), else_=sa.func.now())
)
"""Whether a practice became due while its last slice ran: somebody has asked for it, or has changed it.

A slice makes it due later than it lasts when it begins, and at that moment or later when it ends.
"""


async def queue_due(store: Store, takeover: float) -> int:
    """Queue a slice of each practice that is due, those first that are due for the longest time.

    A practice that somebody asked for while it was read is queued before all others.

    Args:
        store: the mirror's database.
        takeover: a practice is due, too, if its worker gave no sign for so many seconds.

    Returns:
        The number of practices.

    Raises:
        StoreError: the database cannot be used.
    """
    queued = sa.select(_QUEUE.c.dedupe_key).where(
        _QUEUE.c.dedupe_key == PRACTICES.c.practice, sa.text("status IN ('queued', 'picked')")
    )
    due = (
        sa.select(PRACTICES.c.practice, sa.func.coalesce(_ASKED_FOR, sa.false()))
        .where(PRACTICES.c.enabled, (PRACTICES.c.next_due <= sa.func.now()) | is_orphaned(takeover))
        .where(~queued.exists())
        .order_by(PRACTICES.c.next_due)
        .limit(_LIMIT)
    )
    with translate_errors():
        async with store.engine.begin() as connection:
            found = (await connection.execute(due)).all()
            raw = await connection.get_raw_connection()
            urgent = [name for name, is_urgent in found if is_urgent]
            await engine.enqueue(raw.driver_connection, urgent, priority=engine.URGENT)
            others = [name for name, is_urgent in found if not is_urgent]
            await engine.enqueue(raw.driver_connection, others)
    return len(found)


async def prune(store: Store) -> None:
    """Remove old lines of the log, workers that are gone, and the pace of earlier days.

    Raises:
        StoreError: the database cannot be used.
    """
    with translate_errors():
        async with store.engine.begin() as connection:
            await _delete_older(connection, _LOG, _LOG.c.created, "1 hour")
            await _delete_older(connection, WORKERS, WORKERS.c.seen_at, "1 day")
            await _delete_older(connection, PACE, PACE.c.minute, "2 days")


async def _delete_older(
    connection: AsyncConnection, table: sa.TableClause, time: sa.ColumnElement[object], age: str
) -> None:
    await connection.execute(sa.delete(table).where(time < sa.func.now() - sa.text(f"interval '{age}'")))
