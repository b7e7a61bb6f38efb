"""Databases that were made when rows had fewer fields: they grow, and are read anew as a whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from odapi_async.mirror import Store, StoreError
from odapi_async.mirror.cursor import SyncMode
from tests.support.bench import remote
from tests.support.mirror import NAME, copying, execute, held, places


async def test_new_columns_come_by_themselves_and_are_filled(url: str) -> None:
    async with copying(url, remote(rows={"patients": 150})) as copy:
        await copy.run("patients", "claims")
        await execute(
            copy.store,
            "ALTER TABLE patients DROP COLUMN city",
            "ALTER TABLE patients DROP COLUMN birthdate",
        )
        report = await copy.run("patients", "claims")
        assert [each.sync_mode for each in report.tables] == [SyncMode.SWEEP, SyncMode.CHANGES]
        assert await copy.check("patients", "claims") == 150 + 12
        assert (await copy.one("patients")).sync_mode is SyncMode.CHANGES


async def test_a_sweep_that_is_under_way_begins_again(url: str) -> None:
    async with copying(url, remote(rows={"patients": 350}), concurrency=1) as copy:
        copy.fail_from(3, "/patients/Simple")
        assert not (await copy.run("patients")).complete
        copy.bench.box.clear_faults()
        await execute(copy.store, "ALTER TABLE patients DROP COLUMN city")
        copy.queries("/patients/Simple")
        await copy.one("patients")
        assert copy.queries("/patients/Simple")[0] == {}
        assert await copy.check("patients") == 350


async def test_rows_that_are_gone_stay_without_the_new_values(url: str) -> None:
    async with copying(url) as copy:
        await copy.one("patients")
        copy.bench.box.remove_row(copy.bench.box.keys[0], "patients", 5)
        await execute(copy.store, "ALTER TABLE patients DROP COLUMN city")
        assert (await copy.one("patients")).deleted == 1
        assert (await held(copy.store, NAME, "patients"))[5]["city"] is None


async def test_indexes_come_back(url: str) -> None:
    async with Store(url) as store:
        await store.open(["patients"])
        await store.index(["patients"])
        name = next(iter(store.tables["patients"].indexes)).name
        await execute(store, f"DROP INDEX {name}")
        await store.index(["patients"])
        async with store.engine.connect() as connection:
            found = await connection.run_sync(lambda each: sa.inspect(each).get_indexes("patients"))
        assert name in {each["name"] for each in found}


async def test_indexes_are_made_at_the_end_of_a_run(url: str) -> None:
    async with copying(url) as copy:
        await copy.one("patients")
        async with copy.store.engine.connect() as connection:
            found = await connection.run_sync(lambda each: sa.inspect(each).get_indexes("patients"))
        made = {each.name for each in copy.store.tables["patients"].indexes}
        assert made
        assert made <= {each["name"] for each in found}


async def test_columns_and_what_follows_from_them_come_together(lite: str) -> None:
    async with copying(lite) as copy:
        await copy.one("patients")
        await execute(
            copy.store,
            "ALTER TABLE patients DROP COLUMN city",
            """CREATE TRIGGER breaks BEFORE UPDATE ON mirror_state
            BEGIN SELECT RAISE(ABORT, 'no'); END""",
        )
        with pytest.raises(StoreError):
            await copy.run("patients")
        async with copy.store.engine.connect() as connection:
            found = await connection.run_sync(lambda each: sa.inspect(each).get_columns("patients"))
        assert "city" not in {each["name"] for each in found}, (
            "else nobody would know that it has to be filled"
        )
        await execute(copy.store, "DROP TRIGGER breaks")
        assert (await copy.one("patients")).sync_mode is SyncMode.SWEEP
        await copy.check("patients")


async def test_opening_twice_changes_nothing(url: str) -> None:
    async with copying(url) as copy:
        await copy.one("patients")
        before = await places(copy.store)
        await copy.store.open(["patients", "claims"])
        assert await places(copy.store) == before
