"""A mirror that hears: an office posts what changes, and the copy has it; what is not told is read."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from odapi_async import ConfigurationError, OpenDental, Request, Response
from odapi_async.events import Cause, Follower, Inbox, Reading, read_delivery
from odapi_async.mirror import StoreError
from tests.support.bench import KEY, remote
from tests.support.following import TABLES, following, stand_still
from tests.support.mirror import NAME, copying
from tests.support.watch import pending, until


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
        other = Follower(it.inbox, it.copy.mirror, practices, debounce=0.0, on_reading=readings.append)
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


class Strange:
    """A transport to an office that never answers, or whose answer nobody has foreseen."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error
        self.asked = 0

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        self.asked += 1
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("error", [None, ZeroDivisionError("Quetzalc0atl")], ids=["silent", "strange"])
async def test_what_happens_at_one_practice_keeps_no_other_from_its_looks(
    lite: str, caplog: pytest.LogCaptureFixture, error: Exception | None
) -> None:
    strange, readings = Strange(error), list[Reading]()
    async with (
        copying(lite, remote(rows={"operatories": 4})) as copy,
        OpenDental("dev", transport=strange) as client,
    ):
        practices = {"strange": client.practice("cust"), NAME: copy.practice}
        inbox = Inbox(copy.store)
        follower = Follower(
            inbox, copy.mirror, practices, debounce=0.0, check_interval=0.01, on_reading=readings.append
        )
        task = asyncio.create_task(follower.run(["operatories"]))
        silent = [Reading(NAME, ("operatories",), Cause.SILENCE, "")] * 3
        await until(lambda: [each for each in readings if each.cause is Cause.SILENCE][:3] == silent)
        assert not task.done()
        assert strange.asked
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert pending() == []
    assert ("of strange cannot be read: ZeroDivisionError" in caplog.text) is (error is not None)
    assert "Quetzalc0atl" not in caplog.text


async def test_a_table_whose_deletions_alone_are_told_is_read(lite: str) -> None:
    async with following(lite, look=0.02) as it:
        await it.poll()
        stand_still(it, "Appointment", dt.timedelta(hours=5))
        await until(lambda: Cause.SILENCE in it.causes())
        assert {each.tables for each in it.readings if each.cause is Cause.SILENCE} == {("appointments",)}


async def test_all_rows_are_read_once_while_a_subscription_stands_still(lite: str) -> None:
    async with following(lite, look=0.02) as it:
        await it.poll()
        stand_still(it, "Operatory", dt.timedelta(days=4))
        await until(lambda: it.causes().count(Cause.SILENCE) >= 3)
        assert it.causes().count(Cause.GAP) == 1


async def test_a_subscription_that_nobody_uses_any_more_makes_no_gap(lite: str) -> None:
    async with following(lite, look=0.02) as it:
        await it.poll()
        old = {"WatchTable": "Operatory", "EndPointUrl": "http://127.0.0.1:9/old", "PollingSeconds": 5}
        it.copy.bench.box.add_row(
            KEY, "subscriptions", old | {"Workstation": "OLD", "DateTimeStart": "2020-01-01 00:00:00"}
        )
        asked = it.copy.bench.box.arrivals
        asked.clear()
        await until(lambda: sum(each.path == "/subscriptions" for each in asked) >= 3)
        assert set(it.causes()) == {Cause.START}


async def test_what_is_ordered_at_the_moment_when_a_reading_ends_is_read_too(lite: str) -> None:
    async with copying(lite, remote(rows={"operatories": 4})) as copy:
        readings: list[Reading] = []

        def on_reading(reading: Reading) -> None:
            readings.append(reading)
            if len(readings) == 1:  # it runs before anything else does, and after the end of the reading
                asyncio.get_running_loop().call_soon(order)

        def order() -> None:
            follower._order(group, NAME, ["operatories"], Cause.INCOMPLETE)

        follower = Follower(
            Inbox(copy.store), copy.mirror, {NAME: copy.practice}, debounce=0.0, on_reading=on_reading
        )
        async with asyncio.TaskGroup() as group:
            order()
        assert len(readings) == 2


@pytest.mark.parametrize("tables", [["apointments"], ["patients", "Appointment"]])
async def test_a_table_that_does_not_exist_is_refused_at_once(lite: str, tables: list[str]) -> None:
    async with following(lite) as it:
        follower = Follower(it.inbox, it.copy.mirror, {NAME: it.copy.practice})
        with pytest.raises(ConfigurationError, match="did you mean appointments"):
            await follower.run(tables)
        with pytest.raises(ConfigurationError, match="did you mean appointments"):
            await follower.run(["patients"], tables_by_practice={NAME: tables})
