"""`odapi mirror` and `odapi export` with a PostgreSQL server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tests.integration.test_cli_office import odapi
from tests.support.bench import local, serving
from tests.support.postgres import PostgresServer, is_there

PASSWORD: Final = "s3cretPassw0rd"
ROWS: Final = {"patients": 1_200}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith(("OPENDENTAL_", "ODAPI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_a_server_that_is_not_there_is_one_line(folder: Path) -> None:
    async with serving(local()) as bench:
        ended = await odapi(bench, "mirror", "patients", "--store", f"postgresql://@/practices?host={folder}")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("odapi: the database cannot be ")
    assert ended.err.count("\n") == 1


if is_there():

    async def test_a_password_comes_in_the_environment(postgres: PostgresServer, folder: Path) -> None:
        name = postgres.new_database().partition("?")[0].rpartition("/")[2]
        with postgres.asking_for_a_password("clerk", PASSWORD):
            postgres.run(f"ALTER DATABASE {name} OWNER TO clerk")
            async with serving(local(rows=ROWS)) as bench:
                store = postgres.url(name, "clerk", PASSWORD)
                first = await odapi(bench, "mirror", "patients", ODAPI_STORE=store)
                words = ("export", "patients", "--format", "csv", "--to", "files")
                second = await odapi(bench, *words, ODAPI_STORE=store)
                wrong = await odapi(
                    bench, "mirror", ODAPI_STORE=postgres.url(name, "clerk", f"not{PASSWORD}")
                )
                typed = await odapi(bench, "mirror", "--store", store)
            postgres.run("DROP OWNED BY clerk", name)
            postgres.run(f"ALTER DATABASE {name} OWNER TO postgres")
        assert (first.code, first.err) == (0, "")
        assert "everything was read: 1 practice, 1,200 rows" in first.out
        assert (second.code, second.out) == (0, "patients: 1,200 rows in files/patients.csv\n")
        assert (wrong.code, wrong.err) == (1, "odapi: the database rejects this user or password (28P01)\n")
        assert typed.code == 2
        assert not any(
            PASSWORD in text for each in (first, second, wrong, typed) for text in (each.out, each.err)
        )
        assert names_in(folder) == ["files"]
