"""The inbox, and the patient that is selected on each workstation, in one database.

The customer keys are in OPENDENTAL_CUSTOMER_KEY_HARBOUR and so on, and the database is in ODAPI_STORE.
"""

from __future__ import annotations

import os

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.events import Event, Inbox, PatientSelected
from odapi_async.mirror import Store

PREFIX = "OPENDENTAL_CUSTOMER_KEY_"

SELECTED = sa.Table(
    "selected_patients",
    sa.MetaData(),
    sa.Column("practice", sa.String, primary_key=True),
    sa.Column("workstation", sa.String, primary_key=True),
    sa.Column("pat_num", sa.BigInteger, nullable=False),
    sa.Column("event_time", sa.DateTime, nullable=False),
)


def customer_keys() -> dict[str, str]:
    """Return the customer keys by the names of the practices."""
    return {
        name.removeprefix(PREFIX).lower(): key for name, key in os.environ.items() if name.startswith(PREFIX)
    }


def make_inbox() -> tuple[Store, Inbox]:
    """Return the database and the inbox in it. Nothing is opened before the first use."""
    store = Store(os.environ["ODAPI_STORE"])
    return store, Inbox(store)


async def create_table(store: Store) -> None:
    """Create the table if it is missing."""
    async with store.engine.begin() as connection:
        await connection.run_sync(SELECTED.metadata.create_all)


async def note(event: Event, connection: AsyncConnection) -> None:
    """Note which patient was selected, unless a later event has told of another one already."""
    if not isinstance(event, PatientSelected):
        return
    # an office posts at once; an event of before that failed then may come later
    its = (SELECTED.c.practice == event.practice) & (SELECTED.c.workstation == event.workstation.upper())
    is_later = SELECTED.c.event_time > event.received_at
    if await connection.scalar(sa.select(sa.exists().where(its & is_later))):
        return
    await connection.execute(sa.delete(SELECTED).where(its))
    values = {
        "practice": event.practice,
        "workstation": event.workstation.upper(),
        "pat_num": event.patient.PatNum,
        "event_time": event.received_at,
    }
    await connection.execute(sa.insert(SELECTED).values(values))


async def selected(store: Store, practice: str, workstation: str) -> int | None:
    """Return the id of the patient that was selected last on a workstation; None if nobody knows."""
    query = sa.select(SELECTED.c.pat_num).where(
        SELECTED.c.practice == practice, SELECTED.c.workstation == workstation.upper()
    )
    async with store.engine.connect() as connection:
        found: int | None = await connection.scalar(query)
        return found
