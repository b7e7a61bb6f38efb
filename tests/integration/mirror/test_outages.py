"""Network, office or database go away in the middle: the run says so, and the next one completes it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final

import pytest

from odapi_async.mirror import Mirror, Outcome, Store, StoreError
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, agree, copying, execute, later, runs
from tests.support.watch import passes, pending

TABLES: Final = ("patients", "claims", "recalls")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "drop"}, "ConnectionLost"),
        ({"kind": "torn"}, "ConnectionLost"),
        ({"kind": "garbage"}, "DecodeError"),
        ({"kind": "status", "status": 500}, "ServerError"),
        ({"kind": "offline"}, "OfficeOffline"),
        ({"kind": "throttle", "retry_after": 0.0}, "Throttled"),
    ],
    ids=["drop", "torn", "garbage", "status", "offline", "throttle"],
)
async def test_what_goes_wrong_with_one_table_is_told_and_the_others_go_on(
    lite: str, fault: dict[str, Any], told: str
) -> None:
    async with copying(lite, remote(rows={"claims": 250})) as copy:
        copy.at(2, "/claims", lambda: copy.bench.box.add_fault(Fault(times=None, path="/claims", **fault)))
        report = await copy.run(*TABLES)
        outcomes = {each.table: each.outcome for each in report.tables}
        assert outcomes == {"patients": Outcome.DONE, "recalls": Outcome.DONE, "claims": Outcome.FAILED}
        assert not report.complete
        (failed,) = report.failed
        assert (failed.table, failed.practice) == ("claims", NAME)
        assert failed.error.startswith(f"{told}: ")
        assert failed.rows == 100, "the page that came stays"
        assert (await runs(copy.store, "claims"))[0]["error"] == failed.error
        copy.bench.box.clear_faults()
        copy.queries("/claims")
        async with later(copy) as again:
            assert (await again.run(*TABLES)).complete
            assert "Offset" in again.queries("/claims")[0], "it goes on where it was"
            assert await again.check(*TABLES) == 250 + 12 + 12


@pytest.mark.parametrize(
    "fault",
    [
        Fault("latency", rate=0.5, seconds=0.01),
        Fault("drop", rate=0.5),
        Fault("torn", rate=0.5),
        Fault("throttle", rate=0.5, retry_after=0.0),
    ],
    ids=lambda fault: fault.kind,
)
async def test_what_passes_soon_is_not_even_noticed(lite: str, fault: Fault) -> None:
    async with copying(lite, remote(rows={"patients": 350})) as copy:
        for _ in range(3):
            copy.bench.box.add_fault(fault)
        report = await copy.run(*TABLES)
        assert report.complete, report.failed
        await copy.check(*TABLES)


async def test_an_office_that_is_away_does_not_stop_the_others(url: str) -> None:
    offices = [remote(key, rows={"patients": 250}) for key in ("here", "away")]
    async with copying(url, *offices) as copy:
        practices = {name: copy.bench.practice(name) for name in ("here", "away")}
        away = Fault("offline", None, customer_key="away")
        copy.at(5, "/patients/Simple", lambda: copy.bench.box.add_fault(away))
        report = await copy.mirror.run(practices, TABLES)
        outcomes = {
            name: {each.outcome for each in report.tables if each.practice == name} for name in practices
        }
        assert outcomes["here"] == {Outcome.DONE}
        assert Outcome.FAILED in outcomes["away"]
        assert all("OfficeOffline" in each.error for each in report.failed)
        copy.bench.box.clear_faults()
        async with later(copy) as again:
            practices = {name: again.bench.practice(name) for name in practices}
            assert (await again.mirror.run(practices, TABLES)).complete
            for name, practice in practices.items():
                assert [await agree(copy.store, name, practice, table) for table in TABLES] == [250, 12, 12]


async def test_a_database_that_breaks_ends_the_run_of_all_practices(lite: str) -> None:
    offices = [remote(key, rows={"patients": 350}) for key in ("office-one", "office-two")]
    async with copying(lite, *offices) as copy:
        practices = {name: copy.bench.practice(name) for name in ("office-one", "office-two")}
        await copy.store.open(["patients"])
        await execute(
            copy.store,
            """CREATE TRIGGER breaks BEFORE INSERT ON patients WHEN new.patnum = 150
            BEGIN SELECT RAISE(ABORT, 'no'); END""",
        )
        with pytest.raises(StoreError) as caught:
            await copy.mirror.run(practices, TABLES)
        assert caught.value.code
        assert pending() == [], "no request of any practice is under way any more"
        assert {each.outcome for each in copy.mirror.statuses} <= {
            Outcome.RUNNING,
            Outcome.WAITING,
            Outcome.DONE,
        }


async def test_a_locked_file_is_waited_for(lite: str) -> None:
    async with copying(lite) as copy, Store(lite) as other:
        await copy.store.open(["patients"])
        async with other.engine.connect() as connection:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            run = asyncio.create_task(copy.run("patients"))
            await passes(100)
            assert copy.bench.arrivals == []
            assert not run.done()
            await connection.rollback()
            assert (await run).complete
        await copy.check("patients")


async def test_another_mirror_on_the_same_store_goes_on_where_one_ended(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 250}), concurrency=1) as copy:
        copy.fail_from(3, "/patients/Simple")
        assert not (await copy.run("patients")).complete
        copy.bench.box.clear_faults()
        again = Mirror(copy.bench.client, copy.store)
        assert again.statuses == ()
        report = await again.run({NAME: copy.practice}, ["patients"])
        assert report.tables == again.statuses
        assert report.rows < 250
        await copy.check("patients")


async def test_a_table_that_may_not_be_read_is_told_and_the_others_go_on(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 50})) as copy:
        copy.bench.box.add_fault(Fault("status", None, path="/claims", status=401))
        report = await copy.run(*TABLES)
        (failed,) = report.failed
        assert failed.table == "claims"
        assert failed.error.startswith("Unauthorized: ")
        assert await copy.check("patients", "recalls") == 62


async def test_an_office_whose_key_may_nothing_is_told_table_by_table(lite: str) -> None:
    nobody = replace(remote("nobody"), permissions=frozenset[str]())
    async with copying(lite, remote(KEY), nobody) as copy:
        practices = {NAME: copy.practice, "no-rights": copy.bench.practice("nobody")}
        report = await copy.mirror.run(practices, TABLES)
        assert [each.practice for each in report.failed] == ["no-rights"] * 3
        assert all("ReadAll" in each.error or "Unauthorized" in each.error for each in report.failed)
        assert await copy.check(*TABLES) == 36


@pytest.mark.parametrize("status", [400, 410])
async def test_what_an_older_server_does_not_know_is_told_with_its_version(lite: str, status: int) -> None:
    async with copying(lite) as copy:
        copy.bench.box.add_fault(Fault("status", None, path="/claims", status=status))
        (failed,) = (await copy.run("claims")).failed
        assert ("needs Open Dental 23.3.11 or later" in failed.error) is (status == 400)


async def test_a_server_that_lists_no_deleted_procedures_is_read_all_the_same(lite: str) -> None:
    async with copying(lite, remote(rows={"procedurelogs": 150})) as copy:
        rows = copy.bench.box.rows(KEY, "procedurelogs")
        there = sum(row["ProcStatus"] != "D" for row in rows)
        refuse = Fault("status", None, path="/procedurelogs", status=400)
        copy.at(3, "/procedurelogs", lambda: copy.bench.box.add_fault(refuse))
        status = await copy.one("procedure_logs")
        assert (status.outcome, status.rows) == (Outcome.DONE, there)
    async with copying(lite, remote(rows={"procedurelogs": 150})) as copy:
        copy.at(3, "/procedurelogs", lambda: copy.bench.box.add_fault(Fault("offline", None)))
        report = await copy.run("procedure_logs", sweep=True)
        assert not report.complete, "an office that is away has refused nothing"


async def test_the_error_of_each_table_is_about_its_own_request(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 50})) as copy:
        copy.bench.box.add_fault(Fault("offline", None))
        report = await copy.run("patients", "claims", "recalls")
        paths = {"patients": "/patients/Simple", "claims": "/claims", "recalls": "/recalls"}
        assert len(report.failed) == 3
        for each in report.failed:
            assert each.error.startswith(f"OfficeOffline: GET {paths[each.table]} ")
