"""The process that handles events: `python -m reception.handle`. Any number of them may run."""

from __future__ import annotations

import asyncio
import logging

from odapi_async.events import Inbox
from odapi_async.mirror import Store
from reception.database import create_table, make_inbox, note

LOG = logging.getLogger(__name__)


async def handle(store: Store, inbox: Inbox) -> None:
    """Handle events until it is cancelled, each exactly once: the notes are in the same database."""
    await create_table(store)
    async for unread in inbox.unread():
        async with unread, unread.transaction() as connection:
            await note(unread.event, connection)


async def main() -> None:
    """Handle events of the database in ODAPI_STORE."""
    store, inbox = make_inbox()
    async with store:
        await handle(store, inbox)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        LOG.info("stopped")
