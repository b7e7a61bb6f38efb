"""Made-up rows: repeatable, of the catalogue's fields, and the same whichever way they are encoded."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from odapi_async.sandbox import Office, catalogue
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.date_formats import formatted
from odapi_async.sandbox.encoders import DateFormats
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.rows import POOL
from odapi_async.sandbox.tables import OfficeTables
from odapi_async.sandbox.view import View

OFFICE = Office(customer_key="k", rows={"patients": 1000, "procedurelogs": 700}, seed=3)


def list_of(resource: str, path: str) -> catalogue.Operation:
    operations = catalogue.load()[resource].operations
    return next(each for each in operations if each.method == "GET" and each.path == path)


def view(store: OfficeTables, resource: str, path: str, share: float = 0.0) -> View:
    found = catalogue.load()[resource]
    mess = Mess(share, OFFICE.row_seed)
    operation = list_of(resource, path)
    return View(store.table(found), found, operation, DateFormats(), mess, OFFICE.program_version)


def decoded(body: bytes) -> list[dict[str, Any]]:
    return msgspec.json.decode(body, type=list[dict[str, Any]])


def test_the_same_seed_makes_the_same_rows_and_another_makes_others() -> None:
    patients = catalogue.load()["patients"]
    first, again, other = (
        list(OfficeTables(Office(customer_key="k", seed=seed), OfficeClock()).table(patients).all())
        for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("resource", "path"), [("patients", "/patients/Simple"), ("procedurelogs", "/procedurelogs")]
)
def test_a_row_reads_the_same_from_the_template_and_from_its_values(resource: str, path: str) -> None:
    store = OfficeTables(OFFICE, OfficeClock())
    table = store.table(catalogue.load()[resource])
    keys = [1, 2, 3, POOL, POOL + 1, 700]
    quick = decoded(view(store, resource, path).page(keys))
    slow = decoded(view(store, resource, path).rows([(each, table.row(each)) for each in keys]))
    for one, other in zip(quick, slow, strict=True):
        one["serverDateTime"] = other["serverDateTime"] = ""
    assert quick == slow
    assert [row[table.maker.primary_key or ""] for row in quick] == keys


def test_stamps_rise_with_the_key_and_foreign_keys_point_to_rows() -> None:
    store = OfficeTables(OFFICE, OfficeClock())
    rows = list(store.table(catalogue.load()["procedurelogs"]).all())
    stamps = [row["DateTStamp"] for row in rows]
    assert stamps == sorted(set(stamps))
    assert {row["PatNum"] in range(1, 1001) for row in rows} == {True}
    assert {row["ProvNum"] in range(1, 13) for row in rows} == {True}


def test_no_row_holds_a_social_security_number() -> None:
    rows = OfficeTables(OFFICE, OfficeClock()).table(catalogue.load()["patients"]).all()
    assert {row["SSN"] for row in rows} == {""}


def test_irregular_forms_are_those_of_the_operation() -> None:
    store = OfficeTables(OFFICE, OfficeClock())
    assert isinstance(decoded(view(store, "patients", "/patients").page([1]))[0]["Zip"], int)
    assert isinstance(decoded(view(store, "patients", "/patients/Simple").page([1]))[0]["Zip"], str)
    schedule = decoded(view(store, "schedules", "/schedules").page([4]))[0]
    assert schedule["ScheduleNum"] == "4"
    assert isinstance(schedule["operatories"], str)
    fee = decoded(view(store, "procedurelogs", "/procedurelogs").page([4]))[0]["ProcFee"]
    assert fee == f"{float(fee):.2f}"


def test_messy_rows_are_a_share_of_all_and_the_rest_stays_as_it_was() -> None:
    store = OfficeTables(OFFICE, OfficeClock())
    keys = range(1, 1001)
    clean = decoded(view(store, "patients", "/patients/Simple").page(keys))
    messy = decoded(view(store, "patients", "/patients/Simple", 0.3).page(keys))
    for row in (*clean, *messy):
        row.pop("serverDateTime", None)
    differing = [other for one, other in zip(clean, messy, strict=True) if one != other]
    assert 200 < len(differing) < 400
    assert any("newerField" in row for row in differing)
    assert any(len(row) < len(clean[0]) for row in differing)
    assert any(row.get("Birthdate") == "" for row in differing)
    assert any(isinstance(row.get("PriProv"), str) for row in differing)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("yyyy-MM-ddTHH:mm:sszzz", "2026-03-04T15:06:07-08:00"),
        ("M/d/yyyy", "3/4/2026"),
        ("dd.MM.yyyy HH:mm", "04.03.2026 15:06"),
    ],
)
def test_dates_follow_the_pattern_that_was_asked_for(pattern: str, expected: str) -> None:
    assert formatted("2026-03-04 15:06:07", pattern) == expected
