"""What has changed since: where the next reading begins, what it costs, and that it finds everything."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from odapi_async.mirror import DEFAULT_TABLES, Outcome
from odapi_async.mirror.cursor import OVERLAP, SyncMode
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, remote
from tests.support.mirror import LONG_AGO, NAME, Clock, asked, copying, execute, held, places

OFFICE_ZONE = dt.timedelta(hours=-8)


def office_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None) + OFFICE_ZONE


async def test_a_first_run_copies_every_row_and_says_when_it_was_seen(url: str) -> None:
    office = remote(rows={"patients": 250, "procedurelogs": 120}, messy=0.3)
    async with copying(url, office) as copy:
        report = await copy.mirror.run({NAME: copy.practice})
        assert report.complete
        assert [each.outcome for each in report.tables] == [Outcome.DONE] * len(DEFAULT_TABLES)
        assert await copy.check(*DEFAULT_TABLES) >= 250 + 120 + 10 * 12
        rows = await held(copy.store, NAME, "patients")
        assert {row["seen_at"] for row in rows.values()} == {LONG_AGO}
        assert {row["deleted_at"] for row in rows.values()} == {None}


async def test_the_next_run_begins_a_minute_before_what_the_server_showed_first(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 250})) as copy:
        before = office_now().replace(microsecond=0)
        await copy.one("patients")
        bookmark: dt.datetime = (await places(copy.store))[NAME, "patients"]["bookmark"]
        assert before <= bookmark <= office_now(), "the clock of this machine is twenty years behind"
        copy.queries("/patients/Simple")
        status = await copy.one("patients")
        assert status.sync_mode is SyncMode.CHANGES
        assert copy.queries("/patients/Simple") == [{"DateTStamp": str(bookmark - OVERLAP)}]


async def test_without_a_server_time_in_its_rows_a_table_takes_that_of_other_rows(lite: str) -> None:
    async with copying(lite) as copy:
        before = office_now().replace(microsecond=0)
        status = await copy.one("claims")
        assert status.requests == 2, "one more asks a single patient for the server's time"
        assert copy.queries("/patients/Simple") == [{"Limit": "1"}]
        assert before <= (await places(copy.store))[NAME, "claims"]["bookmark"] <= office_now()


async def test_without_any_server_time_the_stamps_of_the_first_page_have_to_do(lite: str) -> None:
    async with copying(lite, remote(rows={"claims": 250})) as copy:
        copy.bench.box.add_fault(Fault("status", times=None, status=404, path="/patients"))
        await copy.one("claims")
        stamps = [row["SecDateTEdit"] for row in copy.bench.box.rows(KEY, "claims")]
        bookmark = (await places(copy.store))[NAME, "claims"]["bookmark"]
        assert str(bookmark) == stamps[99], "what later pages say does not count"
        await copy.run("claims", "ins_verifies", sweep=True)
        probes = [each for each in copy.bench.arrivals if each.path == "/patients/Simple"]
        assert len(probes) == 2, "a run asks for the time no more than once"


async def test_an_empty_answer_does_not_move_the_bookmark(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients", "claims", "payments")
        before = await places(copy.store)
        report = await copy.run("patients", "claims", "payments")
        after = await places(copy.store)
        assert report.rows == 0
        for table in ("patients", "claims", "payments"):
            assert after[NAME, table]["bookmark"] == before[NAME, table]["bookmark"]
            assert after[NAME, table]["version"] == before[NAME, table]["version"], "nothing was written"


async def test_a_table_that_is_empty_is_swept_until_something_tells_a_time(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 0, "claims": 0})) as copy:
        await copy.run("patients", "claims")
        found = await places(copy.store)
        assert {found[NAME, table]["bookmark"] for table in ("patients", "claims")} == {None}
        key = copy.bench.box.add_row(KEY, "patients", {"LName": "Smith"})
        assert (await copy.one("patients")).sync_mode is SyncMode.SWEEP
        assert (await held(copy.store, NAME, "patients"))[key]["lname"] == "Smith"
        assert (await copy.one("patients")).sync_mode is SyncMode.CHANGES


async def test_what_has_changed_or_come_is_found(url: str) -> None:
    tables = ("patients", "procedure_logs", "claims")
    async with copying(url, remote(rows={"patients": 250})) as copy:
        await copy.run(*tables)
        copy.clock.move(hours=1)
        box = copy.bench.box
        box.change_row(KEY, "patients", 7, {"LName": "Changed"})
        new = box.add_row(KEY, "patients", {"LName": "New"})
        box.change_row(KEY, "claims", 3, {"ClaimNote": "Ring first."})
        report = await copy.run(*tables)
        assert [each.rows for each in report.tables] == [2, 0, 1]
        await copy.check(*tables)
        rows = await held(copy.store, NAME, "patients")
        assert (rows[7]["lname"], rows[new]["lname"]) == ("Changed", "New")
        assert {key for key, row in rows.items() if row["seen_at"] == copy.clock.now} == {7, new}


@pytest.mark.parametrize(
    ("table", "path", "resource"),
    [("patients", "/patients/Simple", "patients"), ("claims", "/claims", "claims")],
)
async def test_a_row_that_changes_behind_the_reader_is_found_by_the_next_run(
    url: str, table: str, path: str, resource: str
) -> None:
    async with copying(url, remote(rows={resource: 350})) as copy:
        box = copy.bench.box
        late = {"LName": "Late"} if resource == "patients" else {"ClaimNote": "late"}
        copy.at(3, path, lambda: box.change_row(KEY, resource, 5, late))
        await copy.one(table)
        assert (await held(copy.store, NAME, table))[5] != (await asked(copy.practice, table))[5]
        status = await copy.one(table)
        assert (status.sync_mode, status.rows) == (SyncMode.CHANGES, 1)
        await copy.check(table)


async def test_changes_of_several_pages_are_read_to_their_end_before_the_bookmark_moves(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 350}), concurrency=1) as copy:
        await copy.one("patients")
        for key in range(1, 251):
            copy.bench.box.change_row(KEY, "patients", key, {"LName": f"Number {key}"})
        before = (await places(copy.store))[NAME, "patients"]["bookmark"]
        copy.fail_from(3, "/patients/Simple")
        assert not (await copy.run("patients")).complete
        assert (await places(copy.store))[NAME, "patients"]["bookmark"] == before
        copy.bench.box.clear_faults()
        status = await copy.one("patients")
        assert status.sync_mode is SyncMode.CHANGES
        assert status.rows < 250, "it went on where it had ended"
        await copy.check("patients")
        assert (await places(copy.store))[NAME, "patients"]["bookmark"] >= before


async def test_filters_of_whole_days_begin_with_the_day_of_the_bookmark(url: str) -> None:
    async with copying(url) as copy:
        await copy.one("payments")
        bookmark: dt.datetime = (await places(copy.store))[NAME, "payments"]["bookmark"]
        copy.queries("/payments")
        new = copy.bench.box.add_row(KEY, "payments", {"DateEntry": str(bookmark.date()), "PayAmt": 12.5})
        await copy.one("payments")
        assert copy.queries("/payments") == [{"DateEntry": str(bookmark.date())}]
        assert new in await held(copy.store, NAME, "payments")


async def test_stamps_of_whole_days_can_be_a_bookmark(lite: str) -> None:
    async with copying(lite) as copy:
        await copy.one("payments")
        await execute(copy.store, "UPDATE mirror_state SET bookmark = NULL")
        copy.queries("/payments")
        assert (await copy.one("payments")).sync_mode is SyncMode.SWEEP
        assert copy.queries("/payments") == [{}]


async def test_nothing_changed_costs_one_request_for_each_list_that_can_tell(url: str) -> None:
    offices = [remote(key, rows={"patients": 20}) for key in ("office-one", "office-two")]
    tables = (*DEFAULT_TABLES, "documents", "schedules")
    async with copying(url, *offices) as copy:
        practices = {name: copy.bench.practice(name) for name in ("office-one", "office-two")}
        await copy.mirror.run(practices, tables)
        copy.bench.box.reset_stats()
        report = await copy.mirror.run(practices, tables)
        telling = [plan for table in tables if (plan := BY_TABLE[table]).changes]
        expected = {plan.operation.path: len(plan.list_filters) for plan in telling}
        assert {path for path, count in expected.items() if count != 1} == {"/procedurelogs"}
        for name in practices:
            asked = Counter(each.path for each in copy.bench.arrivals if each.customer_key == name)
            assert asked == expected
        assert report.requests == 2 * sum(expected.values())
        silent = {each.table for each in report.tables if each.outcome is Outcome.UP_TO_DATE}
        assert silent == {*tables} - {plan.table for plan in telling}


async def test_a8_a_claim_stamped_in_the_future_hides_no_later_changes(url: str) -> None:
    async with copying(url) as copy:
        await copy.one("claims")
        copy.bench.box.change_row(KEY, "claims", 3, {"SecDateTEdit": "2035-01-01 00:00:00"})
        await copy.one("claims")
        assert (await places(copy.store))[NAME, "claims"]["bookmark"] <= office_now()
        copy.bench.box.change_row(KEY, "claims", 5, {"ClaimNote": "changed"})
        await copy.one("claims")
        assert (await held(copy.store, NAME, "claims"))[5]["claimnote"] == "changed"


async def test_a8_a_bookmark_that_is_ahead_of_the_office_is_lowered_by_a_sweep(url: str) -> None:
    async with copying(url, clock=Clock(office_now())) as copy:
        await copy.run("patients", "claims")
        await execute(copy.store, "UPDATE mirror_state SET bookmark = '2035-01-01 00:00:00.000000'")
        copy.bench.box.change_row(KEY, "claims", 5, {"ClaimNote": "changed"})
        report = await copy.run("patients", "claims")
        assert report.complete
        assert (await held(copy.store, NAME, "claims"))[5]["claimnote"] == "changed"
        assert (await places(copy.store))[NAME, "claims"]["bookmark"] <= office_now()
