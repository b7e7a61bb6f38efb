"""Comments in PostgreSQL: there, current, and never in the way."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from odapi_async.mirror import Store
from odapi_async.mirror.database import comments
from odapi_async.mirror.database.descriptions import column_comments, table_comment
from odapi_async.mirror.plans import BY_TABLE
from tests.support.mirror import execute
from tests.support.postgres import PostgresServer, is_there

pytestmark = [
    pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server"),
    pytest.mark.unmeasured,
]

TABLES: Final = ("patients", "appointments")


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.emptied_database()


async def read(store: Store, table: str) -> dict[str | None, str | None]:
    """Return the comments of a table by column, that of the table under None."""
    async with store.engine.connect() as connection:
        columns = await connection.run_sync(lambda each: sa.inspect(each).get_columns(table))
        own = await connection.run_sync(lambda each: sa.inspect(each).get_table_comment(table))
    return {None: own["text"], **{each["name"]: each.get("comment") for each in columns}}


def expected(table: str) -> dict[str | None, str | None]:
    """Return the comments that this version of the package writes."""
    own: dict[str | None, str | None] = {None: table_comment(table)}
    return own | {**column_comments(BY_TABLE[table])}


@contextmanager
def statements(store: Store) -> Generator[list[str]]:
    """Collect the statements that the store runs."""
    found: list[str] = []

    def collect(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", collect)
    try:
        yield found
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", collect)


async def test_every_table_and_column_has_its_comment(url: str) -> None:
    async with Store(url) as store:
        await store.open(TABLES)
        for table in TABLES:
            found = await read(store, table)
            assert found == expected(table)
        assert (await read(store, "patients"))["baltotal"] == (
            "BalTotal: The balance of the whole family; zero for everyone except the guarantor."
        )


async def test_current_comments_cost_one_query(url: str) -> None:
    async with Store(url) as store:
        await store.open(TABLES)
        with statements(store) as found:
            await store.open(TABLES)
        assert sum("pg_description" in each for each in found if "relowner" in each) == 1
        assert not any("COMMENT ON" in each for each in found)


async def test_a_comment_of_another_version_is_replaced_and_one_of_a_person_stays(url: str) -> None:
    async with Store(url) as store:
        await store.open(TABLES)
        await execute(
            store,
            "COMMENT ON TABLE patients IS 'patients: what it meant before'",
            "COMMENT ON COLUMN patients.lname IS 'LName: what it meant before'",
            "COMMENT ON COLUMN patients.fname IS 'owner: the data team'",
            "COMMENT ON COLUMN patients.sweep IS NULL",
        )
        with statements(store) as ran:
            await store.open(TABLES)
        found = await read(store, "patients")
        assert found == {**expected("patients"), "fname": "owner: the data team"}
        assert sum(each.count("COMMENT ON") for each in ran) == 3


async def test_a_user_who_does_not_own_the_tables_needs_no_comment_and_no_index(
    postgres: PostgresServer, url: str
) -> None:
    database = url.partition("?")[0].rpartition("/")[2]
    async with Store(url) as store:
        await store.open(TABLES)
        await store.index(TABLES)
        await execute(store, "COMMENT ON TABLE patients IS NULL")
    postgres.run("CREATE ROLE guest LOGIN")
    postgres.run("GRANT ALL ON SCHEMA public TO guest", database)
    postgres.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO guest", database)
    try:
        async with Store(postgres.url(database, "guest")) as store:
            await store.open(TABLES)
            await store.index(TABLES)
            assert (await read(store, "patients"))[None] is None
    finally:
        postgres.run("DROP OWNED BY guest", database)
        postgres.run("DROP ROLE guest")


async def test_a_table_that_is_locked_does_not_hold_the_mirror_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "_LOCK_TIMEOUT", "10ms")
    async with Store(url) as store, Store(url) as other:
        await store.open(TABLES)
        await execute(store, "COMMENT ON TABLE patients IS NULL")
        async with other.engine.begin() as connection:
            # as VACUUM does
            await connection.exec_driver_sql("LOCK TABLE patients IN SHARE UPDATE EXCLUSIVE MODE")
            await store.open(TABLES)
            assert (await read(store, "patients"))[None] is None
        await store.open(TABLES)
        assert (await read(store, "patients"))[None] == table_comment("patients")


async def test_a_new_column_gets_its_comment(url: str) -> None:
    async with Store(url) as store:
        await store.open(TABLES)
        await execute(store, "ALTER TABLE patients DROP COLUMN lname")
        await store.open(TABLES)
        assert (await read(store, "patients"))["lname"] == "LName"


async def test_a_database_function_that_fails_leaves_the_mirror_alone(url: str) -> None:
    async with Store(url) as store:
        await store.open(["patients"])
        await execute(
            store,
            "COMMENT ON TABLE patients IS NULL",
            """CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'no comments here'; END $$""",
            """CREATE EVENT TRIGGER refuse ON ddl_command_start
            WHEN TAG IN ('COMMENT') EXECUTE FUNCTION refuse()""",
        )
        try:
            await store.open(["patients", "recalls"])
            assert (await read(store, "patients"))[None] is None
            assert await read(store, "recalls")
        finally:
            await execute(store, "DROP EVENT TRIGGER refuse", "DROP FUNCTION refuse")
