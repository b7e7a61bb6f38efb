"""Requests that no caller should send: they are refused as the API refuses them, and nothing raises."""

from __future__ import annotations

import pytest

from odapi_async.sandbox import SandboxRequest
from tests.unit.sandbox.offices import Asked

DIGITS = "9" * 5000


@pytest.mark.parametrize("row_id", [DIGITS, f"-{DIGITS}", "9" * 19, "9" * 20, "1" + "0" * 30])
def test_a_row_id_that_no_row_has_is_not_found(row_id: str) -> None:
    asked = Asked()
    assert asked.status("GET", f"/patients/{row_id}") == 404
    assert asked.status("PUT", f"/patients/{row_id}", {"LName": "New"}) == 404
    assert asked.status("DELETE", f"/appointments/{row_id}") in {400, 404}


@pytest.mark.parametrize(
    "path", ["/Patients", "/PATIENTS/1", "//patients", "//patients/1", "/pATIENTS/Simple", "", "/"]
)
def test_a_resource_in_another_form_is_not_found(path: str) -> None:
    asked = Asked()
    assert asked.status("GET", path) == 404
    assert asked.status("GET", "/patients/1") == 200


@pytest.mark.parametrize("number", [DIGITS, f"-{DIGITS}", str(2**63), str(-(2**63) - 1), "٣"])
def test_a_number_that_no_column_holds_is_refused(number: str) -> None:
    asked = Asked()
    assert asked.status("GET", "/adjustments", PatNum=number) == 400
    assert asked.status("PUT", "/patients/1", {"PriProv": number}) == 400


@pytest.mark.parametrize("amount", [DIGITS, "1e999", "-1e999"])
def test_an_amount_that_is_not_finite_is_refused(amount: str) -> None:
    body = {"PatNum": 1, "AdjType": 1, "AdjAmt": amount}
    assert Asked().status("POST", "/adjustments", body) == 400


@pytest.mark.parametrize("body", [b'{"LName":' + b"[" * 5000, b"[" * 5000, b'{"a":' * 5000, DIGITS.encode()])
def test_a_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    response = Asked().api.respond(SandboxRequest(method="PUT", path="/patients/1", body=body))
    assert (response.status, response.body) == (400, b'"The body is not valid JSON."')


@pytest.mark.parametrize("offset", [10**18, 2**63 - 1, 2**63, 10**30])
@pytest.mark.parametrize("path", ["/patients", "/patients/Simple", "/appointments/Slots", "/securityperms"])
def test_a_page_far_beyond_the_end_is_empty(path: str, offset: int) -> None:
    assert Asked().list(path, Offset=offset) == []


@pytest.mark.parametrize("command", ["SELECT * FROM patient", "SELECT LName FROM patient"])
def test_a_page_far_beyond_the_end_of_a_query_is_empty(command: str) -> None:
    sent = {"SqlCommand": command}
    assert Asked().send("PUT", "/queries/ShortQuery", sent, Offset=2**63).body == b"[]"
    assert Asked().status("PUT", "/queries/ShortQuery", {"SqlCommand": f"{command} LIMIT {DIGITS}"}) == 400
