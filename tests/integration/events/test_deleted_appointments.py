"""Appointments that were deleted at an office which does not post it: the audit trail tells of them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from odapi_async.events import Cause, Deleted, Inbox, Reading, read_delivery
from odapi_async.events.schema import AUDIT_TRAIL, INBOX, SEEN
from odapi_async.mirror import StoreError
from odapi_async.sandbox import Fault
from tests.support.bench import KEY
from tests.support.following import KINDS, Following, follow, following, stand_still
from tests.support.mirror import NAME
from tests.support.watch import pending, until

WITHOUT = tuple(each for each in KINDS if each != "AppointmentDeleted")
TRAIL = "/histappointments"
LOOK = 0.02


def remove(it: Following, row_id: int) -> None:
    it.copy.bench.box.remove_row(KEY, "appointments", row_id)


def asked(it: Following, path: str = TRAIL) -> list[dict[str, str]]:
    return [dict(each.query) for each in it.copy.bench.box.arrivals if each.path == path]


async def looks(it: Following, count: int) -> None:
    """Wait until the subscriptions were looked at so often from now on."""
    before = len(asked(it, "/subscriptions"))
    for _ in range(2_000):
        if len(asked(it, "/subscriptions")) >= before + count:
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


async def until_deleted(it: Following, *row_ids: int) -> None:
    for _ in range(2_000):
        if {each.aptnum for each in await it.rows("appointments") if each.deleted_at is not None} == {
            *row_ids
        }:
            return
        await asyncio.sleep(0.005)
    raise TimeoutError(row_ids)


async def events_of(it: Following, kind: str = "AppointmentDeleted") -> list[str]:
    """The ids of the events of a kind, as they are stored."""
    query = sa.select(INBOX.c.ids).where(INBOX.c.kind == kind).order_by(INBOX.c.event_id)
    async with it.copy.store.engine.connect() as connection:
        return list((await connection.execute(query)).scalars())


def told(readings: Sequence[Reading]) -> list[Reading]:
    return [each for each in readings if each.cause is Cause.DELETION]


async def test_without_a_subscription_a_deletion_is_found(url: str) -> None:
    async with following(url, look=LOOK, kinds=WITHOUT) as it:
        remove(it, 7)
        await until_deleted(it, 7)
        await looks(it, 3)
        remove(it, 9)
        await until_deleted(it, 7, 9)
        assert await events_of(it) == ["[7]", "[9]"]
        assert {each.tables for each in told(it.readings)} == {("hist_appointments",)}


async def test_where_the_subscription_stands_still_a_deletion_is_found(lite: str) -> None:
    async with following(lite, look=LOOK) as it:
        await it.poll()
        stand_still(it, "AppointmentDeleted", dt.timedelta(hours=5))
        remove(it, 7)
        await until_deleted(it, 7)


async def test_a_living_subscription_costs_nothing(lite: str) -> None:
    async with following(lite, look=LOOK) as it:
        await it.poll()
        it.copy.bench.box.arrivals.clear()
        await looks(it, 4)
        assert asked(it) == []


async def test_a_look_costs_one_request(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        for row_id in (7, 8, 9):
            remove(it, row_id)
        await until_deleted(it, 7, 8, 9)
        await looks(it, 1)
        it.copy.bench.box.arrivals.clear()
        await looks(it, 4)
        found = asked(it)
        assert 3 <= len(found) <= 5
        assert found[0]["HistApptAction"] == "Deleted"
        assert {each["Offset"] for each in found} == {"1"}  # the last two rows show that it goes on there


async def test_what_was_deleted_between_two_looks_comes_in_pages(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        await looks(it, 2)
        for _ in range(250):
            copy = {"AptNum": 9_000, "HistApptAction": "Deleted", "HistDateTStamp": "2026-11-20 12:00:00"}
            it.copy.bench.box.add_row(KEY, "histappointments", copy)
        remove(it, 7)
        await until_deleted(it, 7)


async def test_after_a_restart_it_goes_on_where_it_was(url: str) -> None:
    async with following(url, look=LOOK, kinds=WITHOUT) as it:
        remove(it, 7)
        await until_deleted(it, 7)
        it.task.cancel()
        await asyncio.gather(it.task, return_exceptions=True)
        remove(it, 8)
        it.copy.bench.box.arrivals.clear()
        async with follow(it.copy, Inbox(it.copy.store), look=LOOK) as again:
            await until_deleted(again, 7, 8)
            assert "Limit" not in asked(again)[0], "it has searched again"
            assert await events_of(again) == ["[7]", "[8]"]


async def test_a_deletion_that_was_told_too_is_told_once(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        headers = {"event-type": "WatchTable: AppointmentDeleted"}
        await it.inbox.store(read_delivery(NAME, headers, "", b'[{"AptNum": 7}]'))
        remove(it, 7)
        await until_deleted(it, 7)
        await looks(it, 3)
        assert await events_of(it) == ["[7]"]
        assert told(it.readings) == []


async def test_when_a_subscription_lives_again_the_time_before_is_read_once(lite: str) -> None:
    """It may be a new one, which does not go back to what was deleted before."""
    async with following(lite, look=LOOK) as it:
        box = it.copy.bench.box
        await it.poll()
        box.set_workstation(KEY, "SERVER", running=False)  # nothing is posted from now on
        rows = box.rows(KEY, "subscriptions")
        row = next(each for each in rows if each["WatchTable"] == "AppointmentDeleted")
        stand_still(it, "AppointmentDeleted", dt.timedelta(hours=5))
        await looks(it, 2)
        remove(it, 7)
        now = box.rows(KEY, "histappointments")[-1]["HistDateTStamp"]
        box.change_row(KEY, "subscriptions", row["SubscriptionNum"], {"DateTimeStart": now})
        await until_deleted(it, 7)
        await looks(it, 2)
        box.arrivals.clear()
        await looks(it, 3)
        assert asked(it) == []


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_what_cannot_be_read_is_said_once_and_everything_else_goes_on(lite: str, status: int) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        it.copy.bench.box.add_fault(Fault("status", None, path=TRAIL, status=status))
        await looks(it, 4)
        (reading,) = told(it.readings)
        assert "found by sweeps only" in reading.error
        it.copy.bench.box.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
        await it.poll()
        await it.until_row(3, note="Ring first.")
        remove(it, 7)
        it.copy.bench.box.clear_faults()
        await until_deleted(it, 7)
        assert told(it.readings)[-1].error == ""


async def test_an_office_without_an_audit_trail_is_said_once(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=("Appointment",), version="23.1.29") as it:
        await looks(it, 4)
        assert len(told(it.readings)) == 1
        assert told(it.readings)[0].error


@pytest.mark.parametrize("days", [-1, 1, 9_000])
async def test_an_office_whose_clock_is_wrong_hides_no_deletion(lite: str, days: int) -> None:
    """The program's own clock shows 2001 in these tests."""
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        await looks(it, 2)
        remove(it, 7)
        last = it.copy.bench.box.rows(KEY, "histappointments")[-1]
        at = dt.datetime.fromisoformat(last["HistDateTStamp"]) + dt.timedelta(days=days)
        it.copy.bench.box.change_row(
            KEY, "histappointments", last["HistApptNum"], {"HistDateTStamp": f"{at}"}
        )
        await until_deleted(it, 7)


async def test_an_appointment_without_a_time_is_found(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        it.copy.bench.box.change_row(KEY, "appointments", 7, {"AptDateTime": "0001-01-01 00:00:00"})
        remove(it, 7)
        await until_deleted(it, 7)


async def test_an_appointment_that_the_mirror_never_had_does_no_harm(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        new = it.copy.bench.box.add_row(KEY, "appointments", {"PatNum": 2})
        remove(it, new)
        remove(it, 7)
        await until_deleted(it, 7)
        assert await it.row(new) is None
        late = f'[{{"AptNum": {new}, "PatNum": 2, "DateTStamp": "2026-11-20 12:00:00"}}]'.encode()
        await it.inbox.store(read_delivery(NAME, {"event-type": "WatchTable: Appointment"}, "", late))
        remove(it, 8)
        await until_deleted(it, 7, 8)  # the late event is before it
        assert await it.row(new) is None


async def test_deletions_before_the_last_sweep_are_not_told(lite: str) -> None:
    """They are in the mirror already; whoever follows now did not ask for years of them."""
    async with following(lite, look=900, kinds=WITHOUT) as it:
        for number in range(300):
            old = {"HistApptAction": "Deleted", "HistDateTStamp": "2020-02-03 04:05:06"}
            it.copy.bench.box.add_row(KEY, "histappointments", old | {"AptNum": 5_000 + number})
        remove(it, 7)
        it.copy.bench.box.arrivals.clear()
        async with follow(it.copy, Inbox(it.copy.store), look=LOOK) as again:
            await until_deleted(again, 7)
            assert await events_of(again) == ["[7]"]
            searched = [each for each in asked(again) if each.get("Limit") == "1"]
            assert 1 <= len(searched) <= 5


async def test_without_a_complete_copy_nothing_is_asked(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        await looks(it, 2)
        async with it.copy.store.engine.begin() as connection:
            await connection.execute(sa.delete(SEEN))
            await connection.exec_driver_sql("UPDATE mirror_state SET swept_at = NULL")
        await looks(it, 2)
        it.copy.bench.box.arrivals.clear()
        await looks(it, 3)
        assert asked(it) == []


async def test_the_position_is_kept_as_long_as_it_is_used(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        await looks(it, 3)
        it.copy.clock.move(days=30)
        await looks(it, 3)
        await it.inbox.prune()
        async with it.copy.store.engine.connect() as connection:
            query: Any = sa.select(SEEN.c.practice).where(SEEN.c.kind == AUDIT_TRAIL)
            assert list((await connection.execute(query)).scalars()) == [NAME]


async def test_the_error_of_the_database_ends_it(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        await looks(it, 2)
        async with it.copy.store.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TABLE event_seen")
        with pytest.raises(StoreError):
            await asyncio.wait_for(it.task, 5)


async def test_nothing_is_left_if_it_is_cancelled_while_it_reads(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        it.copy.bench.box.add_fault(Fault("latency", None, path=TRAIL, seconds=60))
        it.copy.bench.box.arrivals.clear()
        await until(lambda: asked(it))
    assert pending() == []


async def test_other_handlers_hear_of_it(lite: str) -> None:
    async with following(lite, look=LOOK, kinds=WITHOUT) as it:
        remove(it, 7)
        await until_deleted(it, 7)
        await it.inbox.replay(since=dt.datetime(2000, 1, 1))
        it.task.cancel()
        await asyncio.gather(it.task, return_exceptions=True)
        await it.inbox.replay(since=dt.datetime(2000, 1, 1))
        found = [unread.event async for unread in it.inbox.unread(follow=False)]
        assert [each.ids for each in found if isinstance(each, Deleted)] == [(7,)]
