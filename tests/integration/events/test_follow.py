"""A mirror that hears: an office posts what changes, and the copy has it; what is not told is read."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from aiohttp import web

from odapi_async.events import Cause, Follower, Inbox, Reading, Receiver, ensure, read_delivery
from odapi_async.mirror import StoreError
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, Copy, copying
from tests.support.watch import pending, until

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
async def receiving(inbox: Inbox) -> AsyncGenerator[str]:
    """Serve a receiver, and yield its URL."""
    app = web.Application()
    app.router.add_post("/od", Receiver(inbox, keys={NAME: KEY}).aiohttp)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/od"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def following(url: str, *, look: float = 900.0) -> AsyncGenerator[Following]:
    rows = {"patients": 12, "appointments": 30, "operatories": 4, "subscriptions": 0}
    async with copying(url, remote(rows=rows)) as copy:
        await copy.run(*TABLES)
        inbox = Inbox(copy.store)
        async with receiving(inbox) as address:
            await ensure(copy.practice, address, KINDS, workstation="SERVER", polling_seconds=1)
            readings: list[Reading] = []
            follower = Follower(
                inbox, copy.mirror, {NAME: copy.practice}, calm=0.0, look=look, on_reading=readings.append
            )
            task = asyncio.create_task(follower.run(TABLES))
            try:
                await until(lambda: readings)
                yield Following(copy, inbox, readings, task)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def test_a_change_at_the_office_is_in_the_mirror(url: str) -> None:
    async with following(url) as it:
        assert it.causes() == [Cause.START]
        it.copy.bench.box.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
        await it.poll()
        await it.until_row(3, note="Ring first.")
        await it.copy.check(*TABLES)


async def test_a_deletion_is_in_the_mirror(url: str) -> None:
    async with following(url) as it:
        it.copy.bench.box.remove_row(KEY, "appointments", 7)
        await it.poll()
        for _ in range(2_000):
            if (await it.row(7)).deleted_at is not None:
                break
            await asyncio.sleep(0.005)
        assert (await it.row(7)).deleted_at is not None
        assert (await it.row(8)).deleted_at is None


async def test_a_new_row_is_in_the_mirror(lite: str) -> None:
    async with following(lite) as it:
        new = it.copy.bench.box.add_row(KEY, "appointments", {"PatNum": 2, "Note": "New."})
        await it.poll()
        await it.until_row(new, note="New.")
        await it.copy.check("appointments")


async def test_what_an_event_does_not_tell_is_read(lite: str) -> None:
    """An older office may send fewer fields than the mirror has columns."""
    async with following(lite) as it:
        new = it.copy.bench.box.add_row(KEY, "appointments", {"PatNum": 2, "Note": "New."})
        body = f'[{{"AptNum": {new}, "Note": "New."}}]'.encode()
        await it.inbox.store(read_delivery(NAME, {"event-type": "WatchTable: Appointment"}, "", body))
        await until(lambda: Cause.INCOMPLETE in it.causes())
        assert {each.tables for each in it.readings if each.cause is Cause.INCOMPLETE} == {("appointments",)}
        await it.copy.check("appointments")


async def test_an_event_moves_no_bookmark(lite: str) -> None:
    async with following(lite) as it:
        before = await it.copy.store.state(NAME, "appointments")
        it.copy.bench.box.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
        await it.poll()
        await it.until_row(3, note="Ring first.")
        assert (await it.copy.store.state(NAME, "appointments")).cursor == before.cursor


@pytest.mark.parametrize(
    ("back", "cause"), [(dt.timedelta(hours=5), Cause.SILENCE), (dt.timedelta(days=4), Cause.GAP)]
)
async def test_where_a_subscription_stands_still_the_table_is_read(
    lite: str, back: dt.timedelta, cause: Cause
) -> None:
    async with following(lite, look=0.02) as it:
        box = it.copy.bench.box
        await it.poll()
        before = await it.copy.store.state(NAME, "operatories")
        kinds = {each["WatchTable"]: each for each in box.rows(KEY, "subscriptions")}
        start = dt.datetime.fromisoformat(kinds["Operatory"]["DateTimeStart"]) - back
        number = kinds["Operatory"]["SubscriptionNum"]
        box.change_row(KEY, "subscriptions", number, {"DateTimeStart": str(start)})
        await until(lambda: cause in it.causes())
        assert {each.tables for each in it.readings if each.cause is cause} == {("operatories",)}
        swept = (await it.copy.store.state(NAME, "operatories")).cursor.sweep > before.cursor.sweep
        assert swept is (cause is Cause.GAP)


async def test_a_practice_may_have_other_tables(lite: str) -> None:
    async with following(lite) as it:
        readings: list[Reading] = []
        practices = {NAME: it.copy.practice}
        other = Follower(it.inbox, it.copy.mirror, practices, calm=0.0, on_reading=readings.append)
        own = {NAME: ("patients", "recalls")}
        task = asyncio.create_task(other.run(TABLES, tables_by_practice=own))
        await until(lambda: readings)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [each.tables for each in readings] == [("patients",)]


async def test_it_ends_with_the_error_of_the_database(lite: str) -> None:
    async with following(lite) as it:
        async with it.copy.store.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TABLE event_inbox")
        with pytest.raises(StoreError):
            await asyncio.wait_for(it.task, 5)


async def test_nothing_is_left_of_it(lite: str) -> None:
    async with following(lite) as it:
        it.copy.bench.box.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
        await it.poll()
    assert pending() == []
