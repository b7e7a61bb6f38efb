"""A database of version 1 is upgraded in place, and a program of that version may go on meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from odapi_async.mirror import Store
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import cursor_values
from odapi_async.mirror.database.schema import PRACTICES, RUNS, SCHEMA_VERSION, SKIPPED, STATE
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


class Before(NamedTuple):
    """A table as version 1 left it, and what that proves; times are hours.

    Attributes:
        table: the name of the table.
        runs: its runs as "sync mode, outcome, hour of the start, responses".
        read_at: when it is proved to have been current; None if that is not proved.
        began_at: when the sync in progress began, or else the one that skipped parents belong to.
        sync_mode: the mode of the sync in progress.
        is_swept: whether a sweep was complete.
        is_skipped: whether the rows of a parent could not be read.
    """

    table: str
    runs: str
    read_at: int | None
    began_at: int | None = None
    sync_mode: str = ""
    is_swept: bool = True
    is_skipped: bool = False


LEFT_BY_VERSION_1: Final = {
    "one sweep": Before("patients", "sweep done 1 9", 1),
    "changes since": Before("patients", "sweep done 1 9, changes done 5 1, changes done 7 1", 7),
    "a sweep of several runs": Before("patients", "sweep failed 1 2, sweep killed 3 2, sweep done 6 5", 1),
    "an office that was offline": Before(
        "patients", "sweep done 1 9, changes failed 3 0, changes done 8 1", 8
    ),
    "a failure since": Before("patients", "sweep done 1 9, changes done 4 1, changes failed 8 1", 4),
    "changes in progress": Before(
        "patients", "sweep done 1 9, changes done 4 1, changes failed 8 1", 4, 8, sync_mode="changes"
    ),
    "many failures": Before(
        "patients", "sweep done 1 9, " + "changes failed 2 0, " * 70 + "changes killed 3 0", 1
    ),
    "no filter for changes": Before("definitions", "sweep done 1 9, sweep done 5 9", 5, 5),
    "a first copy": Before(
        "definitions", "sweep failed 2 1, sweep failed 4 1", None, 2, "sweep", is_swept=False
    ),
    "a second sweep": Before("definitions", "sweep done 1 9, sweep failed 4 1", 1, 4, sync_mode="sweep"),
    "reset": Before("definitions", "sweep done 1 9", None, 1, is_swept=False),
    "runs removed by hand": Before("definitions", "", None),
    "parents": Before("documents", "sweep done 1 9", 1, 1),
    "a parent is missing": Before(
        "documents", "sweep failed 1 0, sweep incomplete 2 9", None, 1, is_skipped=True
    ),
    "it was read later": Before(
        "documents", "sweep incomplete 1 9, changes failed 3 0, changes done 4 1", 1, 1
    ),
    "it is being read": Before(
        "documents", "sweep incomplete 1 9, changes killed 3 1", None, 1, "changes", is_skipped=True
    ),
}
SWEPT_AT: Final = dt.datetime(2026, 3, 2)


def at(hour: int | str) -> dt.datetime:
    return dt.datetime(2026, 3, 1, int(hour))


async def leave(store: Store, practice: str, before: Before) -> None:
    """Write what version 1 has left of a table."""
    same = {"practice": practice, "table_name": before.table}
    cursor = Cursor(sweep=1, swept_at=SWEPT_AT if before.is_swept else None)
    async with store.engine.begin() as connection:
        state = same | cursor_values(cursor) | {"sync_mode": before.sync_mode}
        await connection.execute(sa.insert(STATE).values(state))
        if before.is_skipped:
            await connection.execute(sa.insert(SKIPPED).values(**same, parent=7, sweep=1))
        figures = {"rows": 0, "deleted": 0, "drifted": 0, "error": ""}
        for run in filter(None, before.runs.split(", ")):
            mode, outcome, hour, requests = run.split()
            row = same | figures | {"sync_mode": mode, "outcome": outcome, "requests": int(requests)}
            await connection.execute(sa.insert(RUNS).values(**row, started_at=at(hour)))


async def test_a_table_is_as_current_as_the_runs_of_version_1_prove(url: str) -> None:
    async with Store(url) as store:
        await store.open([])
        for practice, before in LEFT_BY_VERSION_1.items():
            await leave(store, practice, before)
        await make_version_1(store)
        await store.open([])
        found = {practice: row for (practice, _), row in (await places(store)).items()}
        for practice, (_, _, read_at, began_at, sync_mode, *_) in LEFT_BY_VERSION_1.items():
            row = found[practice]
            assert row["read_at"] == (None if read_at is None else at(read_at)), practice
            if sync_mode or began_at is not None:  # else the next sync sets it
                assert row["began_at"] == (None if began_at is None else at(began_at)), practice


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
            typed = [sa.column(name, STATE.c[name].type) for name in values]
            await old.execute(sa.insert(sa.table(STATE.name, *typed)).values(values))
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
