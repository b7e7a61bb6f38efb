"""Runs that are cancelled at any moment, or lose their database or their lease; and what stays on disk."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async import OpenDental, Practice, Tier
from odapi_async.mirror import SchemaTooNew, Store, StoreError
from odapi_async.recipes.journal import Journal, Run, RunBusy, RunLost
from odapi_async.recipes.journal.notes import Note, RunLease
from odapi_async.recipes.journal.schema import META, StepState
from odapi_async.recipes.journal.steps import Step
from odapi_async.resources import appointments, commlogs, ins_subs, pat_plans
from tests.support.insurance_office import Asked, InsuranceOffice
from tests.support.watch import passes, pending, until

SECRET: Final = "Quetzalc0atl"
NUMBERS: Final = range(1, 120, 3)
NOON: Final = dt.datetime(2026, 5, 3, 12, 0, 0)


async def work(run: Run, number: int) -> None:
    sub = await run.ensure(ins_subs.CREATE, PlanNum=number, Subscriber=48, SubscriberID=SECRET)
    await run.ensure(pat_plans.CREATE, PatNum=number, InsSubNum=sub.InsSubNum)
    await run.ensure(commlogs.CREATE, PatNum=number, Note=SECRET)
    await run.ensure(appointments.UPDATE_NOTE, 1, Note=f"note {number}.")


@pytest.mark.unmeasured
async def test_a_run_that_is_cancelled_at_any_moment_goes_on(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, settle=0.02) as journal:
        cut = 0
        for number in NUMBERS:
            task = asyncio.create_task(whole(journal, practice, number))
            await passes(4 * number)
            task.cancel()
            await asyncio.wait([task])
            cut += task.cancelled()
            await whole(journal, practice, number)
        assert cut > len(NUMBERS) // 2, "a test that cancels nothing shows nothing"
    for number in NUMBERS:
        (sub,) = office.rows("inssubs", PlanNum=number)
        (plan,) = office.rows("patplans", PatNum=number)
        assert plan["InsSubNum"] == sub["InsSubNum"]
        assert len(office.rows("commlogs", PatNum=number)) == 1
        assert office.tables["appointments"][1]["Note"].count(f"note {number}.") == 1
    assert [each for each in pending() if "InsuranceOffice" not in repr(each)] == []


async def whole(journal: Journal, practice: Practice, number: int) -> None:
    async with journal.run(f"run {number}", practice) as run:
        await work(run, number)


async def test_a_process_that_was_held_up_does_not_write_beside_its_successor(
    url: str, office: InsuranceOffice, practice: Practice
) -> None:
    now = NOON
    async with (
        Journal(url, clock=lambda: now) as first,
        Journal(url, clock=lambda: now) as second,
        first.run("ins-48", practice) as held,
    ):
        now += dt.timedelta(seconds=61)
        async with second.run("ins-48", practice) as run:
            with pytest.raises(RunLost, match="may have taken it over"):
                await held.ensure(commlogs.CREATE, PatNum=48, Note="held")
            await run.ensure(commlogs.CREATE, PatNum=48, Note="held")
    assert office.writes() == ["POST /commlogs"]


async def test_a_lease_is_renewed_while_its_process_lives(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with (
        Journal(lite, lease=1.0) as first,
        Journal(lite, lease=1.0) as second,
        first.run("ins-48", practice) as run,
    ):
        await asyncio.sleep(1.3)
        with pytest.raises(RunBusy):
            await second.run("ins-48", practice).__aenter__()
        await work(run, 1)


async def test_a_run_that_is_lost_while_it_waits_says_so(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, lease=0.04) as journal, journal.run("ins-48", practice) as run:
        await forget_leases(lite)
        await asyncio.sleep(0.05)
        for _ in range(2):
            with pytest.raises(RunLost):
                await work(run, 1)
    assert office.writes() == []


async def test_a_process_that_was_frozen_while_its_write_waited_does_not_send_it(
    tmp_path: Path, office: InsuranceOffice
) -> None:
    file = tmp_path / "writes.db"
    looked = asyncio.Event()
    office.before = lambda _: looked.set()

    async def freeze() -> None:
        """Hold up this whole process for longer than its lease; meanwhile another one takes the run over."""
        with closing(sqlite3.connect(file, timeout=0)) as connection, connection:
            while True:
                try:
                    connection.execute("UPDATE journal_runs SET leased_by = 'somebody'")
                    break
                except sqlite3.OperationalError:  # the lease is being renewed at this moment
                    await asyncio.sleep(0.005)
        time.sleep(1.0)  # noqa: ASYNC251 - everything stands still

    async with (
        OpenDental("developer") as od,
        Journal(str(file), lease=0.4) as journal,
        journal.run("ins-48", od.practice("key", tier=Tier.ENTERPRISE, base_url=office.url)) as run,
    ):
        step = asyncio.create_task(run.ensure(ins_subs.CREATE, PlanNum=7, Subscriber=48, SubscriberID="S1"))
        await looked.wait()
        await asyncio.sleep(0.1)  # the write waits for its slot now
        await freeze()
        with pytest.raises(RunLost):
            await step
    assert office.writes() == []


async def test_a_process_that_was_frozen_between_two_steps_goes_on(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, lease=0.4) as journal, journal.run("ins-48", practice) as run:
        time.sleep(0.5)  # noqa: ASYNC251 - everything stands still
        await work(run, 1)
    assert len(office.writes()) == 4


@pytest.mark.parametrize("last", ["update", "delete"])
async def test_a_run_that_is_killed_after_its_last_write_believes_its_earlier_steps(
    last: str, lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async def changed_again(run: Run) -> None:
        sub = await run.ensure(ins_subs.CREATE, PlanNum=7, Subscriber=48, SubscriberID="S1")
        if last == "delete":
            await run.ensure(ins_subs.DELETE, sub.InsSubNum)
        else:
            await run.ensure(ins_subs.UPDATE, sub.InsSubNum, SubscriberID="S2")

    def heard(asked: Asked) -> None:
        if asked.method in {"PUT", "DELETE"}:
            task.cancel()  # the office executes it, and the run never hears of it

    office.before = heard
    async with Journal(lite) as journal:

        async def begin() -> None:
            async with journal.run("ins-48", practice) as run:
                await changed_again(run)

        task = asyncio.create_task(begin())
        await asyncio.wait([task])
        assert task.cancelled()
        async with journal.run("ins-48", practice) as run:
            await changed_again(run)
    assert len(office.writes()) == 2


async def test_a_clock_that_jumps_does_not_send_a_step_again(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    hours = itertools.count()
    async with (
        Journal(lite, settle=0.3, clock=lambda: NOON + dt.timedelta(hours=next(hours))) as journal,
        journal.run("calls of 48", practice) as run,
    ):
        office.lost, office.late = 1.0, 0.1
        assert (await run.ensure(commlogs.CREATE, PatNum=48, Note=SECRET)).CommlogNum == 1
    assert office.writes() == ["POST /commlogs"]


async def test_what_a_killed_process_may_have_sent_as_its_last_is_waited_for(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    now = NOON
    async with (
        Store(lite) as store,
        Journal(store, settle=1.5, clock=lambda: now) as journal,
    ):
        killed = RunLease("calls of 48", store, 60.0, lambda: now)
        await killed.acquire(practice.key_fingerprint)
        step = Step(1, commlogs.CREATE, (), {}, {"PatNum": 48, "Note": SECRET})
        digest = step.digest(practice.keyed_digest)
        name, nothing = step.operation.name, frozenset[int]()
        await killed.write(Note(1, name, digest, step.fields, StepState.SENT, None, nothing, now))
        now += dt.timedelta(seconds=100)  # it waits for its slot
        await killed.renew()
        now += dt.timedelta(seconds=61)
        async with journal.run("calls of 48", practice) as run:
            task = asyncio.create_task(run.ensure(commlogs.CREATE, PatNum=48, Note=SECRET))
            await until(lambda: office.heard == ["GET /commlogs"])
            office.add("commlogs", PatNum=48, Note=SECRET)  # what the office was still working on
            assert (await task).CommlogNum == 1
    assert office.writes() == []


async def forget_leases(url: str) -> None:
    async with Store(url) as store, store.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE journal_runs SET leased_by = 'somebody'")


async def test_an_older_package_does_not_touch_a_newer_database(lite: str, practice: Practice) -> None:
    async with Store(lite) as store, Journal(store) as journal:
        async with journal.run("ins-48", practice):
            pass
        async with store.engine.begin() as connection:
            await connection.execute(META.update().values(format=99))
        with pytest.raises(SchemaTooNew):
            async with journal.run("ins-48", practice):
                pass


async def test_without_its_database_nothing_is_sent(
    tmp_path: Path, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(str(tmp_path / "missing" / "writes.db")) as journal:
        with pytest.raises(StoreError, match="folder"):
            await journal.run("ins-48", practice).__aenter__()
    assert office.heard == []


async def test_the_database_has_no_patient_data(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite) as journal, journal.run("ins-48", practice) as run:
        await work(run, 48)
        assert SECRET not in repr(run)
    files = [Path(lite.removeprefix("sqlite:///"))]
    files += files[0].parent.glob("practices.db-*")
    written = b"".join(each.read_bytes() for each in files if each.exists())
    assert b"POST /inssubs" in written
    assert SECRET.encode() not in written
    assert b"customer-key" not in written


@pytest.mark.parametrize("broken", ["lost", "conflict", "invalid", "refused"])
async def test_no_error_and_none_of_its_frames_has_patient_data(
    broken: str, lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    values: dict[str, Any] = {"PlanNum": 7, "Subscriber": 48, "SubscriberID": SECRET}
    if broken == "conflict":
        office.add("inssubs", PlanNum=7, Subscriber=48, SubscriberID="theirs")
    if broken in {"lost", "refused"}:
        office.refused = 1.0
    if broken == "invalid":
        values["DateTerm"] = "no day"
    async with Journal(lite, settle=0.01) as journal, journal.run("ins-48", practice) as run:
        try:
            await run.ensure(ins_subs.CREATE, **values)
        except Exception as error:  # noqa: BLE001 - whatever it is
            found = error
        else:
            raise AssertionError("it has to fail")
    assert SECRET not in "".join(shown(found))


def shown(error: BaseException) -> list[str]:
    """What an error reporter would send of an error and of those before it, but for this test's own frame."""
    parts = [str(error), repr(error)]
    trace = error.__traceback__
    while trace is not None:
        if "odapi_async" in trace.tb_frame.f_code.co_filename:
            parts += [repr(each) for each in trace.tb_frame.f_locals.values()]
        trace = trace.tb_next
    before = error.__cause__ or error.__context__
    return parts + (shown(before) if before else [])
