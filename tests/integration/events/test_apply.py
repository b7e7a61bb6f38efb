"""Events in the mirror: they patch rows, insert them, mark them, and disturb no read of the mirror."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
import sqlalchemy as sa

from odapi_async.events import Applied, Inbox, apply
from odapi_async.mirror import Mirror, Store
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.columns import ExactNumeric
from odapi_async.mirror.database.schema import OWN_COLUMNS
from tests.support.bench import KEY, remote
from tests.support.inbox import GONE, ONE, Row, apt, delivery, first
from tests.support.mirror import LONG_AGO, NAME, Clock, Copy, copying, execute, held, places

TABLE: Final = "appointments"
LATE: Final = "2031-01-02 03:04:05"
LATER: Final = "2031-01-02 03:04:06"


class Mirrored(Copy):
    """A copy of a practice, and an inbox beside it."""

    inbox: Inbox | None = None

    async def post(self, kind: str, *rows: Row, connection: bool = False) -> Applied:
        """Store a delivery, and apply its event."""
        assert self.inbox is not None
        assert await self.inbox.store(delivery(kind, *rows)) > 0
        async with await first(self.inbox) as unread:
            if not connection:
                return await self.inbox.apply(unread)
            async with unread.transaction() as inside:
                return await self.inbox.apply(unread, inside)
        raise AssertionError("an error was kept")

    async def row(self, number: int, table: str = TABLE) -> Row:
        """A row of the database."""
        return (await held(self.store, NAME, table))[number]


@asynccontextmanager
async def mirrored(url: str, *tables: str, **rows: int) -> AsyncGenerator[Mirrored]:
    async with copying(url, remote(rows=rows or {"patients": 3, TABLE: 5})) as copy:
        if tables:
            await copy.run(*tables)
        copy.clock.move(seconds=10)
        parts = (copy.bench, copy.store, copy.mirror, copy.practice, copy.clock)
        yield Mirrored(*parts, inbox=Inbox(copy.store, poll_interval=0.01))


@pytest.mark.parametrize("connection", [False, True])
async def test_a_row_gets_the_fields_that_were_sent_and_no_others(url: str, connection: bool) -> None:
    async with mirrored(url, TABLE) as copy:
        state, before = await places(copy.store), await held(copy.store, NAME, TABLE)
        sent = {"AptNum": 2, "Note": "Ring first.", "AptStatus": "Broken", "DateTStamp": LATE}
        assert await copy.post(ONE, sent, connection=connection) == Applied(changed=1)
        expected = before[2] | {
            "note": "Ring first.",
            "aptstatus": "Broken",
            "datetstamp": dt.datetime.fromisoformat(LATE),
            "seen_at": LONG_AGO + dt.timedelta(seconds=10),
        }
        assert await held(copy.store, NAME, TABLE) == before | {2: expected}
        assert await places(copy.store) == state, "neither a bookmark nor a cursor"
        assert (await copy.one(TABLE, sweep=True)).deleted == 0
        assert await copy.check(TABLE) == 5, "the office is right in the end"


async def test_rows_of_an_event_are_what_the_mirror_would_have_read(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        for number in (1, 3, 4):
            copy.bench.box.change_row(KEY, TABLE, number, {"Note": f"No. {number}", "IsNewPatient": "true"})
        copy.bench.box.add_row(KEY, TABLE, {"PatNum": 2, "Note": "New"})
        rows = copy.bench.box.rows(KEY, TABLE)
        assert await copy.post(ONE, *rows) == Applied(changed=6, incomplete=False)
        assert await copy.check(TABLE) == 6


async def test_an_older_row_changes_nothing_and_an_equal_one_does(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        await copy.post(ONE, apt(2, note="b") | {"DateTStamp": LATER})
        older, equal = (apt(2, note=note) | {"DateTStamp": at} for note, at in (("a", LATE), ("c", LATER)))
        assert await copy.post(ONE, older) == Applied(ignored=1)
        assert (await copy.row(2))["note"] == "b"
        assert await copy.post(ONE, equal) == Applied(changed=1)
        assert (await copy.row(2))["note"] == "c"


async def test_a_new_row_has_what_is_known_and_is_incomplete(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        assert await copy.post(ONE, apt(99, note="New")) == Applied(changed=1, incomplete=True)
        row = await copy.row(99)
        assert (row["note"], row["aptnum"], row["deleted_at"]) == ("New", 99, None)
        known = {"aptnum", "note", "datetstamp", *OWN_COLUMNS}
        assert {row[name] for name in row.keys() - known} == {None}
        assert row["sweep"] == (await places(copy.store))[NAME, TABLE]["sweep"]


async def test_several_versions_in_one_event_end_with_the_last(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        rows = [apt(number, second, f"{second}") for second in (1, 3, 2) for number in (2, 99)]
        stamped = [row | {"DateTStamp": str(row["DateTStamp"]).replace("2026", "2031")} for row in rows]
        assert await copy.post(ONE, *stamped) == Applied(changed=2, ignored=2, incomplete=True)
        assert [(await copy.row(number))["note"] for number in (2, 99)] == ["3", "3"]


async def test_deleted_rows_are_marked_once(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        assert await copy.post(GONE, {"AptNum": 2}, {"AptNum": 77}) == Applied(deleted=1, ignored=1)
        at = LONG_AGO + dt.timedelta(seconds=10)
        assert (await copy.row(2))["deleted_at"] == at
        await execute(copy.store, "DELETE FROM event_seen")
        copy.clock.move(seconds=5)
        assert await copy.post(GONE, {"AptNum": 2}) == Applied(ignored=1)
        assert (await copy.row(2))["deleted_at"] == at


@pytest.mark.parametrize("number", [2, 77])
async def test_a_late_row_does_not_bring_back_what_the_office_has_deleted(url: str, number: int) -> None:
    async with mirrored(url, TABLE) as copy:
        await copy.post(GONE, {"AptNum": number})
        late = apt(number, note="late") | {"DateTStamp": LATE}
        assert await copy.post(ONE, late, apt(78)) == Applied(changed=1, ignored=1, incomplete=True)
        rows = await held(copy.store, NAME, TABLE)
        assert number not in rows or rows[number]["deleted_at"] is not None
        assert 78 in rows


async def test_a_row_that_a_sweep_missed_comes_back_if_it_has_changed_since(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        await copy.post(ONE, apt(2) | {"DateTStamp": LATE})
        await execute(copy.store, "UPDATE appointments SET deleted_at = seen_at, sweep = 0 WHERE aptnum = 2")
        assert await copy.post(ONE, apt(2, note="same") | {"DateTStamp": LATE}) == Applied(ignored=1)
        assert (await copy.row(2))["deleted_at"] is not None
        assert await copy.post(ONE, apt(2) | {"DateTStamp": LATER}) == Applied(changed=1)
        row = await copy.row(2)
        assert (row["deleted_at"], row["sweep"]) == (None, 1)


async def test_rows_without_a_stamp_are_patched_unless_they_are_deleted(url: str) -> None:
    async with mirrored(url, "operatories") as copy:
        assert await copy.post("Operatory", {"OperatoryNum": 1, "OpName": "A"}) == Applied(changed=1)
        assert (await copy.row(1, "operatories"))["opname"] == "A"
        await execute(copy.store, "UPDATE operatories SET deleted_at = seen_at WHERE operatorynum = 1")
        assert await copy.post("Operatory", {"OperatoryNum": 1, "OpName": "B"}) == Applied(ignored=1)


@pytest.mark.parametrize("number", [1, 99])
async def test_a_row_that_says_itself_that_it_is_deleted_is_marked(url: str, number: int) -> None:
    async with mirrored(url, "providers", providers=2) as copy:
        gone = {"ProvNum": number, "ProvStatus": "Deleted", "DateTStamp": LATE}
        await copy.post("Provider", gone)
        row = await copy.row(number, "providers")
        assert (row["provstatus"], row["deleted_at"]) == ("Deleted", copy.clock.now)
        copy.clock.move(seconds=10)
        await copy.post("Provider", gone | {"DateTStamp": LATER})
        assert (await copy.row(number, "providers"))["deleted_at"] == row["deleted_at"], "when this was found"
        back = gone | {"ProvStatus": "Active", "DateTStamp": "2031-01-02 03:04:07"}
        await copy.post("Provider", back)
        assert (await copy.row(number, "providers"))["deleted_at"] is None


async def test_excluded_fields_are_not_stored(url: str) -> None:
    async with copying(url) as copy, Store(url, exclude={"patients": ["SSN"]}, clock=Clock()) as store:
        await Mirror(copy.bench.client, store).run({NAME: copy.practice}, ["patients"])
        inbox, done = Inbox(store), list[Applied]()
        for number in (1, 99):
            sent = {"PatNum": number, "SSN": "987654321", "LName": "Oak", "DateTStamp": LATE}
            await inbox.store(delivery("Patient", sent))
            async with await first(inbox) as unread:
                done.append(await inbox.apply(unread))
        assert [each.changed for each in done] == [1, 1]
        rows = await held(store, NAME, "patients")
        assert [rows[number]["lname"] for number in (1, 99)] == ["Oak", "Oak"]
        assert "987654321" not in str(rows)


@pytest.mark.parametrize("kind", ["Patient", "PatientSelected"])
@pytest.mark.parametrize("name", ["SSN", "ssn"])
async def test_excluded_fields_do_not_reach_the_inbox(url: str, kind: str, name: str) -> None:
    async with Store(url, exclude={"patients": ["SSN"]}) as store:
        inbox = Inbox(store)
        row = {"PatNum": 7, name: "987654321", "LName": "Oak", "DateTStamp": LATE}
        sent = delivery(kind, row)
        if kind == "PatientSelected":
            sent = sent._replace(items=sent.items[:1], is_list=False)
        assert await inbox.store(sent) == 1
        async with store.engine.connect() as connection:
            (payload,) = (await connection.exec_driver_sql("SELECT payload FROM event_inbox")).scalars()
        assert "987654321" not in payload
        assert "Oak" in payload


async def test_values_of_each_type_are_stored_as_the_mirror_stores_them(url: str) -> None:
    async with mirrored(url, "patients") as copy:
        (row, *_) = copy.bench.box.rows(KEY, "patients")
        sent = row | {"EstBalance": 12.30, "Birthdate": "1986-11-06", "LName": "N\0l", "DateTStamp": LATE}
        assert (await copy.post("Patient", sent)).changed == 1
        found = await copy.row(row["PatNum"], "patients")
        assert isinstance(copy.store.tables["patients"].c.estbalance.type, ExactNumeric)
        assert (str(found["estbalance"]), found["birthdate"]) == ("12.3", dt.date(1986, 11, 6))
        mended = "N\0l" if copy.store.engine.dialect.name == "sqlite" else "N\N{REPLACEMENT CHARACTER}l"
        assert found["lname"] == mended


@pytest.mark.parametrize("tables", [(), ("patients",)])
async def test_a_table_that_is_not_mirrored_is_left_alone(url: str, tables: tuple[str, ...]) -> None:
    async with mirrored(url, *tables) as copy:
        assert await copy.post(ONE, apt(1)) == Applied()
        assert await copy.post(GONE, {"AptNum": 1}) == Applied()
        assert await copy.post("Weather", {"Rain": 1}) == Applied()
        assert await copy.post("Appointment", {"Note": "a row without its id"}) == Applied()


async def test_if_the_transaction_fails_the_mirror_is_as_it_was(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        assert copy.inbox is not None
        before, done = await held(copy.store, NAME, TABLE), list[Applied]()
        await copy.inbox.store(delivery(ONE, apt(1) | {"DateTStamp": LATE}, apt(99)))
        async with await first(copy.inbox) as unread, unread.transaction() as connection:
            done.append(await copy.inbox.apply(unread, connection))
            raise ValueError
        assert await held(copy.store, NAME, TABLE) == before
        copy.clock.move(seconds=1)
        async with await first(copy.inbox) as unread:
            done.append(await copy.inbox.apply(unread))
        assert [each.changed for each in done] == [2, 2]


@pytest.mark.parametrize("sweep", [1, 2])
@pytest.mark.parametrize(("page", "rows"), [(1, 5), (1, 250), (2, 250), (3, 250)])
async def test_a_sweep_in_progress_does_not_delete_what_an_event_inserts(
    url: str, page: int, rows: int, sweep: int
) -> None:
    """The event comes when a page was read, and is not written yet: it has the row as well, or not."""
    async with mirrored(url, **{"patients": 3, TABLE: rows}) as copy:
        if sweep > 1:
            await copy.run(TABLE)
        else:
            await copy.store.open([TABLE])
            await copy.store.begin(NAME, [TABLE])
        done: list[Applied] = []
        advance, pages = copy.store.advance, itertools.count(1)

        async def later(*given: Any, **options: Any) -> Cursor:
            if next(pages) == page:
                done.append(await copy.post(ONE, *sent))
            return await advance(*given, **options)

        copy.store.advance = later  # type: ignore[method-assign]
        sent = [apt(number) | {"DateTStamp": LATE} for number in (1, 4, 9999)]
        report = await copy.run(TABLE, sweep=True)
        assert report.complete, report.failed
        assert [each.changed for each in done] == [3]
        found = await held(copy.store, NAME, TABLE)
        assert {row["deleted_at"] for row in found.values()} == {None}
        assert len(found) == rows + 1
        await copy.run(TABLE, sweep=True)
        assert (await copy.row(9999))["deleted_at"] is not None, "the next sweep does not find it"


async def test_a_sweep_marks_what_is_gone_although_a_late_event_patched_it(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        copy.bench.box.remove_row(KEY, TABLE, 2)
        await copy.post(ONE, apt(2) | {"DateTStamp": LATE})
        assert (await copy.row(2))["deleted_at"] is None
        await copy.run(TABLE, sweep=True)
        assert (await copy.row(2))["deleted_at"] is not None


async def test_a_thousand_rows_of_several_shapes(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        rows: list[dict[str, Any]] = [apt(number) for number in range(1, 1001)]
        assert await copy.post(ONE, *rows) == Applied(changed=1000, incomplete=True)
        again = [row | ({"Op": 3} if at % 2 else {}) | {"DateTStamp": LATE} for at, row in enumerate(rows)]
        assert await copy.post(ONE, *again) == Applied(changed=1000)
        found = await held(copy.store, NAME, TABLE)
        assert [found[number]["op"] for number in (1000, 999)] == [3, None]
        gone = [{"AptNum": number} for number in range(1, 1001)]
        assert await copy.post(GONE, *gone) == Applied(deleted=1000)


async def test_a_row_that_the_mirror_inserts_meanwhile_is_left_to_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mirrored(url, TABLE) as copy:
        if copy.store.engine.dialect.name == "sqlite":
            return  # nobody else can write meanwhile
        gone = apply._Target._gone

        async def slow(target: apply._Target, ids: Collection[int]) -> set[int]:
            columns = "practice, aptnum, note, seen_at, sweep"
            await execute(
                copy.store, f"INSERT INTO {TABLE} ({columns}) VALUES ('{NAME}', 99, 'read', now(), 1)"
            )
            return await gone(target, ids)

        monkeypatch.setattr(apply._Target, "_gone", slow)
        await copy.post(ONE, apt(99, note="event"))
        assert (await copy.row(99))["note"] == "read"


async def test_fields_that_are_spelled_in_another_case_are_known(url: str) -> None:
    async with mirrored(url, TABLE) as copy:
        sent = {"AptNum": 2, "note": "x", "provabbr": "DOC9", "DateTStamp": LATE}
        assert (await copy.post(ONE, sent)).changed == 1
        row = await copy.row(2)
        assert (row["note"], row["provabbr"]) == ("x", "DOC9")


async def raw_texts(copy: Mirrored, table: str) -> dict[str, set[int]]:
    """The lengths of all texts of times in a file, by column."""
    times = [
        each.name for each in copy.store.tables[table].columns if isinstance(each.type, sa.DateTime | sa.Time)
    ]
    found: dict[str, set[int]] = {}
    async with copy.store.engine.connect() as connection:
        for name in times:
            query = f"SELECT DISTINCT length({name}) FROM {table} WHERE {name} IS NOT NULL"
            found[f"{table}.{name}"] = {*(await connection.exec_driver_sql(query)).scalars()}
    return found


async def test_all_writers_of_a_file_use_one_text_for_a_time(lite: str) -> None:
    """Rounds, events that patch, insert and delete, and sweeps that find what was deleted."""
    async with mirrored(lite, TABLE, "schedules", **{"patients": 3, TABLE: 5, "schedules": 3}) as copy:
        copy.clock.move(seconds=1)
        sent = {"AptDateTime": LATE, "DateTStamp": LATER, "SecDateTEntry": LATE, "AptStatus": "Scheduled"}
        assert (await copy.post(ONE, {"AptNum": 2} | sent, {"AptNum": 90} | sent)).changed == 2
        assert (await copy.post(GONE, {"AptNum": 3})).deleted == 1
        shift = {"StartTime": "08:00:00", "StopTime": "17:30:00", "DateTStamp": LATE}
        await copy.post("Schedule", *({"ScheduleNum": each} | shift for each in (1, 91)))
        assert await at(copy, dt.datetime.fromisoformat(LATE)) == [2, 90]
        copy.bench.box.remove_row(KEY, TABLE, 4)
        assert (await copy.one(TABLE, sweep=True)).deleted == 2
        found = await raw_texts(copy, TABLE) | await raw_texts(copy, "schedules")
        assert all(
            found[name]
            for name in ("appointments.deleted_at", "appointments.aptdatetime", "schedules.starttime")
        )
        assert {tuple(each) for each in found.values() if each} == {(19,), (8,)}


async def at(copy: Mirrored, time: dt.datetime) -> list[int]:
    """The appointments at a time, as a program asks for them."""
    table = copy.store.tables[TABLE]
    query = sa.select(table.c.aptnum).where(table.c.aptdatetime == time)
    async with copy.store.engine.connect() as connection:
        return sorted((await connection.execute(query)).scalars())
