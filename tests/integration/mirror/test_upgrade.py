"""A database of version 1 is upgraded in place, and a program of that version may go on meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from odapi_async.mirror import Store
from odapi_async.mirror.database.schema import PRACTICES, SCHEMA_VERSION, STATE
from tests.support.bench import remote
from tests.support.mirror import NAME, copying, execute, places

NEW_IN_2 = {
    "mirror_state": ("began_at", "read_at", "idle", "failing_since", "error"),
    "mirror_practices": ("read_at",),
}


async def make_version_1(store: Store) -> None:
    """Take away what version 2 added."""
    await execute(
        store,
        "DROP VIEW mirror_freshness",
        *(f"ALTER TABLE {table} DROP COLUMN {name}" for table, names in NEW_IN_2.items() for name in names),
        "UPDATE mirror_meta SET format = 1",
    )


async def test_a_database_of_version_1_keeps_its_rows_and_its_place(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients", "recalls")
        await copy.run("patients", "recalls")
        await make_version_1(copy.store)
    async with copying(url) as copy:
        copy.queries("/patients/Simple")
        report = await copy.run("patients", "recalls")
        assert report.complete
        assert "DateTStamp" in copy.queries("/patients/Simple")[0], "changes, not all rows"
        found = {each.table: each for each in (await copy.mirror.status()).tables}
        assert found["patients"].read_at == found["recalls"].read_at == copy.clock.now
        assert await copy.check("patients", "recalls")


async def test_a_table_is_as_current_as_its_last_sweep_until_it_is_read_again(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients")
        swept_at = copy.clock.now
        copy.clock.move(hours=1)
        await make_version_1(copy.store)
        await copy.store.open([])
        (found,) = (await copy.mirror.status()).tables
        assert (found.read_at, found.age) == (swept_at, 3600)


async def test_a_program_of_version_1_that_is_in_the_middle_of_a_run_can_go_on(url: str) -> None:
    """It writes its cursor and its practice as version 1 did, without the new columns."""
    async with copying(url) as copy:
        await copy.run("patients")
        await make_version_1(copy.store)
        async with copy.store.engine.connect() as old:
            names = await old.run_sync(
                lambda raw: [each["name"] for each in sa.inspect(raw).get_columns(STATE.name)]
            )
        async with Store(url) as new:
            await new.open(["patients"])
        assert not {*names} & {*NEW_IN_2[STATE.name]}
        row = {
            name: value
            for name, value in (await places(copy.store))[NAME, "patients"].items()
            if name in names
        }
        values = row | {"practice": "another", "version": 0}
        async with copy.store.engine.begin() as old:
            await old.execute(sa.insert(sa.table(STATE.name, *map(sa.column, values))).values(values))
            update = sa.update(sa.table(STATE.name, *map(sa.column, names)))
            await old.execute(update.values(version=9))
            columns: list[sa.ColumnClause[Any]] = [
                sa.column(name) for name in ("practice", "fingerprint", "since")
            ]
            insert = sa.insert(sa.table(PRACTICES.name, *columns))
            since = dt.datetime(2026, 1, 1)
            is_sqlite = copy.store.engine.dialect.name == "sqlite"
            await old.execute(
                insert.values(practice="another", fingerprint="f", since=str(since) if is_sqlite else since)
            )
        assert (await places(copy.store))["another", "patients"]["idle"] is False
        async with copy.store.engine.connect() as connection:
            assert (
                await connection.exec_driver_sql("SELECT format FROM mirror_meta")
            ).scalar_one() == SCHEMA_VERSION


async def test_a_first_copy_that_version_1_began_is_as_current_as_its_begin(url: str) -> None:
    """Without it, a table that has no filter for changes would have no time until its next sweep."""
    async with copying(url, remote(rows={"recall_types": 150})) as copy:
        copy.fail_from(2, "/recalltypes")
        began = copy.clock.now
        assert (await copy.run("recall_types")).failed
        await make_version_1(copy.store)
        copy.bench.box.clear_faults()
        copy.watch(lambda _: None)
        copy.clock.move(hours=1)
        await copy.one("recall_types")
        (found,) = (await copy.mirror.status()).tables
        assert (found.read_at, found.swept_at) == (began, copy.clock.now)
        assert await copy.check("recall_types") == 150
