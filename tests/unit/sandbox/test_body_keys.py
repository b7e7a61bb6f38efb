"""A key in a body leads to a row of the office, or the write is refused and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.offices import Asked

APPOINTMENT = {"PatNum": 1, "Op": 1, "AptDateTime": "2026-03-05 08:00:00"}
ADJUSTMENT = {"PatNum": 1, "AdjType": 4, "AdjAmt": 5, "AdjDate": "2026-03-04"}
LAB_CASE = {"PatNum": 1, "LaboratoryNum": 1, "ProvNum": 1}
SUBSCRIPTION = {"PlanNum": 99, "Subscriber": 1, "SubscriberID": "A1"}


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("/appointments", {**APPOINTMENT, "PatNum": 99}, "Patient not found."),
        ("/appointments", {**APPOINTMENT, "PatNum": 0}, "Patient not found."),
        ("/appointments", {**APPOINTMENT, "PatNum": -1}, "Patient not found."),
        ("/appointments", {**APPOINTMENT, "Op": 99}, "Operatory not found."),
        ("/appointments", {**APPOINTMENT, "ProvNum": 99}, "Provider not found."),
        ("/appointments", {**APPOINTMENT, "ProvHyg": 99}, "Provider not found."),
        ("/appointments", {**APPOINTMENT, "ClinicNum": 99}, "Clinic not found."),
        ("/appointments", {**APPOINTMENT, "Confirmed": 999}, "Definition not found."),
        ("/adjustments", {**ADJUSTMENT, "ProvNum": 99}, "Provider not found."),
        ("/adjustments", {**ADJUSTMENT, "AdjType": 999}, "Definition not found."),
        ("/labcases", {**LAB_CASE, "AptNum": 99}, "Appointment not found."),
        ("/commlogs", {"PatNum": 99, "Note": "called"}, "Patient not found."),
    ],
)
def test_a_new_row_whose_key_leads_nowhere_is_refused(path: str, body: dict[str, Any], text: str) -> None:
    asked = Asked()
    before = len(asked.api.tables.named(path[1:]).row_ids)
    response = asked.send("POST", path, body)
    assert (response.status, response.body.decode()) == (404, f'"{text}"')
    assert len(asked.api.tables.named(path[1:]).row_ids) == before


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/appointments/1", "ProvNum", 99),
        ("/appointments/1", "Op", 99),
        ("/appointments/1", "ClinicNum", -1),
        ("/patients/1", "PriProv", 99),
        ("/patients/1", "Guarantor", 99),
        ("/procedurelogs/1", "AptNum", 99),
    ],
)
def test_a_change_to_a_key_that_leads_nowhere_is_refused(path: str, name: str, value: int) -> None:
    asked = Asked()
    before = asked.one("GET", path)
    response = asked.send("PUT", path, {name: value, "Note": "new"})
    assert (response.status, response.body.decode()) == (400, f'"{name} is invalid."')
    assert asked.one("GET", path)[name] == before[name]


def test_an_operation_that_documents_no_404_responds_400() -> None:
    response = Asked().send("POST", "/inssubs", SUBSCRIPTION)
    assert (response.status, response.body) == (400, b'"PlanNum is invalid."')


def test_0_is_none_where_a_key_is_not_required() -> None:
    asked = Asked()
    created = asked.one("POST", "/appointments", {**APPOINTMENT, "ProvHyg": 0, "ClinicNum": 0})
    assert (created["ProvHyg"], created["ClinicNum"]) == (0, 0)
    assert asked.one("PUT", "/appointments/1", {"ProvHyg": 0, "AppointmentTypeNum": 0})["ProvHyg"] == 0
    assert asked.one("PUT", "/patients/1", {"SecProv": 0})["SecProv"] == 0


def test_every_key_of_a_list_leads_to_a_row() -> None:
    asked = Asked()
    good = {**APPOINTMENT, "AptStatus": "Planned"}
    planned = {"PatNum": good["PatNum"], "procNums": [1, 99]}
    response = asked.send("POST", "/appointments/Planned", planned)
    assert (response.status, response.body) == (404, b'"ProcedureLog not found."')
    assert asked.status("POST", "/appointments/Planned", {**planned, "procNums": [1, 2]}) == 201
    assert asked.status("POST", "/appointments/Planned", {**planned, "procNums": []}) == 201


def test_a_key_leads_to_a_row_that_was_written_and_no_longer_to_one_that_was_removed() -> None:
    asked = Asked()
    new = asked.one("POST", "/patients", {"LName": "Smith", "FName": "Jane"})["PatNum"]
    assert asked.status("POST", "/appointments", {**APPOINTMENT, "PatNum": new}) == 201
    asked.api.tables.named("patients").remove(new)
    assert asked.status("POST", "/appointments", {**APPOINTMENT, "PatNum": new}) == 404
