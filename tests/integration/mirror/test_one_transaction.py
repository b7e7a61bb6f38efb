"""A page and its cursor are written together or not at all, whatever the database does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from odapi_async.mirror import Outcome, Store, StoreError
from tests.support.bench import remote
from tests.support.mirror import NAME, Copy, copying, execute, held, places, runs
from tests.support.postgres import is_there

SECOND_PAGE: Final = 150  # a key on it

# where the database refuses: at a statement of the second page's transaction, or when that is to be committed
LITE: Final = {
    "the cursor": """CREATE TRIGGER breaks BEFORE UPDATE ON mirror_state WHEN old.version = 1
        BEGIN SELECT RAISE(ABORT, 'no'); END""",
    "a row": f"""CREATE TRIGGER breaks BEFORE INSERT ON patients WHEN new.patnum = {SECOND_PAGE}
        BEGIN SELECT RAISE(ABORT, 'no'); END""",
    "the note": """CREATE TRIGGER breaks BEFORE UPDATE ON mirror_runs WHEN new.rows > 100
        BEGIN SELECT RAISE(ABORT, 'no'); END""",
    "the commit": f"""CREATE TRIGGER breaks AFTER INSERT ON patients WHEN new.patnum = {SECOND_PAGE}
        BEGIN INSERT INTO deferred VALUES (1); END""",
}
DEFERRED: Final = (
    "CREATE TABLE others (number INTEGER PRIMARY KEY)",
    "CREATE TABLE deferred (number INTEGER REFERENCES others DEFERRABLE INITIALLY DEFERRED)",
)

pytestmark = pytest.mark.unmeasured
POSTGRES: Final = {
    "the cursor": "BEFORE UPDATE ON mirror_state FOR EACH ROW WHEN (old.version = 1)",
    "a row": f"BEFORE INSERT ON patients FOR EACH ROW WHEN (new.patnum = {SECOND_PAGE})",
    "the note": "BEFORE UPDATE ON mirror_runs FOR EACH ROW WHEN (new.rows > 100)",
    "the commit": f"""AFTER INSERT ON patients DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (new.patnum = {SECOND_PAGE})""",
}
WAYS: Final = {
    "refuses": "RAISE EXCEPTION 'no'",
    "ends the connection": "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)",
}
CASES: Final = [("sqlite", place, "refuses") for place in LITE] + [
    ("postgresql", place, way) for place in POSTGRES for way in WAYS if is_there()
]


async def break_it(store: Store, place: str, way: str) -> None:
    if store.engine.dialect.name == "sqlite":
        await execute(store, *DEFERRED, LITE[place], "PRAGMA foreign_keys = ON")
        return
    body = f"BEGIN {WAYS[way]}; RETURN new; END"
    kind = "CONSTRAINT TRIGGER" if place == "the commit" else "TRIGGER"
    await execute(
        store,
        f"CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE {kind} breaks {POSTGRES[place]} EXECUTE FUNCTION breaks()",
    )


async def mend(store: Store) -> None:
    table = "" if store.engine.dialect.name == "sqlite" else " ON {}"
    for each in ("patients", "mirror_state", "mirror_runs"):
        await execute(store, f"DROP TRIGGER IF EXISTS breaks{table.format(each)}")


@pytest.mark.parametrize(("kind", "place", "way"), CASES)
async def test_a_failure_at_any_statement_leaves_neither_rows_nor_cursor(
    kind: str, place: str, way: str, request: pytest.FixtureRequest, lite: str
) -> None:
    url = lite if kind == "sqlite" else request.getfixturevalue("postgres").emptied_database()
    async with copying(url, remote(rows={"patients": 350})) as copy:
        store = copy.store
        await store.open(["patients"])
        # a connection that foreign keys have been switched on for is the one that is used again
        await break_it(store, place, way)
        with pytest.raises(StoreError) as caught:
            await copy.run("patients")
        assert caught.value.__cause__ is None
        assert caught.value.code
        assert await left(copy) == (100, 100, 100)
        assert (await runs(store))[0]["outcome"] == Outcome.RUNNING, "nobody could note how it ended"
        await mend(store)
        copy.queries("/patients/Simple")
        assert (await copy.run("patients")).complete
        assert copy.queries("/patients/Simple")[0]["Offset"] in {"95", "98"}, "not from the beginning"
        assert await copy.check("patients") == 350
        assert [row["outcome"] for row in await runs(store)] == [Outcome.KILLED, Outcome.DONE]


async def left(copy: Copy) -> tuple[int, int, int]:
    """How many rows there are, how many the cursor knows of, and how many were noted."""
    cursor = (await copy.store.state(NAME, "patients")).cursor
    rows = await held(copy.store, NAME, "patients")
    assert {*cursor.checkpoint.tail} <= rows.keys()
    return len(rows), cursor.checkpoint.offset, (await runs(copy.store))[0]["rows"]


async def test_what_a_sweep_has_not_seen_is_marked_together_with_the_end_of_the_sweep(url: str) -> None:
    async with copying(url, remote(rows={"patients": 150})) as copy:
        await copy.one("patients")
        before = await places(copy.store)
        copy.bench.box.remove_row(copy.bench.box.keys[0], "patients", 7)
        lite = copy.store.engine.dialect.name == "sqlite"
        if lite:
            await execute(
                copy.store,
                """CREATE TRIGGER breaks BEFORE UPDATE ON patients WHEN new.deleted_at IS NOT NULL
                BEGIN SELECT RAISE(ABORT, 'no'); END""",
            )
        else:
            await execute(
                copy.store,
                """CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'no'; END $$""",
                """CREATE TRIGGER breaks BEFORE UPDATE ON patients FOR EACH ROW
                WHEN (new.deleted_at IS NOT NULL) EXECUTE FUNCTION breaks()""",
            )
        copy.clock.move(days=1)
        with pytest.raises(StoreError):
            await copy.run("patients", sweep=True)
        after = await places(copy.store)
        assert after[NAME, "patients"]["swept_at"] == before[NAME, "patients"]["swept_at"]
        assert {row["deleted_at"] for row in (await held(copy.store, NAME, "patients")).values()} == {None}
        await mend(copy.store)
        status = await copy.one("patients")
        assert status.deleted == 1
        await copy.check("patients")


def make_private(file: str) -> None:
    Path(file).chmod(0o600)  # SQLite has made it, open to others


async def test_a_database_that_was_put_back_to_an_earlier_state_is_brought_up_to_date(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 350})) as copy:
        copy.fail_from(3, "/patients/Simple")
        assert not (await copy.run("patients")).complete
        async with copy.store.engine.connect() as connection:
            await connection.exec_driver_sql(f"VACUUM INTO '{lite.removeprefix('sqlite:///')}.earlier'")
        make_private(f"{lite.removeprefix('sqlite:///')}.earlier")
        copy.bench.box.clear_faults()
        await copy.one("patients")
    async with copying(f"{lite}.earlier", remote(rows={"patients": 350})) as copy:
        await copy.one("patients")
        assert await copy.check("patients") == 350
