"""How long a change at an office takes until it is in the mirror: the sandbox posts as offices do."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

import sqlalchemy as sa

from benchmarks.offices import DEVELOPER
from odapi_async import Mode, OpenDental
from odapi_async.events import Follower, Inbox, Receiver, ReceiverServer, ensure
from odapi_async.mirror import Mirror, Store
from odapi_async.sandbox import Office, Sandbox

POLLING: Final = 1  # seconds
_KEY: Final = "customer-key"
_NAME: Final = "harbour"
_ROWS: Final = {"patients": 50, "appointments": 200, "subscriptions": 0}
_STEP: Final = 0.005
_LATEST: Final = 30.0


async def delays(url: str, changes: int) -> list[float]:
    """Change appointments at random moments; return the seconds until each change is in the mirror.

    Args:
        url: an empty database.
        changes: the number of changes.
    """
    office = Office(
        customer_key=_KEY, permissions=frozenset({"ReadAll", "AllOthers"}), mode="local", rows=_ROWS
    )
    chance, found = random.Random(changes), list[float]()
    async with (
        Sandbox([office], developer_key=DEVELOPER) as box,
        OpenDental(DEVELOPER) as client,
        Store(url) as store,
        ReceiverServer(Receiver(inbox := Inbox(store, poll_interval=0.1), keys={_NAME: _KEY})) as server,
    ):
        practice = client.practice(_KEY, mode=Mode.LOCAL, base_url=box.url)
        mirror = Mirror(client, store)
        await mirror.run({_NAME: practice}, ["appointments"])
        await ensure(practice, server.url, ["Appointment"], workstation="SERVER", polling_seconds=POLLING)
        follower = asyncio.create_task(Follower(inbox, mirror, {_NAME: practice}).run(["appointments"]))
        try:
            for number in range(1, changes + 1):
                await asyncio.sleep(chance.uniform(0, 2 * POLLING))
                note = f"change {number}"
                box.change_row(_KEY, "appointments", number, {"Note": note})
                began = time.perf_counter()
                await _until(store, number, note)
                found.append(time.perf_counter() - began)
        finally:
            follower.cancel()
            await asyncio.gather(follower, return_exceptions=True)
    return found


async def _until(store: Store, apt_num: int, note: str) -> None:
    table = store.tables["appointments"]
    query = sa.select(table.c.note).where(table.c.practice == _NAME, table.c.aptnum == apt_num)
    async with asyncio.timeout(_LATEST):
        while True:
            async with store.engine.connect() as connection:
                if (await connection.execute(query)).scalar_one() == note:
                    return
            await asyncio.sleep(_STEP)
