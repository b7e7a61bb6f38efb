"""The examples of docs/rows.md. `nox -s recipes` installs the large packages that some of them are about."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import httpx
import msgspec
import pydantic
import pytest

from odapi_async import OpenDental, Practice
from odapi_async.resources import fields, names, operations
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

served = pytest.mark.usefixtures("office_server")


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


def defined(*words: str) -> dict[str, Any]:
    """Return the names of an example without what it reads from the office."""
    names: dict[str, Any] = {"__name__": "page"}
    lines = example(*words).text.splitlines(keepends=True)
    exec("".join(line for line in lines if "await " not in line), names)
    return names


PATIENTS: Final = [
    Patient(PatNum=1, LName="=1+1", Zip="02134", EstBalance=AMOUNT, Birthdate=dt.date(1976, 5, 24)),
    Patient(PatNum=2, LName="http://x.example", EstBalance=Decimal("-0.10"), Birthdate=dt.date(1899, 12, 31)),
    Patient(PatNum=3, LName="\x0b", DateTStamp=dt.datetime(2026, 11, 28, 9, 30), SecDateEntry=dt.date.min),
]
ROWS: Final = [each.to_dict() for each in PATIENTS]


def test_all_examples_are_tested() -> None:
    assert len(EXAMPLES) == 12


@served
def test_rows_become_dictionaries() -> None:
    found = run("values = patient.to_dict()")
    assert found["values"]["PatNum"] == 48
    assert {each["PatStatus"] for each in found["families"]} == {"Patient"}


@needs("pandas")
@served
def test_pandas_takes_dictionaries() -> None:
    found = run("pd.DataFrame(await")
    assert list(found["patients"].columns) == list(Patient.__struct_fields__)
    assert len(found["patients"]) == COUNT
    assert isinstance(found["owed"].iloc[0], Decimal)


@needs("pandas", "pyarrow")
@served
def test_pandas_has_the_types_of_the_fields() -> None:
    found = run("pd.ArrowDtype", **defined("def to_arrow("))
    kinds = {name: str(kind) for name, kind in found["patients"].dtypes.items()}
    assert kinds["EstBalance"] == "decimal128(18, 2)[pyarrow]"
    assert found["rest"].dtype == "decimal128(19, 2)[pyarrow]"
    assert kinds["Birthdate"] == "date32[day][pyarrow]"
    assert kinds["DateTStamp"] == "timestamp[us][pyarrow]"
    assert isinstance(found["born"], dt.date)


@needs("polars")
@served
def test_polars_has_the_types_of_the_fields() -> None:
    pl = import_module("polars")
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
@served
def test_pyarrow_takes_dictionaries() -> None:
    found = run("def to_arrow(")
    assert found["table"].num_rows == COUNT
    assert found["table"].schema == found["to_arrow"](Patient, []).schema


@needs("pyarrow")
def test_pyarrow_returns_the_same_values() -> None:
    found = defined("def to_arrow(")
    assert found["to_arrow"](Patient, ROWS).to_pylist() == ROWS
    schedules = [Schedule(ScheduleNum=1, StartTime=dt.time(9), operatories=[2, 3]).to_dict()]
    assert found["to_arrow"](Schedule, schedules).to_pylist() == schedules


@needs("pyarrow", "polars")  # looks at all resources, so only in the session of this page
def test_pyarrow_knows_the_type_of_every_field_of_every_row() -> None:
    returned = {each.returns for name in names() for each in operations(name).values()}
    types = {field.type for row in returned for field in fields(row).values()}
    assert types <= defined("def to_arrow(")["TYPES"].keys()


@needs("pyarrow", "polars")  # only in the session of this page, as above
@served
def test_pages_go_into_a_parquet_file() -> None:
    run("pq.ParquetWriter", **defined("def to_arrow("))
    found = import_module("pyarrow.parquet").read_table("recalls.parquet")
    assert found.num_rows == 120
    assert found.column_names == list(Recall.__struct_fields__)


@needs("openpyxl", "xlsxwriter")
@served
def test_excel_opens_amounts_dates_and_texts_as_what_they_are() -> None:
    load = import_module("openpyxl").load_workbook
    found = run("def to_excel(")
    assert Path("patients.xlsx").stat().st_size > 1000
    found["to_excel"]("own.xlsx", ROWS)
    heads, *lines = load("own.xlsx").active.iter_rows()
    table = [{str(name.value): cell for name, cell in zip(heads, line, strict=True)} for line in lines]
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
    sheet = load("schedules.xlsx").active
    assert [each.value for each in sheet[2]].count(dt.time(9, 30)) == 1
    assert "[2, 3]" in [each.value for each in sheet[2]]


@served
def test_msgspec_writes_json() -> None:
    found = run("msgspec.json.encode")
    assert [Patient(**each.to_dict()) for each in msgspec.json.decode(found["body"], type=list[Patient])] == (
        found["patients"]
    )


@served
def test_rows_become_dataclasses() -> None:
    found = run("@dataclass")
    assert len(found["cards"]) == COUNT
    assert found["card"].PatNum == 48
    assert isinstance(found["card"].EstBalance, Decimal)


@served
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
@served
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
