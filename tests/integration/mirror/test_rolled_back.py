"""PostgreSQL rolls a transaction back because of another one: it is repeated, and nobody notices."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest

from odapi_async.mirror import Store, StoreError
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import Run
from odapi_async.mirror.report import Outcome, TableStatus
from odapi_async.resources.patients import Patient
from tests.integration.mirror.test_group import count_groups
from tests.support.mirror import execute, held, places, runs
from tests.support.postgres import PostgresServer, is_there

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server"),
]
FUNCTION: Final = (
    "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN new; END $$"
)
TRIGGER: Final = (
    "CREATE TRIGGER breaks BEFORE INSERT ON patients FOR EACH STATEMENT EXECUTE FUNCTION breaks()"
)
# a sequence counts also in a transaction that is rolled back
CONFLICTS: Final = "IF nextval('calls') <= {} THEN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END IF;"
WAITS_ONCE: Final = """IF nextval('calls') = 1 THEN PERFORM set_config('deadlock_timeout', '1ms', true);
    WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.002); END LOOP;
    END IF;"""


async def prepare(store: Store, body: str, *practices: str) -> None:
    await store.open(["patients"])
    for each in practices:
        await store.begin(each, ["patients"])
    await execute(store, "CREATE SEQUENCE calls", FUNCTION.format(body), TRIGGER)


async def write(store: Store, practice: str, *, is_new: bool = True) -> Cursor:
    status = TableStatus(practice=practice, table="patients", outcome=Outcome.RUNNING)
    cursor = (await store.state(practice, "patients")).cursor
    return await store.advance(
        Run(is_new=is_new), status, cursor, [Patient(PatNum=number) for number in (1, 2, 3)]
    )


async def test_a_page_that_conflicts_is_written_later(postgres: PostgresServer) -> None:
    async with Store(postgres.emptied_database()) as store:
        await prepare(store, CONFLICTS.format(2), "a")
        assert (await write(store, "a")).version == 1
        assert (await held(store, "a", "patients")).keys() == {1, 2, 3}
        assert (await places(store))["a", "patients"]["version"] == 1
        assert len(await runs(store)) == 1


async def test_a_group_that_conflicts_is_written_later_as_it_was(postgres: PostgresServer) -> None:
    async with Store(postgres.emptied_database()) as store:
        await prepare(store, CONFLICTS.format(5), *"abcdefgh")
        groups = count_groups(store)
        written = await asyncio.gather(*(write(store, each) for each in "abcdefgh"))
        assert {each.version for each in written} == {1}
        assert len({*map(tuple, groups)}) < len(groups) == len({*map(tuple, groups)}) + 5
        assert all([len(await held(store, each, "patients")) == 3 for each in "abcdefgh"])


async def test_a_page_that_always_conflicts_fails_at_last(postgres: PostgresServer) -> None:
    async with Store(postgres.emptied_database()) as store:
        await prepare(store, CONFLICTS.format(99), "a")
        groups = count_groups(store)
        with pytest.raises(StoreError, match="40001"):
            await write(store, "a")
        assert len(groups) == 5
        assert (await places(store))["a", "patients"]["version"] == 0
        assert not await held(store, "a", "patients")


async def test_a_page_in_a_deadlock_is_written_when_the_other_transaction_has_ended(
    postgres: PostgresServer,
) -> None:
    url = postgres.emptied_database()
    async with Store(url) as store, Store(url) as other:
        await prepare(store, WAITS_ONCE, "a")
        await execute(store, "ALTER TABLE patients DISABLE TRIGGER breaks")
        await write(store, "a")
        await execute(store, "ALTER TABLE patients ENABLE TRIGGER breaks")
        groups = count_groups(store)
        async with other.engine.begin() as rival:
            await rival.exec_driver_sql("SET LOCAL deadlock_timeout = '1min'")
            await rival.exec_driver_sql("UPDATE patients SET lname = 'Theirs' WHERE patnum = 2")
            writing = asyncio.create_task(write(store, "a", is_new=False))
            is_called = "SELECT is_called FROM calls, pg_sleep(0.002)"
            while not (await rival.exec_driver_sql(is_called)).scalar_one():
                pass
            await rival.exec_driver_sql("UPDATE mirror_state SET error = 'Theirs'")
        assert (await writing).version == 2
        assert len(groups) > 1
        assert {row["lname"] for row in (await held(store, "a", "patients")).values()} == {""}


async def test_a_table_that_another_program_has_locked_longer_than_lock_timeout_is_told(
    postgres: PostgresServer,
) -> None:
    url = postgres.emptied_database()
    async with Store(url) as store, Store(url) as other:
        await prepare(store, "PERFORM set_config('lock_timeout', '1ms', true);", "a")
        async with other.engine.begin() as rival:
            await rival.exec_driver_sql("LOCK TABLE mirror_runs IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreError, match=r"is locked by another program \(55P03\)"):
                await write(store, "a")
        assert not await held(store, "a", "patients")
        assert (await write(store, "a")).version == 1
