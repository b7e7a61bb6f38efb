"""The examples of docs/rows.md. `nox -s recipes` installs the large packages that some of them are about."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import httpx
import pydantic
import pytest

from odapi_async import OpenDental, Practice
from odapi_async.resources import fields
from odapi_async.resources.patients import Patient
from odapi_async.resources.recalls import Recall
from odapi_async.resources.schedules import Schedule
from odapi_async.sandbox import Sandbox
from tests.docs.pages import Block, blocks
from tests.docs.running import in_practice, run_body

PAGE: Final = "docs/rows.md"
EXAMPLES: Final = [block for block in blocks("python") if block.page == PAGE]
REQUIRED: Final = "ODAPI_RECIPES"  # set by the session: there, nothing may be skipped
COUNT: Final = 250
AMOUNT: Final = Decimal("123456789012345.67")

pytestmark = pytest.mark.usefixtures("office_server")


def needs(*packages: str) -> pytest.MarkDecorator:
    missing = [each for each in packages if importlib.util.find_spec(each) is None]
    return pytest.mark.skipif(
        bool(missing) and REQUIRED not in os.environ,
        reason=f"not installed: {', '.join(missing)}; run: nox -s recipes",
    )


def example(*words: str) -> Block:
    """Return the one example that contains these words."""
    (found,) = (each for each in EXAMPLES if all(word in each.text for word in words))
    return found


def run(*words: str, **given: Any) -> dict[str, Any]:
    """Run an example with names of an earlier one, and return its names."""
    return run_body(example(*words), **given)


def arrow_names() -> dict[str, Any]:
    names = run("def to_arrow(")
    return {name: names[name] for name in ("to_arrow", "Patient", "table")}


PATIENTS: Final = [
    Patient(PatNum=1, LName="=1+1", Zip="02134", EstBalance=AMOUNT, Birthdate=dt.date(1976, 5, 24)),
    Patient(PatNum=2, LName="http://x.example", EstBalance=Decimal("-0.10"), Birthdate=dt.date(1899, 12, 31)),
    Patient(PatNum=3, LName="\x0b", DateTStamp=dt.datetime(2026, 11, 28, 9, 30), SecDateEntry=dt.date.min),
]
ROWS: Final = [each.to_dict() for each in PATIENTS]


def test_all_examples_are_tested() -> None:
    assert len(EXAMPLES) == 12


def test_rows_become_dictionaries() -> None:
    found = run("values = patient.to_dict()")
    assert found["values"]["PatNum"] == 48
    assert {each["PatStatus"] for each in found["families"]} == {"Patient"}


@needs("pandas")
def test_pandas_takes_dictionaries() -> None:
    found = run("pd.DataFrame(await")
    assert list(found["patients"].columns) == list(Patient.__struct_fields__)
    assert len(found["patients"]) == COUNT
    assert isinstance(found["owed"].iloc[0], Decimal)


@needs("pandas", "pyarrow")
def test_pandas_has_the_types_of_the_fields() -> None:
    found = run("pd.ArrowDtype", **arrow_names())
    kinds = {name: str(kind) for name, kind in found["patients"].dtypes.items()}
    assert kinds["EstBalance"] == "decimal128(38, 18)[pyarrow]"
    assert kinds["Birthdate"] == "date32[day][pyarrow]"
    assert kinds["DateTStamp"] == "timestamp[us][pyarrow]"
    assert isinstance(found["born"], dt.date)


@needs("polars")
def test_polars_has_the_types_of_the_fields() -> None:
    import polars as pl

    found = run("import polars")
    schema = found["patients"].schema
    assert (schema["EstBalance"], schema["Birthdate"]) == (pl.Decimal(38, 18), pl.Date)
    assert (schema["DateTStamp"], schema["Premed"]) == (pl.Datetime("us"), pl.Boolean)
    assert found["owed"]["EstBalance"].dtype.is_decimal()
    for rows in (ROWS, []):
        made = pl.DataFrame(rows, schema=found["schema"])
        assert made.rows(named=True) == rows
        assert made.schema == schema


@needs("pyarrow")
def test_pyarrow_returns_the_same_values() -> None:
    found = run("def to_arrow(")
    assert found["table"].num_rows == COUNT
    assert found["to_arrow"](Patient, ROWS).to_pylist() == ROWS
    assert found["to_arrow"](Patient, []).schema == found["table"].schema
    schedules = [Schedule(ScheduleNum=1, StartTime=dt.time(9), operatories=[2, 3]).to_dict()]
    assert found["to_arrow"](Schedule, schedules).to_pylist() == schedules


@needs("pyarrow")
def test_pyarrow_knows_the_type_of_every_field_of_every_row() -> None:
    from odapi_async.resources import names, operations

    found = run("def to_arrow(")
    types = {
        field.type
        for name in names()
        for operation in operations(name).values()
        for field in fields(operation.returns).values()
    }
    assert types <= found["TYPES"].keys()


@needs("pyarrow")
def test_pages_go_into_a_parquet_file() -> None:
    import pyarrow.parquet as pq

    run("pq.ParquetWriter", **arrow_names())
    found = pq.read_table("recalls.parquet")
    assert found.num_rows == 120
    assert found.column_names == list(Recall.__struct_fields__)


@needs("openpyxl", "xlsxwriter")
def test_excel_opens_amounts_dates_and_texts_as_what_they_are(tmp_path: Path) -> None:
    import openpyxl

    found = run("def to_excel(")
    assert Path("patients.xlsx").stat().st_size > 1000
    found["to_excel"]("own.xlsx", ROWS)
    names, *lines = openpyxl.load_workbook("own.xlsx").active.iter_rows()
    table = [{str(name.value): cell for name, cell in zip(names, line, strict=True)} for line in lines]
    first, second, third = table
    assert (first["LName"].data_type, first["LName"].value) == ("s", "=1+1")
    assert first["Zip"].value == "02134"
    assert (second["LName"].value, second["LName"].hyperlink) == ("http://x.example", None)
    assert (second["EstBalance"].data_type, second["EstBalance"].value) == ("n", -0.1)
    assert (first["Birthdate"].value, first["Birthdate"].number_format) == (
        dt.datetime(1976, 5, 24),
        "yyyy-mm-dd",
    )
    assert third["DateTStamp"].value == dt.datetime(2026, 11, 28, 9, 30)
    assert third["DateTStamp"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert (second["Birthdate"].value, third["SecDateEntry"].value) == ("1899-12-31", "0001-01-01")
    assert first["DateFirstVisit"].value is None
    assert first["Premed"].value is False
    found["to_excel"]("empty.xlsx", [])
    schedule = Schedule(StartTime=dt.time(9, 30), operatories=[2, 3])
    found["to_excel"]("schedules.xlsx", [schedule.to_dict()])
    sheet = openpyxl.load_workbook("schedules.xlsx").active
    assert [each.value for each in sheet[2]].count(dt.time(9, 30)) == 1
    assert "[2, 3]" in [each.value for each in sheet[2]]


def test_msgspec_writes_json() -> None:
    import msgspec

    found = run("msgspec.json.encode")
    assert [Patient(**each.to_dict()) for each in msgspec.json.decode(found["body"], type=list[Patient])] == (
        found["patients"]
    )


def test_rows_become_dataclasses() -> None:
    found = run("@dataclass")
    assert len(found["cards"]) == COUNT
    assert found["card"].PatNum == 48
    assert isinstance(found["card"].EstBalance, Decimal)


def test_rows_become_models_of_pydantic_whose_errors_quote_nothing() -> None:
    found = run("TypeAdapter(list[Card])")
    assert len(found["cards"]) == COUNT
    assert found["card"].last_name == found["patient"].LName
    with pytest.raises(pydantic.ValidationError) as caught:
        found["Card"].model_validate({"PatNum": "Smith"})
    assert "Smith" not in str(caught.value)


async def _get(app: Any, *paths: str) -> list[httpx.Response]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://app") as client:
        return [await client.get(path) for path in paths]


def test_fastapi_returns_rows_and_models(office_server: Sandbox) -> None:
    app = run("FastAPI(lifespan")["app"]
    known = office_server.rows("customer-key", "patients")[0]

    async def ask(_: OpenDental, __: Practice) -> list[httpx.Response]:
        async with app.router.lifespan_context(app):
            query = f"/patients?last_name={known['LName']}"
            return await _get(app, query, "/appointments/1", "/appointments/999999", "/openapi.json")

    cards, appointment, missing, described = in_practice(ask)
    assert set(cards.json()[0]) == {"PatNum", "LName", "FName"}
    assert {each["LName"] for each in cards.json()} == {known["LName"]}
    assert appointment.json()["AptNum"] == 1
    assert missing.status_code == 404
    assert {"Appointment", "Card"} <= described.json()["components"]["schemas"].keys()


@needs("litestar")
def test_litestar_returns_rows_and_describes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "page", ModuleType("page"))  # it looks for the module of a function
    app = run("from litestar import")["app"]

    async def ask(_: OpenDental, practice: Practice) -> Any:
        async with app.lifespan():
            found, described = await _get(app, "/patients/48", "/schema/openapi.json")
        return await practice.patients.get(48), found.json(), described.json()

    patient, found, described = in_practice(ask)
    assert found["LName"] == patient.LName
    assert found["EstBalance"] == str(patient.EstBalance)
    (schema,) = described["components"]["schemas"].values()
    assert schema["properties"]["PatNum"]["type"] == "integer"
