"""The changes of appointments: when each one was, and when it is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.events import Changed, Deleted, Event
from odapi_async.mirror import Store

CHANGES = sa.Table(
    "appointment_changes",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("practice", sa.String, nullable=False),
    sa.Column("apt_num", sa.BigInteger, nullable=False),
    sa.Column("before", sa.DateTime),  # NULL: not known
    sa.Column("after", sa.DateTime),  # NULL: it was deleted
    sa.Index("appointment_changes_apt_num", "apt_num", "practice"),
)


@dataclass(frozen=True)
class Change:
    """A change of one appointment, in office time."""

    practice: str
    apt_num: int
    before: dt.datetime | None
    after: dt.datetime | None


async def create_table(store: Store) -> None:
    """Create the table if it is missing."""
    async with store.engine.begin() as connection:
        await connection.run_sync(CHANGES.metadata.create_all)


async def note(event: Event, connection: AsyncConnection) -> None:
    """Note what an event changes. Events that do not concern appointments change nothing."""
    for apt_num, after in _times(event):
        its = (CHANGES.c.practice == event.practice) & (CHANGES.c.apt_num == apt_num)
        last = sa.select(CHANGES.c.after).where(its).order_by(CHANGES.c.number.desc()).limit(1)
        change = Change(event.practice, apt_num, await connection.scalar(last), after)
        await connection.execute(sa.insert(CHANGES).values(asdict(change)))


def _times(event: Event) -> Iterable[tuple[int, dt.datetime | None]]:
    if isinstance(event, Changed) and event.table == "appointments":
        return [(row.AptNum, row.AptDateTime) for row in event.rows]
    if isinstance(event, Deleted) and event.table == "appointments":
        return [(apt_num, None) for apt_num in event.ids]
    return []


async def of_day(store: Store, day: dt.date) -> list[Change]:
    """Return the changes of appointments that were or are on a day, the oldest first."""
    start = dt.datetime.combine(day, dt.time())
    end = start + dt.timedelta(days=1)
    is_on = [(column >= start) & (column < end) for column in (CHANGES.c.before, CHANGES.c.after)]
    query = (
        sa.select(*(CHANGES.c[each.name] for each in fields(Change)))
        .where(sa.or_(*is_on))
        .order_by(CHANGES.c.number)
    )
    async with store.engine.connect() as connection:
        return [Change(*row) for row in await connection.execute(query)]
