"""The commands of docs/running-the-mirror.md that back a database up, restore it, and tell its size."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from odapi_async.mirror import Mirror, Store
from tests.docs.pages import blocks
from tests.support.bench import KEY, remote
from tests.support.mirror import copying, later

PAGE: Final = "docs/running-the-mirror.md"
TABLES: Final = ("patients", "recalls")


def of_page(language: str, word: str) -> str:
    (found,) = (each.text for each in blocks(language) if each.page == PAGE and word in each.text)
    return found


def vacuum_into(database: Path, backup: Path) -> None:
    """Do what the command of the page does, without the program."""
    statement = re.search(r'sqlite3 practices.db "(.+?)"', of_page("sh", "VACUUM INTO"))
    assert statement
    before = os.umask(0o077)
    try:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(statement[1].replace("practices-backup.db", str(backup)))
    finally:
        os.umask(before)


def restore(backup: Path, database: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    database.write_bytes(backup.read_bytes())
    database.chmod(0o600)


def status_of(file: Path) -> os.stat_result:
    return file.stat()


def file_of(store: Store) -> Path:
    return Path(str(store.engine.url.database))


async def test_a_backup_of_a_database_in_use_is_restored_and_the_mirror_continues_from_it(
    lite: str, tmp_path: Path
) -> None:
    async with copying(lite, remote(rows={"patients": 150})) as copy:
        assert (await copy.run(*TABLES)).complete
        vacuum_into(file_of(copy.store), tmp_path / "backup.db")
        copy.bench.box.change_row(KEY, "patients", 3, {"LName": "Changed"})
        assert (await copy.run(*TABLES)).rows
        await copy.store.aclose()
        restore(tmp_path / "backup.db", file_of(copy.store))
        copy.bench.box.arrivals.clear()
        async with Store(lite, clock=copy.clock) as store, later(copy) as again:
            again.store, again.mirror = store, Mirror(again.bench.client, store)
            report = await again.run(*TABLES)
            assert report.complete
            assert 0 < report.rows < 10, "it reads the changes, and no table again"
            await again.check(*TABLES)


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes")
async def test_only_the_owner_can_read_a_backup(lite: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    async with copying(lite) as copy:
        assert (await copy.run("patients")).complete
        vacuum_into(file_of(copy.store), backup)
    assert stat.S_IMODE(status_of(backup).st_mode) == 0o600
    assert of_page("sh", "VACUUM INTO").startswith("umask 077\n")
    assert "os.umask(0o077)" in of_page("text", "python -c")


async def test_the_query_for_the_size_tells_the_size_of_the_file(lite: str) -> None:
    async with copying(lite) as copy:
        assert (await copy.run("patients")).complete
        database = file_of(copy.store)
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        query = of_page("sql", "page_count").replace(" / 1048576", "")  # it is less than a mebibyte
        (size,) = connection.execute(query).fetchone()
    assert size == status_of(database).st_size
