"""Tables of both databases as files: every value is the one that the database holds."""

from __future__ import annotations

import csv
import importlib
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async.mirror.database.schema import OWN_COLUMNS
from odapi_async.mirror.files.export import FileFormat, export
from tests.support.bench import remote
from tests.support.mirror import NAME, copying, held

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
            wires = {
                name: column.info.get("wire", name) for name, column in copy.store.tables[table].c.items()
            }
            wanted = [
                {wires[name]: value for name, value in row.items() if name != "sweep"}
                for _, row in sorted(rows.items())
            ]
            path = tmp_path / table
            assert await export(copy.store, table, path, deleted=True) == len(wanted)
            assert parquet.read_table(path).to_pylist() == wanted
            assert await export(copy.store, table, path, format=FileFormat.CSV, deleted=True) == len(wanted)
            assert lines(path) == [{name: _text(value) for name, value in row.items()} for row in wanted]


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
