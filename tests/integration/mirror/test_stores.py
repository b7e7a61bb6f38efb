"""Databases that cannot be used: one clear error that says what to do, and nothing half-written."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from odapi_async import ConfigurationError, OpenDental
from odapi_async.mirror import Mirror, MirrorError, SchemaTooNew, Store, StoreError
from odapi_async.mirror.database.schema import SCHEMA_VERSION
from tests.support.bench import remote
from tests.support.mirror import NAME, copying, execute, held, places
from tests.support.postgres import PostgresServer, is_there


async def refused(url: str) -> StoreError:
    """Open a store that cannot be used."""
    async with Store(url) as store:
        with pytest.raises(StoreError) as caught:
            await store.open(["patients"])
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


@pytest.mark.unmeasured
async def test_a_disk_that_is_full_keeps_whole_pages(lite: str) -> None:
    async with copying(lite, remote(rows={"patients": 1500})) as copy:
        pages = 10_000

        def fill(connection: Any, _: object) -> None:
            connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

        event.listen(copy.store.engine.sync_engine, "connect", fill)
        await copy.store.open(["patients"])
        async with copy.store.engine.connect() as connection:
            used = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            pages = used + 60
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="no space left on its disk: free some") as caught:
            await copy.run("patients")
        assert caught.value.code == "SQLITE_FULL"
        rows = await held(copy.store, NAME, "patients")
        cursor = (await copy.store.state(NAME, "patients")).cursor
        assert 0 < len(rows) == cursor.checkpoint.offset < 1500
        async with copy.store.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        assert (await copy.run("patients")).complete
        assert await copy.check("patients") == 1500


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    error = await refused(f"sqlite:///{tmp_path / 'nowhere' / 'practices.db'}")
    assert "check that its folder exists" in str(error)
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a path would be taken for one that blocks


async def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    assert "cannot be" in str(await refused(f"sqlite:///{tmp_path}"))


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.touch(0o600)
    file.write_text("Dear Sir or Madam, " * 100)
    error = await refused(str(file))
    assert "choose another file" in str(error)
    assert file.read_text() == "Dear Sir or Madam, " * 100


async def test_a_database_that_may_only_be_read(lite: str) -> None:
    async with copying(lite) as copy:
        await copy.one("patients")
        before = await places(copy.store)
    async with copying(f"sqlite:///file:{lite.removeprefix('sqlite:///')}?mode=ro&uri=true") as copy:
        with pytest.raises(StoreError, match="is read-only: check the permissions of its file") as caught:
            await copy.run("patients")
        assert caught.value.code.startswith("SQLITE_READONLY")
        assert copy.bench.arrivals == []
        assert await places(copy.store) == before


async def test_a_file_is_made_for_its_owner_alone(lite: str) -> None:
    before = os.umask(0)
    try:
        async with Store(lite) as store:
            await store.open(["patients"])
            files = list(Path(lite.removeprefix("sqlite:///")).parent.iterdir())
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    finally:
        os.umask(before)


async def test_a_copy_can_be_kept_in_memory() -> None:
    async with copying("sqlite://") as copy:
        await copy.one("patients")
        assert await copy.check("patients") == 12


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://localhost/practices", "not a SQLite or PostgreSQL database"),
        ("sqlite+pysqlite:///practices.db", "not a SQLite or PostgreSQL database"),
        ("postgresql+psycopg2://localhost/practices", "not a SQLite or PostgreSQL database"),
        ("://", "has to look like"),
        ("postgresql://localhost:port/practices", "has to look like"),
        ("postgresql+nothing://localhost/practices", "has to look like|not a SQLite"),
    ],
)
def test_a_url_that_cannot_work(url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        Store(url)
    assert "sqlite:///practices.db" in str(caught.value)


async def test_a_database_of_a_newer_version_is_not_touched(url: str) -> None:
    async with Store(url) as store:
        await store.open(["patients"])
        await execute(
            store, f"UPDATE mirror_meta SET format = {SCHEMA_VERSION + 1}", "DROP TABLE mirror_runs"
        )
        with pytest.raises(SchemaTooNew, match="update this one: pip install -U odapi-async"):
            await store.open(["patients", "claims"])
        async with store.engine.connect() as connection:
            there = await connection.run_sync(table_names)
        assert there == {"mirror_meta", "mirror_state", "mirror_practices", "mirror_skipped", "patients"}


def table_names(connection: sa.Connection) -> set[str]:
    return {*sa.inspect(connection).get_table_names()}


async def test_a_table_or_a_practice_that_is_none(lite: str, tmp_path: Path) -> None:
    async with copying(lite) as copy:
        with pytest.raises(ConfigurationError, match="there is no table pateints"):
            await copy.run("pateints")
        with pytest.raises(ConfigurationError, match="there is no table"):
            await copy.store.open(["nothing"])
        with pytest.raises(ConfigurationError, match="needs a name"):
            await copy.mirror.run({"": copy.practice})
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - as above


async def test_no_practice_is_no_work(lite: str) -> None:
    async with OpenDental("developer") as client, Store(lite) as store:
        report = await Mirror(client, store).run({})
        assert (report.complete, report.rows, report.requests, report.failed) == (True, 0, 0, ())
        assert await places(store) == {}


async def test_something_else_of_the_same_name_is_told(lite: str) -> None:
    os.close(os.open(lite.removeprefix("sqlite:///"), os.O_CREAT, 0o600))
    with sqlite3.connect(lite.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE TABLE mirror_meta (something TEXT)")
    connection.close()
    assert isinstance(await refused(lite), MirrorError)


if is_there():

    async def test_a_server_that_does_not_run(tmp_path: Path) -> None:
        for url in (
            f"postgresql://postgres@/postgres?host={tmp_path}",
            "postgresql://postgres@127.0.0.1:1/x",
        ):
            assert "cannot be reached: check host and port" in str(await refused(url))

    async def test_a_database_that_is_not_there(postgres: PostgresServer) -> None:
        error = await refused(postgres.url("nowhere"))
        assert "does not exist on that server: create it first" in str(error)
        assert error.code == "3D000"

    async def test_a_wrong_password_or_user(postgres: PostgresServer) -> None:
        with postgres.asking_for_a_password("keeper", "Pa55word"):
            for password in ("Wr0ngPassword", ""):
                error = await refused(postgres.url("postgres", "keeper", password))
                assert "rejects this user" in str(error)
                assert "Wr0ng" not in f"{error!r} {error}"
            async with Store(postgres.url("postgres", "keeper", "Pa55word")) as store:
                assert "Pa55word" not in f"{store.engine!r} {store!r}"
                async with store.engine.connect() as connection:
                    await connection.exec_driver_sql("SELECT 1")
        assert "rejects this user" in str(await refused(postgres.url("postgres", "nobody")))

    async def test_a_user_who_may_not_make_tables(postgres: PostgresServer) -> None:
        with postgres.asking_for_a_password("reader", "Pa55word"):
            error = await refused(postgres.url("postgres", "reader", "Pa55word"))
        assert "does not give this user enough permissions" in str(error)
