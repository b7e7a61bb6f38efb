"""One file for each practice: folders that programs read as one table, whatever a practice is named."""

from __future__ import annotations

import importlib
import stat
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async.mirror import ExportFailed, FileFormat, Store, export_by_practice
from odapi_async.mirror.files.partitions import partition_files
from tests.unit.mirror.files.test_export import TABLE, add, lines, patient

# pyarrow has no type stubs
dataset: Final[Any] = importlib.import_module("pyarrow.dataset")
parquet: Final[Any] = importlib.import_module("pyarrow.parquet")

NAMES: Final = ("harbour", "Harbour", "main street/2", "Zürich=a%2", "..", "2026", " ", "con")
CSV: Final = FileFormat.CSV


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(str(tmp_path / "practices.db")) as found:
        await found.open([TABLE])
        yield found


async def fill(store: Store, *practices: str) -> None:
    for practice in practices:
        await store.begin(practice, [TABLE])
        await add(store, patient(7, practice, lname=f"of {practice}"), patient(8, practice))


def tree(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


async def test_each_practice_has_a_file_without_a_column_for_it(store: Store, tmp_path: Path) -> None:
    await fill(store, "harbour", "main")
    folder = tmp_path / "files" / TABLE
    assert await export_by_practice(store, TABLE, folder) == {"harbour": 2, "main": 2}
    assert tree(folder) == ["practice=harbour/part-0.parquet", "practice=main/part-0.parquet"]
    file = folder / "practice=harbour" / "part-0.parquet"
    assert parquet.ParquetFile(file).schema_arrow.names[:2] == ["PatNum", "LName"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_every_name_comes_back_and_stays_in_the_folder(store: Store, tmp_path: Path) -> None:
    await fill(store, *NAMES)
    folder = tmp_path / "files" / TABLE
    await export_by_practice(store, TABLE, folder)
    names = [path.split("/")[0] for path in tree(tmp_path / "files" / TABLE)]
    assert len({name.lower() for name in names}) == len(NAMES)
    assert all(name.isascii() for name in names)
    text = dataset.partitioning(
        flavor="hive", schema=importlib.import_module("pyarrow").schema([("practice", "string")])
    )
    rows = dataset.dataset(folder, partitioning=text).to_table(columns=["practice", "PatNum", "LName"])
    found = {row["practice"]: row["LName"] for row in rows.to_pylist() if row["PatNum"] == 7}
    assert found == {name: f"of {name}" for name in NAMES}


def test_names_that_differ_only_in_case_are_two_folders_on_every_system() -> None:
    files = partition_files(Path(), ["Harbour", "harbour", "Main"], "csv")
    assert {name: file.parts[0] for name, file in files.items()} == {
        "Harbour": "practice=%48arbour",
        "harbour": "practice=harbour",
        "Main": "practice=Main",
    }


async def test_a_practice_that_is_gone_loses_its_file_and_nothing_else(store: Store, tmp_path: Path) -> None:
    await fill(store, "harbour")
    folder = tmp_path / TABLE
    for name in (
        "practice=gone/part-0.csv",
        "practice=gone2/part-0.csv",
        "practice=gone2/mine.csv",
        "notes/part-0.csv",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("PatNum\n")
    await export_by_practice(store, TABLE, folder, format=CSV, practice="harbour")
    assert len(tree(folder)) == 5
    await export_by_practice(store, TABLE, folder, format=CSV)
    assert tree(folder) == ["notes/part-0.csv", "practice=gone2/mine.csv", "practice=harbour/part-0.csv"]
    assert not (folder / "practice=gone").exists()


async def test_a_practice_without_rows_has_a_file_with_the_columns(store: Store, tmp_path: Path) -> None:
    await store.begin("new", [TABLE])
    assert await export_by_practice(store, TABLE, tmp_path / TABLE, format=CSV) == {"new": 0}
    file = tmp_path / TABLE / "practice=new" / "part-0.csv"
    assert file.read_text().startswith("PatNum,LName,")
    assert lines(file) == []


async def test_a_name_that_is_too_long_for_a_folder_is_an_error_of_the_export(
    store: Store, tmp_path: Path
) -> None:
    await fill(store, "ü" * 60)
    with pytest.raises(ExportFailed, match=r"part-0\.csv cannot be written"):
        await export_by_practice(store, TABLE, tmp_path / TABLE, format=CSV)
