"""`odapi export` with all tables, with changes only, and with one file for each practice."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from odapi_async.cli.app import app
from odapi_async.mirror import Mirror, Store
from tests.support.bench import in_process, local

TABLES: Final = ("patients", "recalls", "recall_types")
FORMAT: Final = ("--format", "csv", "--to", "files")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ODAPI_STORE", raising=False)
    return tmp_path


@pytest.fixture
def copied(folder: Path) -> Path:
    """A database with two practices, in the folder."""

    async def copy() -> None:
        rows = {"patients": 12, "recalls": 3}
        async with (
            in_process(local(rows=rows), local("office-two", rows=rows)) as bench,
            Store(str(folder / "mirror.db")) as store,
        ):
            practices = {"main": bench.practice(), "harbour": bench.practice("office-two")}
            others = {"harbour": ["patients"]}
            mirror = Mirror(bench.client, store)
            assert (await mirror.run(practices, TABLES, tables_by_practice=others)).complete

    asyncio.run(copy())
    return folder


def export(*words: str, code: int = 0) -> Result:
    ended = CliRunner().invoke(app, ["export", *words], prog_name="odapi")
    assert ended.exit_code == code, ended.output
    return ended


def names_in(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_all_tables_of_the_database(copied: Path) -> None:
    lines = export("--all", *FORMAT).output.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["patients", "recalls", "recall_types"]
    assert names_in(copied / "files") == ["patients.csv", "recall_types.csv", "recalls.csv"]


def test_a_configuration_file_names_the_database(
    copied: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "mirror.db").rename(copied / "practices.db")
    (copied / "practices.toml").write_text('store = "practices.db"\n[practices.main]\n[practices.hill]\n')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    config = ("--config", str(copied / "practices.toml"))
    assert "patients: 24 rows" in export("patients", *FORMAT, *config).output
    assert "patients: 12 rows" in export("patients", *FORMAT, *config, "--practice", "main").output
    never = export("patients", *FORMAT, *config, "--practice", "hill", code=1).output
    assert "patients of hill is not in this database" in never
    other = export("patients", *FORMAT, *config, "--store", "other.db", code=1).output
    assert "there is no database other.db" in other
    assert (
        "absent.toml cannot be read" in export("patients", *FORMAT, "--config", "absent.toml", code=2).output
    )


def test_all_tables_of_one_practice_are_those_that_it_has(copied: Path) -> None:
    lines = export("--all", *FORMAT, "--practice", "harbour").output.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["patients"]
    assert "did you mean harbour?" in export("--all", *FORMAT, "--practice", "harbor", code=1).output


def test_one_file_for_each_practice(copied: Path) -> None:
    ended = export("patients", *FORMAT, "--partition-by", "practice", "--json")
    found = json.loads(ended.output)
    assert (found["rows"], found["file"]) == (24, "files/patients")
    assert names_in(copied / "files") == [
        "patients/practice=harbour/part-0.csv",
        "patients/practice=main/part-0.csv",
    ]


def test_each_export_of_changes_prints_the_time_for_the_next_one(copied: Path) -> None:
    first = export("--all", *FORMAT, "--since", "2000-01-01")
    *_, last = first.output.splitlines()
    found = re.fullmatch(r"for the changes after this export: --since (\S+Z)", last)
    assert found
    assert "patients: 24 rows" in first.output
    again = export("patients", *FORMAT, "--since", found[1], "--json")
    line = json.loads(again.output)
    assert line["next_since"] == found[1], "nothing has happened since then"
    assert line["rows"] == 24, "they are a minute old"
    assert json.loads(export("patients", *FORMAT, "--since", "2100-01-01", "--json").output)["rows"] == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("patients", "--all"), 2, "name tables, such as patients, or add --all"),
        ((), 2, "name tables, such as patients, or add --all"),
        (("patients", "--since", "yesterday"), 2, "--since needs a time in UTC such as"),
        (("patients", "--since", "0001-01-01T00:00:00+10:00"), 2, "--since needs a time in UTC such as"),
        (("patients", "--partition-by", "clinic"), 2, "practice"),
        (("--all",), 1, "there is no database mirror.db; pass --store, or create it with: odapi mirror"),
        (("patients", "--since", "2000-01-01"), 1, "there is no database mirror.db"),
    ],
)
def test_what_cannot_work_writes_nothing(
    folder: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    assert message in export(*words, *FORMAT, code=code).output
    assert names_in(folder) == []
