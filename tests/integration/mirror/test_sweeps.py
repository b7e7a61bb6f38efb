"""Reading all rows: when it is due, what is hidden by default, what is read by a parent, and what is gone."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from odapi_async.mirror import Mirror, Outcome
from odapi_async.mirror import reader as reading
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, remote
from tests.support.mirror import LONG_AGO, NAME, copying, held, places, runs


async def test_a_table_without_a_filter_is_read_when_its_day_has_passed(url: str) -> None:
    async with copying(url) as copy:
        assert (await copy.one("recalls")).outcome is Outcome.DONE
        copy.bench.box.change_row(KEY, "recalls", 3, {"Note": "Ring first."})
        copy.clock.move(hours=23, minutes=59)
        copy.queries("/recalls")
        assert (await copy.one("recalls")).outcome is Outcome.UP_TO_DATE
        assert copy.queries("/recalls") == []
        copy.clock.move(minutes=1)
        assert (await copy.one("recalls")).outcome is Outcome.DONE
        assert copy.queries("/recalls") == [{}]
        assert (await held(copy.store, NAME, "recalls"))[3]["note"] == "Ring first."


async def test_a_table_with_a_filter_is_swept_once_a_week(lite: str) -> None:
    async with copying(lite) as copy:
        readings: list[SyncMode] = []
        for _ in range(9):
            readings.append((await copy.one("patients")).sync_mode)
            copy.clock.move(days=1)
        sweep, changes = SyncMode.SWEEP, SyncMode.CHANGES
        assert readings == [sweep, *[changes] * 6, sweep, changes]


async def test_a_sweep_can_be_asked_for_and_its_days_can_be_set(lite: str) -> None:
    async with copying(lite) as copy:
        await copy.one("patients")
        assert (await copy.one("patients", sweep=True)).sync_mode is SyncMode.SWEEP
        assert (await copy.one("recalls", sweep=True)).sync_mode is SyncMode.SWEEP
        often = Mirror(copy.bench.client, copy.store, sweep_days=0.5)
        copy.clock.move(hours=11)
        report = await often.run({NAME: copy.practice}, ["patients", "recalls"])
        assert [each.sync_mode for each in report.tables] == [SyncMode.CHANGES, SyncMode.NOTHING]
        copy.clock.move(hours=1)
        report = await often.run({NAME: copy.practice}, ["patients", "recalls"])
        assert [each.sync_mode for each in report.tables] == [SyncMode.SWEEP, SyncMode.SWEEP]
        assert [each.expected for each in report.tables] == [12, 12]


@pytest.mark.parametrize(
    "table", ["schedules", "asap_comms", "tasks", "definitions", "userods", "task_lists", "procedure_logs"]
)
async def test_what_is_hidden_by_default_is_copied(lite: str, table: str) -> None:
    resource = table.replace("_", "")
    async with copying(lite, remote(rows={resource: 150})) as copy:
        plain = await getattr(copy.practice, table).list()
        await copy.one(table)
        rows = copy.bench.box.rows(KEY, resource)
        assert 0 < len(plain) < len(rows) == 150
        assert sorted(await held(copy.store, NAME, table)) == sorted(
            row[BY_TABLE[table].id_field] for row in rows
        )
        await copy.check(table)


async def test_documents_are_read_patient_by_patient(url: str) -> None:
    async with copying(url, remote(rows={"patients": 20, "documents": 45})) as copy:
        report = await copy.run("documents")
        assert [each.table for each in report.tables] == ["patients", "documents"]
        assert copy.queries("/documents") == [{"PatNum": str(key)} for key in range(1, 21)]
        assert report.tables[1].rows == 45
        await copy.check("patients", "documents")


async def test_reading_by_a_parent_goes_on_at_the_parent_where_it_ended(url: str) -> None:
    async with copying(url, remote(rows={"patients": 20, "documents": 45}), concurrency=1) as copy:
        broken = Fault("status", None, path="/documents", status=500)
        copy.at(10, "/documents", lambda: copy.bench.box.add_fault(broken))
        report = await copy.run("documents")
        assert [each.outcome for each in report.tables] == [Outcome.DONE, Outcome.FAILED]
        assert report.tables[1].requests == 9
        assert (await places(copy.store))[NAME, "documents"]["parent"] == 9
        copy.bench.box.clear_faults()
        copy.queries("/documents")
        report = await copy.run("documents")
        assert report.complete
        assert copy.queries("/documents") == [{"PatNum": str(key)} for key in range(10, 21)]
        assert await copy.check("documents") == 45


async def test_more_parents_than_are_looked_up_at_once(lite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with copying(lite, remote(rows={"patients": 25, "popups": 60})) as copy:
        monkeypatch.setattr(reading, "_IDS_PER_QUERY", 10)
        assert (await copy.one("popups")).requests == 25
        assert await copy.check("popups") == 60


async def test_a_mount_among_documents_is_no_row(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 3})) as copy:
        copy.bench.box.change_row(KEY, "documents", 2, {"DocNum": 0, "MountNum": 7}, checked=False)
        await copy.one("documents")
        assert sorted(await held(copy.store, NAME, "documents")) == [1, *range(3, 13)]


async def test_a_row_that_is_gone_is_kept_and_marked_by_the_next_sweep(url: str) -> None:
    async with copying(url, remote(rows={"patients": 250})) as copy:
        await copy.one("patients")
        copy.bench.box.remove_row(KEY, "patients", 30)
        copy.clock.move(days=1)
        assert (await copy.one("patients")).deleted == 0, "no filter tells of it"
        copy.clock.move(days=6)
        found = copy.clock.now
        status = await copy.one("patients")
        assert (status.rows, status.deleted) == (249, 1)
        copy.clock.move(days=7)
        assert (await copy.one("patients")).deleted == 0, "it is gone since it was first found to be"
        rows = await held(copy.store, NAME, "patients")
        assert [(key, row["deleted_at"]) for key, row in rows.items() if row["deleted_at"]] == [(30, found)]
        assert rows[30]["seen_at"] == LONG_AGO
        assert rows[30]["lname"]
        assert await copy.store.count(NAME, "patients") == 249
        await copy.check("patients")
        assert [row["deleted"] for row in await runs(copy.store)] == [0, 1, 0], "one found no change"


async def test_a_row_that_is_seen_again_is_not_gone_any_more(url: str) -> None:
    async with copying(url) as copy:
        await copy.one("patients")
        box = copy.bench.box
        box.remove_row(KEY, "patients", 12)
        await copy.one("patients", sweep=True)
        assert (await held(copy.store, NAME, "patients"))[12]["deleted_at"] == LONG_AGO
        rows = copy.store.tables["patients"]
        async with copy.store.engine.begin() as connection:
            gone = sa.update(rows).where(rows.c.patnum == 5)
            await connection.execute(gone.values(deleted_at=dt.datetime(2020, 1, 1), sweep=0))
        await copy.one("patients", sweep=True)
        found = await held(copy.store, NAME, "patients")
        assert (found[5]["deleted_at"], found[12]["deleted_at"]) == (None, LONG_AGO)


async def test_rows_of_one_practice_do_not_bury_those_of_another(url: str) -> None:
    offices = [remote("office-one"), remote("office-two", seed=2)]
    async with copying(url, *offices) as copy:
        practices = {name: copy.bench.practice(name) for name in ("office-one", "office-two")}
        await copy.mirror.run(practices, ["patients"])
        copy.bench.box.remove_row("office-two", "patients", 4)
        await copy.mirror.run(practices, ["patients"], sweep=True)
        one, two = [await held(copy.store, name, "patients") for name in practices]
        assert [key for key, row in one.items() if row["deleted_at"]] == []
        assert [key for key, row in two.items() if row["deleted_at"]] == [4]
        assert one[1]["lname"] != two[1]["lname"]


async def test_procedures_that_are_marked_as_deleted_keep_the_first_moment(url: str) -> None:
    async with copying(url, remote(rows={"procedurelogs": 150})) as copy:
        await copy.one("procedure_logs")
        listed = {
            row["ProcNum"] for row in copy.bench.box.rows(KEY, "procedurelogs") if row["ProcStatus"] == "D"
        }
        rows = await held(copy.store, NAME, "procedure_logs")
        assert {key for key, row in rows.items() if row["deleted_at"]} == listed != set()
        new = next(key for key in rows if key not in listed)
        copy.clock.move(hours=1)
        copy.bench.box.change_row(KEY, "procedurelogs", new, {"ProcStatus": "D"})
        await copy.one("procedure_logs")
        copy.clock.move(days=7)
        await copy.one("procedure_logs")
        rows = await held(copy.store, NAME, "procedure_logs")
        assert rows[new]["deleted_at"] == LONG_AGO + dt.timedelta(hours=1)
        assert {rows[key]["deleted_at"] for key in listed} == {LONG_AGO}
        await copy.check("procedure_logs")


@pytest.mark.parametrize("sweep", [False, True])
async def test_a_procedure_that_the_api_deletes_is_marked(lite: str, *, sweep: bool) -> None:
    async with copying(lite, remote(rows={"procedurelogs": 30})) as copy:
        await copy.one("procedure_logs")
        before = await held(copy.store, NAME, "procedure_logs")
        new = next(key for key, row in before.items() if not row["deleted_at"])
        copy.clock.move(hours=1)
        await copy.practice.procedure_logs.delete(new)
        assert new not in {row.ProcNum for row in await copy.practice.procedure_logs.list()}
        await copy.one("procedure_logs", sweep=sweep)
        rows = await held(copy.store, NAME, "procedure_logs")
        assert (rows[new]["deleted_at"], rows[new]["procstatus"]) == (LONG_AGO + dt.timedelta(hours=1), "D")
        assert {key for key in rows if rows[key]["deleted_at"] != before[key]["deleted_at"]} == {new}
        await copy.check("procedure_logs")
