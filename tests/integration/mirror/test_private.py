"""Fault D4: a file with copies of patients is for its owner only, wherever and however it is made."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from odapi_async.mirror import Store, StoreError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


@pytest.fixture(autouse=True)
def umask() -> Generator[None]:
    """A careless one, so that every file is open to all unless somebody takes care."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> set[str]:
    return {f"{file.name} {file.stat().st_mode & 0o777:o}" for file in folder.iterdir()}


async def refusal(url: str) -> StoreError:
    """Look into a store that is refused."""
    async with Store(url) as store:
        with pytest.raises(StoreError) as caught:
            await store.count("main-street", "patients")
    assert caught.value.__suppress_context__
    return caught.value


@pytest.mark.parametrize("url", ["{}/p.db", "sqlite:///{}/p.db", "sqlite:///file:{}/p.db?uri=true"])
async def test_d4_a_first_look_makes_a_file_for_its_owner_only(tmp_path: Path, url: str) -> None:
    async with Store(url.format(tmp_path)) as store:
        with pytest.raises(StoreError):
            await store.count("main-street", "patients")
        async with store.engine.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE patients (lname TEXT)")
        assert modes(tmp_path) == {"p.db 600", "p.db-wal 600", "p.db-shm 600"}


async def test_d4_a_mirror_by_a_file_uri_makes_private_files(tmp_path: Path) -> None:
    async with Store(f"sqlite:///file:{tmp_path}/p%23.db?cache=private&uri=true") as store:
        await store.open(["patients"])
        assert modes(tmp_path) == {"p#.db 600", "p#.db-wal 600", "p#.db-shm 600"}


async def test_d4_a_store_that_is_only_read_creates_nothing(tmp_path: Path) -> None:
    error = await refusal(f"sqlite:///file:{tmp_path}/p.db?mode=ro&uri=true")
    assert "cannot be opened" in str(error)
    assert modes(tmp_path) == set()


@pytest.mark.parametrize("mode", [0o666, 0o644, 0o640, 0o602])
async def test_d4_a_file_that_others_can_access_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "the practices.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE patients (lname TEXT)")
    file.chmod(mode)
    for url in (str(file), f"sqlite:///file:{file}?mode=ro&uri=true"):
        assert str(await refusal(url)) == (
            f"the database is open to other users of this machine: chmod 600 '{file}'"
        )
    assert modes(tmp_path) == {f"{file.name} {mode:o}"}, "nothing was opened"
    file.chmod(0o600)
    async with Store(str(file)) as store, store.engine.connect() as connection:
        await connection.exec_driver_sql("SELECT * FROM patients")


async def test_d4_so_are_the_files_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    file.touch(0o600)
    for end in ("-wal", "-shm"):
        (tmp_path / f"p.db{end}").touch(0o644)
    assert f"chmod 600 {file}-wal {file}-shm" in str(await refusal(str(file)))


async def test_d4_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, link = tmp_path / "p.db", tmp_path / "link.db"
    file.touch(0o600)
    link.symlink_to(file)
    async with Store(str(link)) as store:
        await store.open(["patients"])
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    for path in (file, link):
        assert "belongs to another user" in str(await refusal(str(path)))


async def test_d4_no_file_is_made_where_a_link_of_another_user_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "p.db")
    if os.geteuid() == 0:
        os.lchown(link, 12_345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    assert f"run as the owner of {link}" in str(await refusal(str(link)))
    assert os.listdir(tmp_path) == ["link.db"]  # noqa: PTH208 - a path would be taken for one that blocks


async def test_d4_a_link_of_ones_own_to_no_file_makes_it(tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to("p.db")
    async with Store(str(link)) as store:
        await store.open(["patients"])
    assert (tmp_path / "p.db").stat().st_mode & 0o777 == 0o600


async def test_d4_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.db", 0o600)
    assert "is not a file" in str(await refusal(str(tmp_path / "p.db")))
