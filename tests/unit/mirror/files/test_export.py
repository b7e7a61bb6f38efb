"""Exports to files: columns, values, and no incomplete file."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import importlib
import stat
import sys
from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror import PLANS, ExportFailed, LeftOut, Store
from odapi_async.mirror.database.schema import STATE, define_tables
from odapi_async.mirror.files import formats
from odapi_async.mirror.files.export import FileFormat, export, incomplete_practices
from odapi_async.mirror.files.formats import PrecisionError, header
from tests.support.checks import all_checks

SEEN: Final = dt.datetime(2026, 11, 23, 8, 30)
GONE: Final = dt.datetime(2026, 11, 24, 9)
# pyarrow has no type stubs
arrow: Final[Any] = importlib.import_module("pyarrow")
parquet: Final[Any] = importlib.import_module("pyarrow.parquet")

OWN: Final = {"seen_at": SEEN, "deleted_at": None, "sweep": 1}
TABLE: Final = "patients"
FORMATS: Final = pytest.mark.parametrize("form", [*FileFormat])


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(str(tmp_path / "practices.db")) as found:
        await found.open([TABLE, "appointments"])
        for practice in ("harbour", "main"):
            await found.begin(practice, [TABLE])
        yield found


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "files" / "patients.out"


async def add(store: Store, *rows: dict[str, Any], table: str = TABLE) -> None:
    known = store.tables[table]
    blank = {column.name: None for column in known.columns} | OWN
    async with store.engine.begin() as connection:
        await connection.execute(sa.insert(known), [blank | row for row in rows])


def patient(number: int, practice: str = "main", **fields: Any) -> dict[str, Any]:
    return {"practice": practice, "patnum": number, **fields}


async def add_patients(store: Store, count: int) -> None:
    """Add so many patients without names, quickly: the database makes all but the first."""
    await add(store, patient(1))
    names = "practice, seen_at, deleted_at, sweep"
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"WITH RECURSIVE ids(id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM ids WHERE id < {count}) "
            f"INSERT INTO {TABLE} (patnum, {names}) SELECT id, {names} FROM {TABLE}, ids WHERE patnum = 1"
        )


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def raw(path: Path) -> bytes:
    return path.read_bytes()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


ADA: Final = patient(
    7,
    lname='Müller, "Ada"\nof here',
    estbalance=Decimal("1234567.10"),
    birthdate=dt.date(1980, 2, 29),
    datetstamp=dt.datetime(2026, 11, 23, 7, 5, 9),
    premed=True,
)


async def test_csv_has_the_names_and_the_value_formats_of_the_api(store: Store, to: Path) -> None:
    await add(store, ADA)
    assert await export(store, TABLE, to, format=FileFormat.CSV) == 1
    (line,) = lines(to)
    assert [*line][:4] == ["practice", "PatNum", "LName", "FName"]
    assert [*line][-2:] == ["seen_at", "deleted_at"]
    assert Decimal(line.pop("EstBalance")) == Decimal("1234567.10")
    assert {name: value for name, value in line.items() if value} == {
        "practice": "main",
        "PatNum": "7",
        "LName": 'Müller, "Ada"\nof here',
        "Birthdate": "1980-02-29",
        "DateTStamp": "2026-11-23 07:05:09",
        "Premed": "true",
        "seen_at": "2026-11-23 08:30:00",
    }


async def test_parquet_has_types(store: Store, to: Path) -> None:
    await add(store, ADA)
    assert await export(store, TABLE, to) == 1
    found = parquet.read_table(to)
    kinds = {
        "practice": arrow.string(),
        "PatNum": arrow.int64(),
        "LName": arrow.string(),
        "EstBalance": arrow.decimal128(38, 18),
        "Birthdate": arrow.date32(),
        "DateTStamp": arrow.timestamp("us"),
        "Premed": arrow.bool_(),
        "deleted_at": arrow.timestamp("us"),
    }
    assert {name: found.schema.field(name).type for name in kinds} == kinds
    assert not found.schema.field("PatNum").nullable
    assert found.schema.field("LName").nullable
    (row,) = found.to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {
        "practice": "main",
        "PatNum": 7,
        "LName": 'Müller, "Ada"\nof here',
        "EstBalance": Decimal("1234567.10"),
        "Birthdate": dt.date(1980, 2, 29),
        "DateTStamp": dt.datetime(2026, 11, 23, 7, 5, 9),
        "Premed": True,
        "seen_at": SEEN,
    }


def test_e9_no_two_columns_of_a_file_differ_only_in_case() -> None:
    tables = define_tables()
    with all_checks() as checks:
        for plan in PLANS:
            with checks.named(plan.table):
                headers = [header(column) for column in tables[plan.table].columns]
                assert len({name.lower() for name in headers}) == len(headers)


async def test_e9_of_names_that_differ_only_in_case_the_text_has_its_name_in_the_database(
    store: Store, to: Path
) -> None:
    await store.begin("main", ["appointments"])
    row = {"practice": "main", "aptnum": 3, "confirmed": 19, "confirmed_text": "Not Called"}
    await add(store, row, table="appointments")
    await export(store, "appointments", to)
    (found,) = parquet.read_table(to).to_pylist()
    assert (found["Confirmed"], found["confirmed_text"]) == (19, "Not Called")


TEXTS: Final = [
    "a lone\rcarriage return",
    "\r",
    "\r1,2,3",
    "both\r\nof them",
    "a\nfeed",
    '"quoted", and\r"again"',
    " spaces ",
    "tab\tNUL\0 bell\a",
    "\x85\u2028\x1c\x0b\x0c",
    "=1+1",
]


async def test_e5_a_csv_file_reads_back_as_it_was_written(store: Store, to: Path) -> None:
    await add(store, *(patient(number, lname=text) for number, text in enumerate(TEXTS, 1)))
    assert await export(store, TABLE, to, format=FileFormat.CSV) == len(TEXTS)
    assert [(line["PatNum"], line["LName"]) for line in lines(to)] == [
        (str(number), text) for number, text in enumerate(TEXTS, 1)
    ]
    assert raw(to).endswith(b",\n")


FORMULAS: Final = {
    "=1+1": "'=1+1",
    "+1+cmd|' /C calc'!A0": "'+1+cmd|' /C calc'!A0",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t'=1",
    "\r=1": "'\r'=1",
    " =1": "' =1",
    "\uff1d1": "'\uff1d1",
    "a;=1": "a;'=1",
    "two\n=lines": "two\n'=lines",
    "-01:30:00": "-01:30:00",
    "+15035550100": "+15035550100",
    "a=b": "a=b",
    "O'Hara-Smith": "O'Hara-Smith",
    "": "",
}


async def test_e5_formulas_are_escaped_on_request(store: Store, to: Path) -> None:
    balance = Decimal("-5.00")
    rows = [patient(number, lname=text, estbalance=balance) for number, text in enumerate(FORMULAS, 1)]
    await add(store, *rows, patient(1, "=main"))
    await export(store, TABLE, to, format=FileFormat.CSV, escape_formulas=True)
    first, *others = lines(to)
    assert first["practice"] == "'=main"
    assert [line["LName"] for line in others] == [*FORMULAS.values()]
    assert {Decimal(line["EstBalance"]) for line in others} == {balance}, "numbers stay as they are"
    await export(store, TABLE, to, format=FileFormat.CSV)
    assert [line["LName"] for line in lines(to)[1:]] == [*FORMULAS], "not without the option"


async def test_e5_formulas_cannot_be_escaped_in_parquet(store: Store, to: Path) -> None:
    with pytest.raises(ConfigurationError, match="escape_formulas is for CSV"):
        await export(store, TABLE, to, escape_formulas=True)


BAD_AMOUNTS: Final = ["'NaN'", "'Infinity'", "'-Infinity'", "9e999", "1e300", "'1e999999'", "'abc'"]


@FORMATS
async def test_e4_an_amount_that_is_not_finite_is_empty_and_ends_no_export(
    store: Store, to: Path, form: FileFormat, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [patient(number, estbalance=Decimal("1.10")) for number in range(1, len(BAD_AMOUNTS) + 2)]
    await add(store, *rows, patient(1, "harbour", estbalance=Decimal("2.20")))
    async with store.engine.begin() as connection:
        for number, bad in enumerate(BAD_AMOUNTS, 1):
            statement = (
                f"UPDATE patients SET estbalance = {bad} WHERE practice = 'main' AND patnum = {number}"
            )
            await connection.exec_driver_sql(statement)
    found: list[LeftOut] = []
    count = await export(store, TABLE, to, format=form, on_left_out=found.append)
    assert count == len(BAD_AMOUNTS) + 2
    assert found == [LeftOut(TABLE, "main", "EstBalance", len(BAD_AMOUNTS))]
    written = parquet.read_table(to).to_pylist() if form is FileFormat.PARQUET else lines(to)
    amounts = [row["EstBalance"] and Decimal(row["EstBalance"]) for row in written]
    empty = None if form is FileFormat.PARQUET else ""
    assert amounts == [Decimal("2.20"), *[empty] * len(BAD_AMOUNTS), Decimal("1.10")]
    await export(store, TABLE, to, format=form)
    assert [each.getMessage() for each in caplog.records if each.name == "odapi_async"] == [
        "export of patients: 7 values in EstBalance of main are no finite amounts, and are empty in the file"
    ]


@pytest.mark.parametrize(
    "amount", [Decimal("0.10"), Decimal("-19.99"), Decimal("0.30000000000000004"), Decimal(99999999999999)]
)
@FORMATS
@pytest.mark.unmeasured
async def test_amounts_are_exact(store: Store, to: Path, form: FileFormat, amount: Decimal) -> None:
    await add(store, patient(1, estbalance=amount))
    await export(store, TABLE, to, format=form)
    found = parquet.read_table(to).to_pylist() if form is FileFormat.PARQUET else lines(to)
    assert Decimal(found[0]["EstBalance"]) == amount


async def test_an_amount_that_does_not_fit_is_not_rounded(store: Store, to: Path) -> None:
    amount = Decimal("0.0000000000000000001")
    await add(store, patient(1, estbalance=amount))
    write_text(to, "what was there before")
    with pytest.raises(PrecisionError) as caught:
        await export(store, TABLE, to)
    assert "EstBalance" in str(caught.value)
    assert "0.0000" not in str(caught.value)
    assert text_of(to) == "what was there before"
    assert [*to.parent.iterdir()] == [to]
    await export(store, TABLE, to, format=FileFormat.CSV)
    assert Decimal(lines(to)[0]["EstBalance"]) == amount


@FORMATS
async def test_an_empty_table_has_its_columns(store: Store, to: Path, form: FileFormat) -> None:
    assert await export(store, TABLE, to, format=form) == 0
    if form is FileFormat.CSV:
        assert text_of(to).startswith("practice,PatNum,LName,")
    else:
        assert parquet.read_table(to).column_names[:3] == ["practice", "PatNum", "LName"]


async def test_rows_are_ordered_by_practice_and_id_and_deleted_ones_are_optional(
    store: Store, to: Path
) -> None:
    await add(store, patient(2), patient(1), patient(9, "harbour"), patient(3) | {"deleted_at": GONE})

    async def found(**options: Any) -> list[tuple[str, str, str]]:
        count = await export(store, TABLE, to, format=FileFormat.CSV, **options)
        rows = [(line["practice"], line["PatNum"], line["deleted_at"]) for line in lines(to)]
        assert len(rows) == count
        return rows

    assert await found() == [("harbour", "9", ""), ("main", "1", ""), ("main", "2", "")]
    assert await found(practice="main") == [("main", "1", ""), ("main", "2", "")]
    assert await found(practice="main", deleted=True) == [
        ("main", "1", ""),
        ("main", "2", ""),
        ("main", "3", "2026-11-24 09:00:00"),
    ]


async def test_many_rows_pass_through_in_batches(store: Store, to: Path) -> None:
    await add_patients(store, 12_000)
    assert await export(store, TABLE, to) == 12_000
    file = parquet.ParquetFile(to)
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [
        5_000,
        5_000,
        2_000,
    ]
    assert file.read().column("PatNum").to_pylist() == [*range(1, 12_001)]


@FORMATS
async def test_only_the_owner_can_read_the_file(store: Store, to: Path, form: FileFormat) -> None:
    await export(store, TABLE, to, format=form)
    assert mode_of(to) == 0o600


@FORMATS
@pytest.mark.unmeasured
async def test_a_cancelled_export_leaves_nothing(
    store: Store, to: Path, form: FileFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_patients(store, 12_000)
    kind = formats.CsvWriter if form is FileFormat.CSV else formats.ParquetWriter
    write = kind.write
    written = asyncio.Event()
    loop = asyncio.get_running_loop()

    def writes(self: Any, rows: Any) -> None:
        write(self, rows)
        loop.call_soon_threadsafe(written.set)

    monkeypatch.setattr(kind, "write", writes)
    task = asyncio.create_task(export(store, TABLE, to, format=form))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [*to.parent.iterdir()] == []


async def test_an_unknown_table_is_refused(store: Store, to: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no table patiens; did you mean patients"):
        await export(store, "patiens", to)
    assert not to.parent.exists()


@pytest.mark.parametrize("table", ["recalls", "appointments"])
async def test_a_table_that_was_not_mirrored_is_refused(store: Store, to: Path, table: str) -> None:
    with pytest.raises(ExportFailed, match=f"copy it with: odapi mirror {table}"):
        await export(store, table, to)
    assert not to.parent.exists()


async def test_a_practice_that_was_not_mirrored_is_refused(store: Store, to: Path) -> None:
    with pytest.raises(
        ExportFailed, match="patients of harbor is not in this database; did you mean harbour"
    ):
        await export(store, TABLE, to, practice="harbor")


async def test_a_missing_database_is_not_created(tmp_path: Path, to: Path) -> None:
    async with Store(str(tmp_path / "other.db")) as store:
        with pytest.raises(ExportFailed, match=r"there is no database other\.db"):
            await export(store, TABLE, to)
    assert not (tmp_path / "other.db").exists()


async def test_a_database_of_another_program_is_refused(tmp_path: Path, to: Path) -> None:
    (tmp_path / "other.db").touch(0o600)
    async with Store(str(tmp_path / "other.db")) as store:
        with pytest.raises(ExportFailed, match="patients is not in this database"):
            await export(store, TABLE, to)


async def test_an_incomplete_first_copy_is_reported(store: Store) -> None:
    assert await incomplete_practices(store, TABLE) == ["harbour", "main"]
    async with store.engine.begin() as connection:
        done = sa.update(STATE).where(STATE.c.practice == "harbour")
        await connection.execute(done.values(swept_at=SEEN))
    assert await incomplete_practices(store, TABLE) == ["main"]


async def test_an_older_database_may_lack_a_column(store: Store, to: Path) -> None:
    await add(store, patient(1))
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE patients DROP COLUMN premed")
    assert await export(store, TABLE, to, format=FileFormat.CSV) == 1
    assert "Premed" not in lines(to)[0]


async def test_a_file_in_the_place_of_the_folder_is_reported(store: Store, to: Path) -> None:
    to.parent.write_text("a file")
    with pytest.raises(ExportFailed, match=r"patients\.out cannot be written"):
        await export(store, TABLE, to)


async def test_a_folder_in_the_place_of_the_file_is_reported(store: Store, to: Path) -> None:
    write_text(to / "inside", "")
    with pytest.raises(ExportFailed, match=r"patients\.out cannot be written"):
        await export(store, TABLE, to)
    assert [*to.parent.iterdir()] == [to]


async def test_without_pyarrow_the_message_says_what_to_install(
    store: Store, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'odapi-async\[export\]'"):
        await export(store, TABLE, to)
    assert [*to.parent.iterdir()] == []
    assert await export(store, TABLE, to, format=FileFormat.CSV) == 0
