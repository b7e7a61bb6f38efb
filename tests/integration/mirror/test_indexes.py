"""The queries of docs/mirror.md use indexes, on both databases, and an older database gets them."""

from __future__ import annotations

from typing import Final

import pytest
import sqlalchemy as sa

from odapi_async.mirror import Store
from odapi_async.mirror.database.indexes import add_query_indexes
from tests.docs.pages import blocks
from tests.support.bench import remote
from tests.support.mirror import copying, execute

pytestmark = pytest.mark.unmeasured

TABLES: Final = ("patients", "appointments", "recalls", "recall_types")
EXPECTED: Final = {
    "SELECT a.practice, a.aptdatetime": "ix_appointments_aptdatetime_practice",
    "SELECT practice, patnum, lname, fname, birthdate": "ix_patients_lname_fname",
    "SELECT practice, patnum, lname, fname, baltotal": "ix_patients_baltotal",
    "SELECT r.practice, r.datedue": "ix_recalls_datedue_practice",
    "SELECT practice, aptnum": "ix_appointments_deleted_at",
}
"""The index of each query, by its first words."""

FILL: Final = (
    """INSERT INTO patients (practice, patnum, lname, fname, patstatus, guarantor, baltotal, seen_at, sweep)
    SELECT 'p' || n % 20, n, 'L' || n % 5000, 'F', 'Patient', n, greatest(n - 19900, 0), now(), 1
    FROM numbers""",
    """INSERT INTO appointments (practice, aptnum, patnum, aptstatus, aptdatetime, seen_at, deleted_at, sweep)
    SELECT 'p' || n % 20, n, n, 'Complete', now() - n * interval '1 hour', now(),
    CASE WHEN n % 500 = 0 THEN now() END, 1 FROM numbers""",
    """INSERT INTO recalls (practice, recallnum, patnum, recalltypenum, datedue, isdisabled, seen_at, sweep)
    SELECT 'p' || n % 20, n, n, 1, current_date + n - 200, false, now(), 1 FROM numbers""",
)
"""Rows of twenty practices: PostgreSQL does without an index if a table is small."""


def queries() -> list[tuple[str, str]]:
    """Return the queries of the page, each with the name of its index."""
    page = [block.text for block in blocks("sql") if block.page == "docs/mirror.md"]
    return [
        (text.rstrip().removesuffix(";"), index)
        for words, index in EXPECTED.items()
        for text in page
        if text.startswith(words)
    ]


async def plan(store: Store, query: str) -> str:
    """Return how the database executes a query."""
    explain = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"
    async with store.engine.connect() as connection:
        found = await connection.exec_driver_sql(f"{explain} {query}")
        return "\n".join(str(row[-1]) for row in found)


async def test_the_queries_of_the_page_use_an_index(url: str) -> None:
    assert len(queries()) == len(EXPECTED)
    async with Store(url) as store:
        await store.open(TABLES)
        await store.index(TABLES)
        if store.engine.dialect.name == "postgresql":
            numbers = "CREATE TABLE numbers AS SELECT generate_series(1, 20000) AS n"
            await execute(store, numbers, *FILL, *(f"ANALYZE {table}" for table in TABLES))
        for query, index in queries():
            assert index in await plan(store, query), query


async def test_an_older_database_gets_them_with_the_next_run(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 5})) as copy:
        await copy.one("patients")
        await execute(copy.store, "DROP INDEX ix_patients_baltotal")
        await copy.one("patients")
        (query,) = (query for query, index in queries() if index == "ix_patients_baltotal")
        assert "ix_patients_baltotal" in await plan(copy.store, query)


def test_a_column_that_a_table_does_not_have_has_no_index() -> None:
    table = sa.Table("patients", sa.MetaData(), sa.Column("practice", sa.Text), sa.Column("fname", sa.Text))
    add_query_indexes(table)
    assert not table.indexes


async def test_a_field_with_an_index_can_be_excluded_later(url: str) -> None:
    async with Store(url) as store:
        await store.open(["patients"])
        await store.index(["patients"])
    async with Store(url, exclude={"patients": ["FName", "BalTotal"]}) as store:
        await store.open(["patients"])
        await store.index(["patients"])
        async with store.engine.connect() as connection:
            found = await connection.run_sync(lambda each: sa.inspect(each).get_indexes("patients"))
    assert not {each["name"] for each in found} & {"ix_patients_lname_fname", "ix_patients_baltotal"}
    assert found
