"""When was a table last found current, and since when does it fail: told truly, and at little cost."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
import sqlalchemy as sa

from odapi_async.mirror import (
    DEFAULT_TABLES,
    Mirror,
    Outcome,
    SchemaTooNew,
    Store,
    StoreError,
    SyncMode,
    TableFreshness,
)
from odapi_async.mirror.database.own_rows import idle_statements
from odapi_async.mirror.database.schema import PRACTICES, RUNS
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, Copy, copying, execute, later, runs
from tests.support.postgres import PostgresServer, is_there

WEEK = dt.timedelta(days=7)
TABLES = ("patients", "claims", "definitions")  # the last one has no filter for changes


async def fresh(copy: Copy) -> dict[str, TableFreshness]:
    status = await copy.mirror.status()
    assert status.at == copy.clock.now
    return {each.table: each for each in status.tables}


async def test_a_table_that_is_found_unchanged_is_current(url: str) -> None:
    async with copying(url) as copy:
        began = copy.clock.now
        await copy.run(*TABLES)
        assert {each.read_at for each in (await fresh(copy)).values()} == {began}
        for _ in range(3):
            copy.clock.move(minutes=5)
            report = await copy.run(*TABLES)
            assert report.rows == 0
        found = await fresh(copy)
        assert found["patients"].read_at == found["claims"].read_at == copy.clock.now
        assert found["definitions"].read_at == began
        assert [found[table].age for table in TABLES] == [0, 0, 0], "its sweep is not due yet"
        copy.clock.move(days=2)
        assert [(await fresh(copy))[table].age for table in TABLES] == [172_800, 172_800, 86_400 + 900]
        assert {each.table for each in (await copy.mirror.status()).too_old(100_000)} == {
            "patients",
            "claims",
        }


@pytest.mark.unmeasured
async def test_a_table_that_changes_fails_or_is_left_out_does_not_follow_the_others(url: str) -> None:
    async with copying(url) as copy:
        await copy.run(*TABLES)
        copy.clock.move(minutes=5)
        await copy.run(*TABLES)
        first = copy.clock.now
        copy.clock.move(minutes=5)
        copy.bench.box.add_fault(Fault("status", None, path="/claims", status=404))
        assert not (await copy.run(*TABLES)).complete
        failed_at = copy.clock.now
        found = await fresh(copy)
        assert (found["patients"].read_at, found["claims"].read_at) == (failed_at, first)
        assert (found["patients"].failing_since, found["claims"].failing_since) == (None, failed_at)
        assert found["claims"].error.startswith("NotFound: ")
        copy.clock.move(minutes=5)
        await copy.run("patients")
        copy.clock.move(minutes=5)
        await copy.run(*TABLES)
        found = await fresh(copy)
        assert found["claims"].read_at == first
        assert found["claims"].failing_since == failed_at, "it is still the same failure"
        copy.bench.box.clear_faults()
        copy.bench.box.change_row(KEY, "patients", 3, {"LName": "Changed"})
        await copy.run(*TABLES)
        found = await fresh(copy)
        assert found["claims"].failing_since is None
        assert found["claims"].error == ""
        assert found["patients"].read_at == found["claims"].read_at == copy.clock.now


async def test_a_first_copy_that_is_not_complete_is_not_current(url: str) -> None:
    async with copying(url, remote(rows={"patients": 250})) as copy:
        copy.fail_from(2, "/patients/Simple")
        await copy.run("claims", "patients")
        await copy.run("claims", "patients")
        found = await fresh(copy)
        assert found["claims"].age == 0
        assert (found["patients"].read_at, found["patients"].age) == (None, None)
        assert [each.table for each in (await copy.mirror.status()).too_old(1e9)] == ["patients"]


async def test_a_table_is_as_current_as_the_begin_of_its_sync(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 250})) as copy:
        began = copy.clock.now
        copy.at(2, "/patients/Simple", lambda: copy.clock.move(hours=3))
        await copy.run("patients")
        assert (await fresh(copy))["patients"].read_at == began
        assert (await fresh(copy))["patients"].swept_at == copy.clock.now
        copy.fail_from(2, "/patients/Simple")
        resumed = copy.clock.now
        await copy.run("patients", sweep=True)
        copy.bench.box.clear_faults()
        copy.watch(lambda _: None)
        copy.clock.move(hours=1)
        await copy.run("patients")
        assert (await fresh(copy))["patients"].read_at == resumed, "the first part was read then"


@pytest.mark.unmeasured
async def test_a_round_without_changes_writes_one_row_for_a_practice(lite: str) -> None:
    keys = ["harbour", "hill"]
    async with copying(lite, *(remote(key) for key in keys)) as copy:
        practices = {key: copy.bench.practice(key) for key in keys}
        for _ in range(3):  # rows may come twice, because two requests overlap by a minute
            assert (await copy.mirror.run(practices, DEFAULT_TABLES)).complete
            copy.clock.move(minutes=5)
        before = await changes(copy.store)
        report = await copy.mirror.run(practices, DEFAULT_TABLES)
        assert (report.rows, report.complete) == (0, True)
        assert await changes(copy.store) - before == len(keys)


@pytest.mark.unmeasured
async def test_a_failure_that_goes_on_is_written_once(lite: str) -> None:
    async with copying(lite) as copy:
        await copy.run("patients", "claims")
        await copy.run("patients", "claims")
        copy.bench.box.add_fault(Fault("status", None, path="/claims", status=404))
        await copy.run("claims")
        before = await changes(copy.store)
        for _ in range(10):
            copy.clock.move(minutes=5)
            report = await copy.run("claims")
            assert report.failed[0].error
        assert await changes(copy.store) == before
        async with copy.store.engine.connect() as connection:
            failed = sa.select(sa.func.count()).where(RUNS.c.outcome == Outcome.FAILED)
            assert (await connection.execute(failed)).scalar_one() == 1


async def changes(store: Store) -> int:
    """Return how many rows this connection has inserted, changed or deleted."""
    async with store.engine.connect() as connection:
        return int((await connection.exec_driver_sql("SELECT total_changes()")).scalar_one())


async def test_the_view_answers_in_sql(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients")
        copy.clock.move(minutes=5)
        await copy.run("patients")
        query = "SELECT practice, table_name, read_at, failing_since, error FROM mirror_freshness"
        async with copy.store.engine.connect() as connection:
            (row,) = (await connection.exec_driver_sql(query)).all()
        read_at = (
            row.read_at if isinstance(row.read_at, dt.datetime) else dt.datetime.fromisoformat(row.read_at)
        )
        assert (row.practice, row.table_name, read_at) == (NAME, "patients", copy.clock.now)
        assert (row.failing_since, row.error) == (None, "")


async def test_a_status_needs_a_mirror(lite: str) -> None:
    async with copying(lite) as copy:
        with pytest.raises(StoreError, match=r"practices\.db does not exist; create it with: odapi mirror"):
            await copy.mirror.status()
        await copy.store.open([])
        await execute(copy.store, "UPDATE mirror_meta SET format = 1")
        with pytest.raises(StoreError, match="older odapi-async; the next odapi mirror upgrades it"):
            await copy.mirror.status()
        await execute(copy.store, "UPDATE mirror_meta SET format = 99")
        with pytest.raises(SchemaTooNew):
            await copy.mirror.status()
        await execute(copy.store, "DROP TABLE mirror_meta")
        with pytest.raises(StoreError, match="holds no mirror"):
            await copy.mirror.status()


async def test_some_practices_of_many(lite: str) -> None:
    async with copying(lite, remote("a"), remote("b")) as copy:
        await copy.mirror.run({name: copy.bench.practice(name) for name in "ab"}, ["claims", "patients"])
        found = (await Mirror(copy.bench.client, copy.store).status(["b"])).tables
        assert [(each.practice, each.table) for each in found] == [("b", "claims"), ("b", "patients")]


async def stop(*_: object, **__: object) -> None:
    raise asyncio.CancelledError


async def test_a_sync_that_was_killed_behind_its_last_page_ends_even_if_it_finds_nothing_more(
    lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(lite, remote(rows={"patients": 3})) as copy:
        await copy.run("patients")
        copy.clock.move(minutes=5)
        copy.bench.box.change_row(KEY, "patients", 2, {"LName": "First"})
        with monkeypatch.context() as killed:
            killed.setattr(copy.store, "finish", stop)
            await copy.run("patients")
        began = copy.clock.now
        copy.bench.box.change_row(KEY, "patients", 2, {"LName": "Second"})
        copy.clock.move(minutes=5)
        await copy.run("patients")
        assert (await fresh(copy))["patients"].read_at == began, "the change after it is not there yet"
        await copy.run("patients")
        assert await copy.check("patients") == 3


async def test_a_table_read_by_parents_is_as_current_as_its_sweep_and_only_if_no_parent_is_missing(
    lite: str,
) -> None:
    async with copying(lite, remote(rows={"patients": 2})) as copy:
        swept = copy.clock.now
        copy.bench.box.add_fault(Fault("status", 1, path="/documents", status=404))
        await copy.run("documents")
        assert (await fresh(copy))["documents"].read_at is None, "the rows of a patient are missing"
        for _ in range(2):  # the second time, nothing is due
            copy.clock.move(hours=1)
            await copy.run("documents")
            found = (await fresh(copy))["documents"]
            assert (found.read_at, found.failing_since) == (swept, None), "only one patient was read again"


@pytest.mark.parametrize(
    "fault", [Fault("status", None, path="/patients/Simple", status=403), Fault("offline", None)]
)
async def test_a_table_whose_parents_cannot_be_read_is_not_current_and_says_which_table_is_the_reason(
    lite: str, fault: Fault
) -> None:
    async with copying(lite, remote(rows={"patients": 2})) as copy:
        copy.bench.box.add_fault(fault)
        for _ in range(2):
            report = await copy.run("documents")
            assert [each.outcome for each in report.tables] == [Outcome.FAILED, Outcome.INCOMPLETE]
            found = await fresh(copy)
            assert found["documents"].read_at is None
            assert found["documents"].failing_since == found["patients"].failing_since
            # the error of the first round stays; later ones may say that nothing was sent
            kind = found["patients"].error.partition(":")[0]
            assert found["documents"].error.startswith(f"{kind}: GET /patients/Simple ")
            assert found["documents"].error.endswith(
                "; without all rows of patients, rows of documents may be missing"
            )
            copy.clock.move(minutes=5)
        copy.bench.box.clear_faults()
        async with later(copy) as again:
            await again.run("documents")
            assert await again.check("documents")
        found = await fresh(copy)
        assert (found["documents"].read_at, found["documents"].failing_since) == (copy.clock.now, None)


async def test_a_table_whose_parents_cannot_be_read_any_more_is_read_but_as_current_as_before(
    lite: str,
) -> None:
    async with copying(lite, remote(rows={"patients": 2})) as copy:
        await copy.run("documents")
        swept = copy.clock.now
        copy.bench.box.add_fault(Fault("status", None, path="/patients/Simple", status=403))
        for days in (1, 7, 1):
            copy.clock.move(days=days)
            report = await copy.run("documents")
            assert (await fresh(copy))["documents"].read_at == swept
            assert report.tables[1].outcome is (
                Outcome.UP_TO_DATE if copy.clock.now < swept + WEEK else Outcome.INCOMPLETE
            )
        assert (await fresh(copy))["documents"].swept_at == swept + dt.timedelta(days=8)
        copy.bench.box.clear_faults()
        copy.clock.move(minutes=5)
        assert (await copy.run("documents")).tables[1].sync_mode is SyncMode.SWEEP, "at once"
        found = (await fresh(copy))["documents"]
        assert (found.read_at, found.failing_since, found.error) == (copy.clock.now, None, "")


async def test_a_sweep_that_began_without_parents_begins_again_with_them(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 150})) as copy:
        copy.fail_from(2, "/patients/Simple")
        refuse = Fault("status", None, path="/documents", status=403)
        copy.bench.box.add_fault(refuse)
        assert [each.outcome for each in (await copy.run("documents")).tables] == [
            Outcome.FAILED,
            Outcome.FAILED,
        ]
        copy.bench.box.clear_faults()
        copy.watch(lambda _: None)
        copy.clock.move(minutes=5)
        assert (await copy.run("documents")).complete
        assert (await fresh(copy))["documents"].read_at == copy.clock.now
        assert await copy.check("documents")


async def test_parents_whose_rows_cannot_be_read_are_counted_and_listed(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 3})) as copy:
        copy.bench.box.add_fault(Fault("status", 1, path="/documents", status=404))
        await copy.run("documents")
        assert (await fresh(copy))["documents"].error.endswith(
            "; the rows of 1 of patients could not be read"
        )
        assert len(await copy.store.skipped(NAME, "documents")) == 1


async def test_a_table_that_is_reset_while_its_changes_are_read_is_not_current_until_it_is_swept(
    lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(lite, remote(rows={"patients": 3})) as copy:
        await copy.run("patients")
        copy.bench.box.change_row(KEY, "patients", 2, {"LName": "Changed"})
        with monkeypatch.context() as killed:
            killed.setattr(copy.store, "finish", stop)
            await copy.run("patients")
        await execute(copy.store, "ALTER TABLE patients DROP COLUMN hmphone")
        await copy.run("patients")
        assert (await fresh(copy))["patients"].read_at is None
        await copy.run("patients")
        assert (await fresh(copy))["patients"].read_at == copy.clock.now
        assert await copy.check("patients") == 3


async def test_a_table_that_was_reset_while_it_was_read_is_not_current(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients")
        await execute(copy.store, "UPDATE mirror_state SET swept_at = NULL, read_at = NULL")
        await copy.store.record_idle(NAME, ["patients"], copy.clock.now)
        assert (await fresh(copy))["patients"].read_at is None


@pytest.mark.unmeasured
@pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server")
async def test_two_mirrors_that_record_idle_tables_at_once_move_no_time_forward(
    postgres: PostgresServer,
) -> None:
    async with copying(postgres.emptied_database()) as copy:
        await copy.run("patients", "claims")
        early, late = copy.clock.now, copy.clock.now + dt.timedelta(hours=1)
        same = PRACTICES.c.practice == NAME
        async with copy.store.engine.begin() as first:
            await first.execute(sa.select(PRACTICES).where(same).with_for_update())
            for statement in idle_statements(NAME, ["patients"], early):
                await first.execute(statement)
            second = asyncio.ensure_future(copy.store.record_idle(NAME, ["claims"], late))
            await asyncio.wait([second], timeout=0.1)
        await second
        found = await fresh(copy)
        assert (found["patients"].read_at, found["claims"].read_at) == (early, late)


async def test_old_runs_are_pruned_also_those_that_were_killed(
    lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(lite) as copy:
        with monkeypatch.context() as killed:
            killed.setattr(copy.store, "finish", stop)
            await copy.run("patients")
        for days, left in ((0, {Outcome.KILLED, Outcome.DONE}), (31, {Outcome.DONE})):
            copy.clock.move(days=days)
            await copy.run("patients", sweep=True)
            assert {each["outcome"] for each in await runs(copy.store)} == left
        assert len(await runs(copy.store)) == 1
