"""A mirror that follows the events of an office."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa

from odapi_async.events import Cause, Follower, Inbox, Reading, Receiver, ReceiverServer, ensure
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, Copy, copying
from tests.support.watch import until

TABLES = ("patients", "appointments", "operatories")
KINDS = ("Appointment", "AppointmentDeleted", "Patient", "Operatory")


class Following(NamedTuple):
    """A follower at work."""

    copy: Copy
    inbox: Inbox
    readings: list[Reading]
    task: asyncio.Task[None]

    async def rows(self, table: str) -> list[Any]:
        async with self.copy.store.engine.connect() as connection:
            return list((await connection.execute(sa.select(self.copy.store.tables[table]))).all())

    async def row(self, row_id: int) -> Any:
        return next((each for each in await self.rows("appointments") if each.aptnum == row_id), None)

    async def until_row(self, row_id: int, **values: object) -> None:
        """Wait until the copy of an appointment has these values."""
        for _ in range(2_000):
            found = await self.row(row_id)
            if found is not None and all(getattr(found, name) == value for name, value in values.items()):
                return
            await asyncio.sleep(0.005)
        raise TimeoutError(values)

    def causes(self) -> list[Cause]:
        return [each.cause for each in self.readings]

    async def poll(self) -> None:
        await self.copy.bench.box.poll_events(KEY)


@asynccontextmanager
async def following(
    url: str, *, look: float = 900.0, kinds: Sequence[str] = KINDS, **options: Any
) -> AsyncGenerator[Following]:
    """Copy the tables of an office with these options, subscribe, and follow."""
    rows = {"patients": 12, "appointments": 30, "operatories": 4, "subscriptions": 0}
    async with copying(url, remote(rows=rows, **options)) as copy:
        await copy.run(*TABLES)
        inbox = Inbox(copy.store)
        async with ReceiverServer(Receiver(inbox, keys={NAME: KEY})) as server:
            await ensure(copy.practice, server.url, kinds, workstation="SERVER", polling_seconds=1)
            async with follow(copy, inbox, look=look) as it:
                yield it


@asynccontextmanager
async def follow(copy: Copy, inbox: Inbox, *, look: float) -> AsyncGenerator[Following]:
    """Follow from now on, as after a restart."""
    readings: list[Reading] = []
    practices = {NAME: copy.practice}
    follower = Follower(
        inbox, copy.mirror, practices, debounce=0.0, check_interval=look, on_reading=readings.append
    )
    task = asyncio.create_task(follower.run(TABLES))
    try:
        await until(lambda: readings)
        yield Following(copy, inbox, readings, task)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def stand_still(it: Following, kind: str, back: dt.timedelta) -> None:
    """Let the subscription of a kind have been polled for the last time a while ago."""
    box = it.copy.bench.box
    row = next(each for each in box.rows(KEY, "subscriptions") if each["WatchTable"] == kind)
    start = dt.datetime.fromisoformat(row["DateTimeStart"]) - back
    box.change_row(KEY, "subscriptions", row["SubscriptionNum"], {"DateTimeStart": str(start)})
