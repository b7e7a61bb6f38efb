"""Tables of both databases as files: every value is the one that the database holds."""

from __future__ import annotations

import csv
import importlib
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async.mirror import LeftOut
from odapi_async.mirror.database.schema import OWN_COLUMNS
from odapi_async.mirror.files.export import FileFormat, export
from odapi_async.mirror.files.formats import header
from tests.support.bench import remote
from tests.support.mirror import NAME, copying, execute, held

pytestmark = pytest.mark.unmeasured

# it has no types of its own
parquet: Final[Any] = importlib.import_module("pyarrow.parquet")

TABLES: Final = ("patients", "procedure_logs", "schedules", "claims", "payments", "documents", "treat_plans")


@pytest.mark.parametrize("messy", [0.0, 0.5])
async def test_every_value_arrives(url: str, tmp_path: Path, messy: float) -> None:
    async with copying(url, remote(messy=messy)) as copy:
        assert (await copy.run(*TABLES)).complete
        for table in TABLES:
            rows = await held(copy.store, NAME, table)
            wires = {name: header(column) for name, column in copy.store.tables[table].c.items()}
            wanted = [
                {wires[name]: value for name, value in row.items() if name != "sweep"}
                for _, row in sorted(rows.items())
            ]
            path = tmp_path / table
            assert await export(copy.store, table, path, deleted=True) == len(wanted)
            assert parquet.read_table(path).to_pylist() == wanted
            assert await export(copy.store, table, path, format=FileFormat.CSV, deleted=True) == len(wanted)
            assert lines(path) == [{name: _text(value) for name, value in row.items()} for row in wanted]


async def test_e4_an_amount_that_is_no_number_ends_no_export(url: str, tmp_path: Path) -> None:
    async with copying(url, remote(rows={"patients": 3})) as copy:
        await copy.one("patients")
        for number, bad in ((1, "NaN"), (2, "-Infinity")):
            await execute(copy.store, f"UPDATE patients SET baltotal = '{bad}' WHERE patnum = {number}")
        found: list[LeftOut] = []
        path = tmp_path / "patients"
        assert await export(copy.store, "patients", path, on_left_out=found.append) == 3
        assert found == [LeftOut("patients", NAME, "BalTotal", 2)]
        amounts = parquet.read_table(path).column("BalTotal").to_pylist()
        assert amounts[:2] == [None, None]
        assert amounts[2] is not None


def test_the_mirrors_own_columns_are_known() -> None:
    assert set(OWN_COLUMNS) == {"practice", "seen_at", "deleted_at", "sweep"}


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if type(value).__name__ == "Decimal" else str(value)
