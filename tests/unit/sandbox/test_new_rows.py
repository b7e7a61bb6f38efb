"""The defaults of new rows that are rules, such as the patient's own provider."""

from __future__ import annotations

from typing import Any

import pytest

from odapi_async.sandbox.rows import Row
from tests.unit.sandbox.offices import NOW, TODAY, Asked

AT = {"AptDateTime": "2026-03-09 10:00:00", "Op": 1}


def made(asked: Asked, path: str = "/appointments", **body: Any) -> Row:
    given: Row = dict(AT) if path == "/appointments" else {"procNums": []}
    return asked.one("POST", path, {"PatNum": 3, **given, **body})


@pytest.mark.parametrize("path", ["/appointments", "/appointments/Planned"])
def test_an_appointment_is_with_the_patients_provider_or_else_that_of_the_office(path: str) -> None:
    asked = Asked()
    asked.one("PUT", "/patients/3", {"PriProv": 4})
    assert made(asked, path)["ProvNum"] == 4
    assert made(asked, path, ProvNum=7)["ProvNum"] == 7
    asked.api.tables.named("patients").change(3, {"PriProv": 0})
    office = asked.list("/preferences", PrefName="PracticeDefaultProv")[0]["ValueString"]
    assert made(asked, path)["ProvNum"] == int(office)


@pytest.mark.parametrize("path", ["/appointments", "/appointments/Planned"])
def test_an_appointment_is_not_confirmed_yet(path: str) -> None:
    asked = Asked()
    first = min(asked.list("/definitions", Category=2), key=lambda row: row["ItemOrder"])
    assert made(asked, path)["Confirmed"] == first["DefNum"]
    assert made(asked, path)["confirmed"] == first["ItemName"]


def test_a_hidden_definition_is_no_default() -> None:
    asked = Asked()
    first, second, *_ = asked.list("/definitions", Category=2)
    asked.api.tables.named("definitions").change(first["DefNum"], {"isHidden": "true"})
    assert made(asked)["Confirmed"] == second["DefNum"]


def test_an_appointment_is_in_the_clinic_of_its_operatory_or_else_of_the_patient() -> None:
    asked = Asked()
    asked.api.tables.named("patients").change(3, {"ClinicNum": 6})
    asked.api.tables.named("operatories").change(1, {"ClinicNum": 5})
    assert made(asked)["ClinicNum"] == 5
    assert made(asked, "/appointments/Planned")["ClinicNum"] == 6
    asked.api.tables.named("operatories").change(1, {"ClinicNum": 0})
    assert made(asked)["ClinicNum"] == 6


def test_the_second_pattern_is_as_long_as_the_first_one() -> None:
    asked = Asked()
    assert made(asked)["PatternSecondary"] == "////"
    assert made(asked, Pattern="/XXXXXX/")["PatternSecondary"] == "////////"
    assert made(asked, Pattern="X" * 300)["PatternSecondary"] == "/" * 108
    assert made(asked, Pattern="/XX/", PatternSecondary="XX//")["PatternSecondary"] == "XX//"


def test_the_type_of_an_appointment_has_its_pattern_if_the_body_has_none() -> None:
    asked = Asked()
    asked.api.tables.named("appointmenttypes").change(2, {"Pattern": "/XXXXX/"})
    row = made(asked, AppointmentTypeNum=2)
    assert (row["Pattern"], row["PatternSecondary"]) == ("/XXXXX/", "///////")
    assert made(asked, AppointmentTypeNum=2, Pattern="/X/")["Pattern"] == "/X/"
    asked.api.tables.named("appointmenttypes").change(2, {"Pattern": ""})
    assert made(asked, AppointmentTypeNum=2)["Pattern"] == "/XX/"


@pytest.mark.parametrize(("end", "pattern"), [("10:30", "X" * 6), ("09:00", "/XX/"), ("10:02", "/XX/")])
def test_an_appointment_of_the_web_fills_its_slot(end: str, pattern: str) -> None:
    asked = Asked()
    times = {"DateTimeStart": f"{TODAY} 10:00:00", "DateTimeEnd": f"{TODAY} {end}:00"}
    body = {"PatNum": 3, **times, "ProvNum": 1, "OpNum": 1, "defNumApptType": 1}
    row = asked.one("POST", "/appointments/WebSched", body)
    assert (row["Pattern"], row["PatternSecondary"]) == (pattern, "/" * len(pattern))


def test_a_day_that_is_not_sent_is_today() -> None:
    asked = Asked()
    commlog = asked.one("POST", "/commlogs", {"PatNum": 3, "Note": "Called."})
    assert commlog["CommDateTime"] == f"{NOW}"
    adjustment = asked.one(
        "POST", "/adjustments", {"PatNum": 3, "AdjType": 4, "AdjAmt": -5, "AdjDate": TODAY}
    )
    assert adjustment["ProvNum"] == asked.one("GET", "/patients/3")["PriProv"]
