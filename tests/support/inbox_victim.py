"""A process with an inbox, to be killed: it stores deliveries and claims events, and says each on a line."""

from __future__ import annotations

import asyncio
import itertools
import sys

from odapi_async.events import Inbox
from odapi_async.mirror import Store
from tests.support.inbox import NOON, ONE, apt, delivery, first


async def live(url: str) -> None:
    """Store deliveries and claim events until the end."""
    async with Store(url, clock=lambda: NOON) as store:
        inbox = Inbox(store, lease=30)
        for number in itertools.count(1):
            await inbox.store(delivery(ONE, apt(number)))
            sys.stdout.write(f"stored {number}\n")
            unread = await first(inbox)
            sys.stdout.write(f"claimed {unread.event_id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1]))
