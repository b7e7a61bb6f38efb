"""The examples of docs/analysis.md, with the real packages: `nox -s recipes` installs them."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.mirror import Mirror, Store
from tests.docs.pages import Block, blocks
from tests.docs.running import compiled
from tests.support.bench import KEY, Bench, in_process, local
from tests.support.postgres import PostgresServer, is_there

PAGE: Final = "docs/analysis.md"
PACKAGES: Final = ("duckdb", "pandas", "polars", "dlt", "psycopg")
MISSING: Final = [each for each in PACKAGES if importlib.util.find_spec(each) is None]
REQUIRED: Final = "ODAPI_RECIPES"  # set by the session: there, nothing may be skipped
ROWS: Final = {"patients": 40, "appointments": 30, "recalls": 20}
EXAMPLES: Final = [block for block in blocks("python") if block.page == PAGE]
DATABASE: Final = "sqlite:///practices.db"

pytestmark = [
    pytest.mark.skipif(
        bool(MISSING) and REQUIRED not in os.environ,
        reason=f"not installed: {', '.join(MISSING)}; run: nox -s recipes",
    ),
    # the examples are short, and leave it to the end of the program to close connections
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.unmeasured,
]


async def _copy(url: str) -> None:
    async with in_process(local(rows=ROWS), local("office-two", rows=ROWS)) as bench, Store(url) as store:
        mirror = Mirror(bench.client, store)
        practices = {"main-street": bench.practice(), "harbour": bench.practice("office-two")}
        assert (await mirror.run(practices)).complete
        _change(bench)
        assert (await mirror.run(practices, ["patients"], sweep=True)).complete


def _change(bench: Bench) -> None:
    bench.box.change_row(KEY, "patients", 3, {"LName": "Changed"})
    bench.box.remove_row(KEY, "patients", 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a mirror, and with the files of the page's command."""
    made = tmp_path_factory.mktemp("analysis")
    asyncio.run(_copy(str(made / "practices.db")))
    before = Path.cwd()
    os.chdir(made)
    try:
        (command,) = (
            line for block in _of_page("sh") for line in block.text.splitlines() if "odapi" in line.split()[0]
        )
        ended = CliRunner().invoke(app, shlex.split(command)[1:], prog_name="odapi")
        assert ended.exit_code == 0, ended.output
    finally:
        os.chdir(before)
    return made


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DLT_DATA_DIR", str(folder / "dlt"))
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")


@pytest.fixture(scope="module")
def server() -> Generator[str]:
    """The URL of a PostgreSQL database with the same rows, for a driver that is not asynchronous."""
    with PostgresServer() as postgres:
        url = postgres.new_database()
        asyncio.run(_copy(url))
        yield url.replace("postgresql:", "postgresql+psycopg:")


def _of_page(language: str) -> list[Block]:
    return [block for block in blocks(language) if block.page == PAGE]


def example(*words: str) -> Block:
    """Return the one example that contains these words."""
    (found,) = (each for each in EXAMPLES if all(word in each.text for word in words))
    return found


def run(block: Block, database: str = DATABASE) -> dict[str, Any]:
    """Run an example, with another database if one is given, and return its names."""
    # dlt looks for the module of a function
    page = ModuleType("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, page.__name__, page)
        exec(compiled(block, lambda text: text.replace(DATABASE, database)), vars(page))
    return vars(page)


def families(name: str) -> int:
    """Return how many patients of a practice are guarantors, as SQLite counts them."""
    query = "SELECT count(*) FROM patients WHERE practice = ? AND patnum = guarantor AND deleted_at IS NULL"
    connection = sqlite3.connect("practices.db")
    try:
        return int(connection.execute(query, [name]).fetchone()[0])
    finally:
        connection.close()


def test_all_examples_are_tested() -> None:
    assert len(EXAMPLES) == 6


def test_duckdb_reads_the_files() -> None:
    found = run(example("import duckdb"))
    assert {row[0] for row in found["owed"]} == {"harbour", "main-street"}
    assert {row[0] for row in found["schedule"]} == {"harbour", "main-street"}


def test_pandas_reads_the_files() -> None:
    found = run(example("read_parquet", "import pandas"))
    assert len(found["patients"]) == 79
    assert set(found["owed"].index) == {"harbour", "main-street"}
    assert str(found["patients"]["BalTotal"].dtype) == "decimal128(38, 18)[pyarrow]"


def test_polars_reads_the_files() -> None:
    rows = run(example("scan_parquet"))["owed"].rows()
    assert [(row[0], row[1]) for row in rows] == [
        (name, families(name)) for name in ("harbour", "main-street")
    ]


@pytest.mark.parametrize("words", ["pd.read_sql", "pl.read_database"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_pandas_and_polars_read_the_database(words: str, kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "postgresql" and not is_there():
        pytest.skip("there is no wheel with a PostgreSQL server")
    found = run(example(words), DATABASE if kind == "sqlite" else request.getfixturevalue("server"))
    assert len(found["recalls"] if words == "pd.read_sql" else found["appointments"]) > 20


def test_dlt_loads_all_rows_and_then_the_changes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(folder / "practices.db", tmp_path)  # the other tests count the rows that are deleted here
    monkeypatch.chdir(tmp_path)
    pipeline = run(example("import dlt"))["pipeline"]
    assert loaded(pipeline) == {("harbour", 40, 0), ("main-street", 40, 1)}
    asyncio.run(_delete_again(tmp_path))
    pipeline = run(example("import dlt"))["pipeline"]
    assert loaded(pipeline) == {("harbour", 40, 0), ("main-street", 40, 2)}
    with pipeline.sql_client() as client:
        (kind,) = client.execute_sql(
            "SELECT data_type FROM information_schema.columns "
            "WHERE table_schema = 'mirror' AND table_name = 'appointments' AND column_name = 'aptdatetime'"
        )
    assert kind == ("TIMESTAMP",), "the times of an office have no zone"


def loaded(pipeline: Any) -> set[tuple[str, int, int]]:
    with pipeline.sql_client() as client:
        found = client.execute_sql(
            "SELECT practice, count(*), count(deleted_at) FROM patients GROUP BY practice"
        )
    return {tuple(row) for row in found}


async def _delete_again(folder: Path) -> None:
    async with Store(str(folder / "practices.db")) as store, store.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE patients SET deleted_at = datetime('now') WHERE practice = 'main-street' AND patnum = 7"
        )
