"""Fault E8: a mirror works behind a pooler in transaction mode, such as PgBouncer."""

from __future__ import annotations

from pathlib import Path

import pytest

from odapi_async.mirror import FileFormat, Store, StoreError, export
from tests.support.bench import remote
from tests.support.mirror import copying, later
from tests.support.pooler import pooler
from tests.support.postgres import PostgresServer, is_there

pytestmark = pytest.mark.unmeasured


def name_in(url: str) -> str:
    """Return the name of the database in a URL."""
    return url.partition("?")[0].rpartition("/")[2]


async def outcome(store: Store) -> str:
    """Run a statement, and return the error."""
    try:
        await store.begin("main-street", ["recalls"])
    except StoreError as error:
        return str(error)
    return ""


if is_there():

    @pytest.mark.parametrize("option", ["", "?prepared_statement_cache_size=0"])
    async def test_e8_a_mirror_runs_behind_a_pooler_in_transaction_mode(
        postgres: PostgresServer, tmp_path: Path, option: str
    ) -> None:
        database = name_in(postgres.emptied_database())
        async with pooler(postgres.folder) as pool:
            url = f"postgresql://postgres@127.0.0.1:{pool.port}/{database}{option}"
            async with copying(url, remote(rows={"patients": 250})) as copy:
                for _ in range(2):
                    assert (await copy.run("patients", "recalls")).complete
                assert await copy.check("patients", "recalls") == 262
                to = tmp_path / "recalls.csv"
                assert await export(copy.store, "recalls", to, format=FileFormat.CSV) == 12
                async with later(copy) as again:
                    assert (await again.run("patients", sweep=True)).complete
            assert pool.transactions > 20

    async def test_e8_statements_are_kept_without_a_pooler(postgres: PostgresServer) -> None:
        async with Store(postgres.emptied_database()) as store, store.engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")
            kept = await connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements")
            assert "SELECT 1" in set(kept.scalars())

    async def test_e8_a_pooler_is_named_if_statements_are_kept_all_the_same(
        postgres: PostgresServer,
    ) -> None:
        database = name_in(postgres.emptied_database())
        async with pooler(postgres.folder) as pool:
            url = f"postgresql://postgres@127.0.0.1:{pool.port}/{database}?prepared_statement_cache_size=100"
            async with Store(url) as store:
                await store.open(["recalls"])
                found = [await outcome(store) for _ in range(4)]
            assert any("add prepared_statement_cache_size=0 to the URL" in each for each in found)
