"""Events are kept until they are handled: leases, tries, replays, and what is removed."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

import pytest
import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.cli.events.inbox import count_events
from odapi_async.events import (
    Changed,
    Deleted,
    Inbox,
    InboxStatus,
    LeaseLost,
    PracticeInbox,
    SetAside,
    Unknown,
)
from odapi_async.events.schema import INBOX, META, SEEN
from odapi_async.mirror import SchemaTooNew, Store, StoreError
from tests.support.inbox import BARE, GONE, NOON, ONE, apt, delivery, first, keeping, notes, rows_of, taken
from tests.support.mirror import NAME, execute


async def test_what_was_stored_is_handed_out_once_and_the_oldest_first(url: str) -> None:
    async with keeping(url) as (inbox, clock):
        assert await inbox.store(delivery(ONE, apt(1), apt(2))) == 2
        clock.move(seconds=1)
        assert await inbox.store(delivery(GONE, {"AptNum": 3}, practice="harbour")) == 1
        one, two = await taken(inbox)
        assert isinstance(one.event, Changed)
        assert isinstance(two.event, Deleted)
        assert [row.AptNum for row in one.event.rows] == [1, 2]
        assert (one.event.practice, one.event.workstation, one.event.received_at) == (NAME, "SERVER", NOON)
        assert (two.event.practice, two.event.ids, two.tries) == ("harbour", (3,), 1)
        assert two.event.received_at == NOON + dt.timedelta(seconds=1)
        assert await taken(inbox) == []


async def test_an_event_of_the_program_and_an_unknown_one_come_each_time(url: str) -> None:
    async with keeping(url) as (inbox, _):
        for _ in range(2):
            assert await inbox.store(delivery("PatientSelected", {"PatNum": 1}, is_list=False)) == 1
            assert await inbox.store(delivery("Weather", {"Rain": "\0"})) == 1
        found = await taken(inbox)
        assert [unread.event.kind for unread in found] == ["PatientSelected", "Weather"] * 2
        assert [unread.delivery.is_list for unread in found] == [False, True] * 2
        assert [rows_of(unread) for unread in found] == [[{"PatNum": 1}], [{"Rain": "\0"}]] * 2
        assert isinstance(found[1].event, Unknown)


async def test_unknown_events_are_counted_and_told_once_for_each_kind(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with keeping(url) as (inbox, _):
        for kind in ("Weather", "Weather", "Tide", ONE, "PatientSelected"):
            await inbox.store(delivery(kind, {"Rain": "Quetzalcoatl"}))
        assert len(await taken(inbox)) == 5
        (practice,) = (await inbox.status()).practices
        assert (practice.waiting, practice.unknown) == (0, 3)
    told = [each.getMessage() for each in caplog.records if "is unknown" in each.getMessage()]
    assert told[0] == (
        f"an event 'Weather' of {NAME} is unknown: this version does not know events of this kind"
    )
    assert [each.split()[2] for each in told] == ["'Weather'", "'Tide'", f"'{ONE}'", "'PatientSelected'"]
    assert "Quetzalcoatl" not in caplog.text


async def test_nothing_is_stored_of_an_empty_list(url: str) -> None:
    async with keeping(url) as (inbox, _):
        assert await inbox.store(delivery(ONE)) == 0
        assert await inbox.store(delivery("Weather")) == 0
        assert await taken(inbox) == []


async def test_names_that_no_database_can_store_are_mended(url: str) -> None:
    async with keeping(url) as (inbox, _):
        strange = delivery("a\0\ud800", apt(1))
        assert await inbox.store(strange._replace(workstation="\0\udfff")) == 1
        (unread,) = await taken(inbox)
        assert (unread.event.kind, unread.event.workstation) == (
            "a\N{REPLACEMENT CHARACTER}?",
            "\N{REPLACEMENT CHARACTER}?",
        )


async def test_an_id_that_no_database_can_store_is_kept_and_never_a_repetition(url: str) -> None:
    async with keeping(url) as (inbox, _):
        for _ in range(2):
            assert await inbox.store(delivery(ONE, apt(2**70), apt(1, 5))) >= 1
        assert [row["AptNum"] for unread in await taken(inbox) for row in rows_of(unread)] == [
            2**70,
            1,
            2**70,
        ]


@pytest.mark.parametrize("others", [1, 3])
async def test_a_row_is_handed_out_once_however_often_it_comes(url: str, others: int) -> None:
    """Also if the program and the service of an office send it at the same time."""
    async with keeping(url) as (inbox, _):
        same = [inbox.store(delivery(ONE, apt(1), apt(2, 1, "b"))) for _ in range(1 + others)]
        assert sorted(await asyncio.gather(*same)) == [0] * others + [2]
        assert await inbox.store(delivery(ONE, apt(2, 1, "b"), apt(1, 2, "c"))) == 1
        assert await notes(inbox) == [(1, ""), (2, "b"), (1, "c")]


async def test_a_row_without_a_stamp_may_become_what_it_was(url: str) -> None:
    def operatory(name: str) -> dict[str, object]:
        return {"OperatoryNum": 7, "OpName": name}

    async with keeping(url) as (inbox, _):
        for name in "AABBA":
            await inbox.store(delivery(BARE, operatory(name)))
        found = [row["OpName"] for unread in await taken(inbox) for row in rows_of(unread)]
        assert found == ["A", "B", "A"]
        assert await inbox.store(delivery(BARE, *map(operatory, "ABBC"))) == 2
        (unread,) = await taken(inbox)
        assert [row["OpName"] for row in rows_of(unread)] == ["B", "C"], "also within one delivery"


@pytest.mark.parametrize("stamp", ["", "0001-01-01 00:00:00"])
async def test_a_row_whose_stamp_is_empty_counts_as_one_without(url: str, stamp: str) -> None:
    async with keeping(url) as (inbox, _):
        for note in "ABA":
            assert await inbox.store(delivery(ONE, apt(1, note=note) | {"DateTStamp": stamp})) == 1


async def test_a_deletion_is_known_by_its_id(url: str) -> None:
    async with keeping(url) as (inbox, _):
        assert await inbox.store(delivery(GONE, {"AptNum": 1, "DeletedBy": "Ann"})) == 1
        assert await inbox.store(delivery(GONE, {"AptNum": 1}, {"AptNum": 2})) == 1
        assert await inbox.store(delivery(GONE, {"AptNum": 1}, practice="harbour")) == 1
        assert await inbox.store(delivery(ONE, apt(1))) == 1


async def test_who_waits_is_woken_by_what_this_process_stores(url: str) -> None:
    async with keeping(url, poll_interval=3600) as (inbox, _):

        async def next_one() -> int:
            async for unread in inbox.unread():
                async with unread:
                    return unread.event_id
            raise AssertionError

        waiting = [asyncio.create_task(next_one()) for _ in range(2)]
        await asyncio.sleep(0.02)
        await inbox.store(delivery(ONE, apt(1)))
        await inbox.store(delivery(ONE, apt(2)))
        assert len({*await asyncio.gather(*waiting)}) == 2


async def test_who_waits_finds_what_another_process_stores(url: str) -> None:
    async with keeping(url) as (inbox, clock), Store(url, clock=clock) as store:
        waiting = asyncio.create_task(anext(inbox.unread()))
        await asyncio.sleep(0.02)
        await Inbox(store).store(delivery(ONE, apt(1)))
        async with await waiting as unread:
            assert unread.tries == 1


async def test_two_inboxes_never_hand_out_the_same_event(url: str) -> None:
    async with keeping(url) as (inbox, clock), Store(url, clock=clock) as store:
        for number in range(60):
            await inbox.store(delivery(ONE, apt(number + 1)))
        found = await asyncio.gather(*(taken(each) for each in [inbox, Inbox(store)] * 3))
        numbers = [unread.event_id for some in found for unread in some]
        assert len(numbers) == len({*numbers}) == 60


async def test_an_event_that_is_held_is_held_until_its_lease_ends(url: str) -> None:
    async with keeping(url, lease=30) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        held = await first(inbox)
        clock.move(seconds=29)
        assert await taken(inbox) == []
        clock.move(seconds=1)
        again = await first(inbox)
        assert (again.event_id, again.tries) == (held.event_id, 2)
        async with held:
            pass
        clock.move(seconds=30)
        assert await taken(inbox) == [], "the first one handled it after all"
        async with again:
            pass
        assert await column(inbox, INBOX.c.done_at) == [NOON + dt.timedelta(seconds=30)]


async def test_who_fails_late_does_not_take_the_event_from_another_one(url: str) -> None:
    async with keeping(url, lease=30) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        late = await first(inbox)
        clock.move(seconds=30)
        again = await first(inbox)
        async with late:
            raise ValueError
        clock.move(seconds=29)
        assert await taken(inbox) == []
        async with again:
            pass
        assert (await inbox.status()).waiting == 0


async def test_an_event_that_kills_each_process_is_set_aside(url: str) -> None:
    async with keeping(url, lease=30, max_tries=3) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        for tries in range(1, 4):
            assert (await first(inbox)).tries == tries
            clock.move(seconds=30)
        assert await taken(inbox) == []
        assert (await inbox.status()).set_aside == 1
        assert await column(inbox, INBOX.c.error) == ["LeaseExpired"]


async def column(inbox: Inbox, which: sa.Column[object]) -> list[object]:
    async with inbox._store.engine.connect() as connection:
        return [*(await connection.execute(sa.select(which))).scalars()]


async def test_an_error_keeps_an_event_and_it_is_due_after_a_pause_that_grows(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Ms. Quetzalcoatl"
    async with keeping(url, max_tries=4) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1, note=secret)))
        for pause in (1, 3, 9):
            async with await first(inbox) as unread:
                raise KeyError(secret)
            clock.move(seconds=pause - 1)
            assert await taken(inbox) == []
            clock.move(seconds=1)
        async with await first(inbox) as unread:
            raise KeyError(secret)
        clock.move(days=3)
        assert await taken(inbox) == []
        status = await inbox.status()
        assert (status.waiting, status.set_aside) == (0, 1)
        assert await column(inbox, INBOX.c.error) == ["KeyError"]
        ours = [record for record in caplog.records if record.name == "odapi_async"]
        assert secret not in caplog.text + repr(unread) + repr(status) + repr(unread.event)
        assert [record.levelno for record in ours] == [logging.WARNING] * 4
        assert "failed with KeyError at try 1 of 4: it is due again in 1 s" in ours[0].getMessage()
        assert "at try 4 of 4: it is set aside" in ours[3].getMessage()


async def test_an_event_that_was_set_aside_can_be_tried_again(url: str) -> None:
    async with keeping(url, max_tries=1) as (inbox, _):
        for number in (1, 2, 3):
            await inbox.store(delivery(ONE, apt(number)))
        numbers: list[int] = []
        async for unread in inbox.unread(follow=False):
            async with unread:
                numbers.append(unread.event_id)
                raise ValueError
        assert await inbox.retry(numbers[:1]) == 1
        assert [unread.tries for unread in await taken(inbox)] == [1]
        assert await inbox.retry([]) == 0
        assert await inbox.retry() == 2
        assert len(await taken(inbox)) == 2
        assert await inbox.retry() == 0
        assert await column(inbox, INBOX.c.error) == [""] * 3


async def test_events_that_were_set_aside_are_listed_without_a_row_chosen_and_discarded(url: str) -> None:
    async with keeping(url, max_tries=1) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1, note="Ms. Quetzalcoatl"), apt(2**70)))
        await inbox.store(delivery(GONE, {"AptNum": 3}))
        await inbox.store(delivery(ONE, apt(1), practice="harbour"))
        async for unread in inbox.unread(follow=False):
            async with unread:
                raise KeyError("Ms. Quetzalcoatl")
        await inbox.store(delivery(ONE, apt(9)))  # waits, and is no part of it
        found = await inbox.set_aside()
        assert "Quetzalcoatl" not in repr(found)
        assert found[0] == SetAside(
            event_id=1,
            practice=NAME,
            kind=ONE,
            row_ids=(1, 2**70),
            received_at=NOON,
            tries=1,
            error="KeyError",
        )
        assert [each.event_id for each in found] == [1, 2, 3]
        assert [each.event_id for each in await inbox.set_aside(practice=NAME, kind=GONE)] == [2]
        assert len(await inbox.set_aside(limit=2)) == 2
        assert await inbox.retry(practice="nobody") == await inbox.discard([4]) == 0
        assert await inbox.retry(practice="harbour", kind=ONE) == 1
        assert await inbox.discard([1], kind=GONE) == 0
        assert await inbox.discard([1]) == 1
        assert await inbox.discard() == 1
        assert await inbox.store(delivery(GONE, {"AptNum": 3})) == 0, "a repetition stays one"
        assert sorted(unread.event_id for unread in await taken(inbox)) == [3, 4]


async def test_done_events_can_be_replayed(url: str) -> None:
    async with keeping(url) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        clock.move(hours=1)
        await inbox.store(delivery(ONE, apt(2)))
        await inbox.store(delivery(GONE, {"AptNum": 3}))
        await inbox.store(delivery(ONE, apt(4), practice="harbour"))
        await taken(inbox)
        held = NOON + dt.timedelta(hours=1)
        assert await inbox.replay(practice="nobody", since=NOON) == 0
        assert await inbox.replay(practice="harbour", since=NOON) == 1
        assert await inbox.replay(kind=GONE, since=NOON) == 1
        assert [unread.event.kind for unread in await taken(inbox)] == [GONE, ONE]
        assert await inbox.replay(since=held.replace(tzinfo=dt.UTC)) == 3
        assert [unread.tries for unread in await taken(inbox)] == [1, 1, 1]
        assert await inbox.replay(since=NOON) == 4
        assert await inbox.replay(since=NOON) == 0, "they are not done"


async def test_the_status_counts_by_practice_and_has_no_row(url: str) -> None:
    async with keeping(url, max_tries=1) as (inbox, clock):
        assert await inbox.status() == InboxStatus(at=NOON, practices=())
        await inbox.store(delivery(ONE, apt(1), practice="b"))
        await inbox.store(delivery(ONE, apt(1), practice="a"))
        async with await first(inbox):
            raise ValueError
        clock.move(seconds=5)
        await inbox.store(delivery(ONE, apt(2), practice="a"))
        clock.move(seconds=5)
        await inbox.store(delivery(ONE, apt(3), practice="a"))
        at = [NOON + dt.timedelta(seconds=each) for each in (0, 5, 10)]
        await first(inbox)
        status = await inbox.status()
        assert status.practices == (
            PracticeInbox(practice="a", waiting=3, oldest_waiting=at[0], last_received=at[2]),
            PracticeInbox(practice="b", set_aside=1, last_received=at[0]),
        )
        assert (status.at, status.waiting, status.set_aside) == (at[2], 3, 1)


async def test_what_was_done_is_removed_after_some_days_and_repetitions_are_known_for_four(url: str) -> None:
    async with keeping(url, keep_days=1, max_tries=1) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        await taken(inbox)
        await inbox.store(delivery(ONE, apt(2)))
        async with await first(inbox):
            raise ValueError
        await inbox.store(delivery(ONE, apt(3)))
        clock.move(days=4)
        assert await inbox.prune() == 1, "neither what waits nor what was set aside"
        assert await inbox.store(delivery(ONE, apt(1), apt(2), apt(3))) == 0
        clock.move(seconds=1)
        assert await inbox.prune() == 0
        assert await column(inbox, SEEN.c.row_id) == []
        assert sorted(await column(inbox, INBOX.c.event_id)) == [2, 3]  # type: ignore[type-var]
        assert await inbox.store(delivery(ONE, apt(1))) == 1


async def test_digests_are_kept_as_long_as_events(url: str) -> None:
    async with keeping(url, keep_days=7) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        clock.move(days=7)
        assert await inbox.store(delivery(ONE, apt(1))) == 0


async def test_a_delivery_removes_what_is_old_once_an_hour(url: str) -> None:
    async with keeping(url, keep_days=1) as (inbox, clock):
        for number in (1, 2):
            await inbox.store(delivery(ONE, apt(number)))
            await taken(inbox)
            clock.move(minutes=30)
        clock.move(days=1, minutes=-31)
        await inbox.store(delivery(ONE, apt(3)))
        assert await column(inbox, INBOX.c.event_id) == [2, 3]
        clock.move(minutes=59)
        await inbox.store(delivery(ONE, apt(4)))
        assert await column(inbox, INBOX.c.event_id) == [2, 3, 4]
        clock.move(minutes=1)
        await inbox.store(delivery(ONE, apt(5)))
        assert await column(inbox, INBOX.c.event_id) == [3, 4, 5]


async def test_a_long_list_of_old_events_is_removed_in_parts(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odapi_async.events.upkeep.BATCH", 2)
    async with keeping(url, keep_days=1) as (inbox, clock):
        for number in range(5):
            await inbox.store(delivery(ONE, apt(number + 1)))
        await taken(inbox)
        clock.move(days=2)
        await inbox.store(delivery(ONE, apt(6)))
        assert len(await column(inbox, INBOX.c.event_id)) == 4
        await inbox.store(delivery(ONE, apt(7)))
        assert len(await column(inbox, INBOX.c.event_id)) == 3, "the next delivery goes on"
        assert await inbox.prune() == 1
        assert await inbox.forget(NAME) == 2


async def test_a_practice_can_be_forgotten(url: str) -> None:
    async with keeping(url) as (inbox, _):
        for practice in (NAME, "harbour"):
            await inbox.store(delivery(ONE, apt(1), practice=practice))
        assert await inbox.forget(NAME) == 1
        assert await inbox.forget("nobody") == 0
        assert await inbox.store(delivery(ONE, apt(1))) == 1
        assert await inbox.store(delivery(ONE, apt(1), practice="harbour")) == 0


async def test_a_name_that_no_database_can_store_names_its_practice(url: str) -> None:
    name = "har\0bour\udcff"
    async with keeping(url) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1), practice=name))
        await taken(inbox)
        assert await count_events(inbox._store, name) == 1
        assert await inbox.replay(practice=name, since=NOON) == 1
        assert await inbox.forget(name) == 1
        assert await count_events(inbox._store, name) is None


async def test_the_tables_are_created_once_by_many(url: str) -> None:
    async with Store(url) as one, Store(url) as two:
        await asyncio.gather(*(Inbox(store).open() for store in [one, two] * 3))
        assert await column(Inbox(one), META.c.format) == [1]


async def test_a_newer_inbox_is_not_touched(url: str) -> None:
    async with keeping(url) as (inbox, _):
        await inbox.open()
        await execute(inbox._store, "UPDATE event_meta SET format = 2")
        with pytest.raises(SchemaTooNew):
            await Inbox(inbox._store).store(delivery(ONE, apt(1)))


@pytest.mark.parametrize("option", ["keep_days", "max_tries", "lease", "poll_interval"])
async def test_numbers_have_to_be_positive(lite: str, option: str) -> None:
    async with Store(lite) as store:
        with pytest.raises(ConfigurationError, match=f"{option} has to be more than 0"):
            Inbox(store, **{option: 0})


async def test_a_block_that_ends_by_break_is_done(url: str) -> None:
    async with keeping(url) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        async for unread in inbox.unread():
            async with unread:
                break
        assert await taken(inbox) == []


async def test_a_handler_and_the_end_of_its_event_are_one_transaction(url: str) -> None:
    async with keeping(url) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        await execute(inbox._store, "CREATE TABLE mine (number INTEGER)")
        for fails in (True, False):
            async with await first(inbox) as unread, unread.transaction() as connection:
                await connection.execute(sa.text("INSERT INTO mine VALUES (1)"))
                if fails:
                    raise ValueError
            clock.move(seconds=1)
        assert await taken(inbox) == []
        assert await column(inbox, sa.column("number", _selectable=sa.table("mine"))) == [1]  # type: ignore[arg-type]


async def test_a_transaction_without_a_lease_is_refused(url: str) -> None:
    async with keeping(url, lease=30) as (inbox, clock):
        await inbox.store(delivery(ONE, apt(1)))
        late = await first(inbox)
        clock.move(seconds=30)
        again = await first(inbox)
        with pytest.raises(LeaseLost, match="give the inbox a lease that is longer than a handler takes"):
            async with late.transaction():
                pytest.fail("it is not begun")
        async with again, again.transaction():
            pass
        with pytest.raises(LeaseLost):
            async with again.transaction():
                pytest.fail("it is done")


async def test_an_error_after_the_transaction_is_the_callers(url: str) -> None:
    async with keeping(url) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        unread = await first(inbox)

        async def handle() -> None:
            async with unread:
                async with unread.transaction():
                    pass
                raise ValueError("later")

        with pytest.raises(ValueError, match="later"):
            await handle()
        assert await taken(inbox) == []


async def test_a_database_that_is_full_stores_nothing_and_says_so(lite: str) -> None:
    async with keeping(lite) as (inbox, _):
        await inbox.store(delivery(ONE, apt(1)))
        await execute(inbox._store, "PRAGMA max_page_count = 1")
        big = delivery(ONE, *(apt(number, note="x" * 2000) for number in range(2, 200)))
        with pytest.raises(StoreError, match="no space left") as caught:
            await inbox.store(big)
        assert "xxx" not in str(caught.value)
        await execute(inbox._store, "PRAGMA max_page_count = 1000000")
        assert await inbox.store(big) == 198
