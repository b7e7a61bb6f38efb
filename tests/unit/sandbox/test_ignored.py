"""The fault `ignored`: a write is answered as usual, and the office keeps nothing of it, or a part."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from odapi_async.sandbox import Fault, Office, Sandbox, SandboxRequest
from odapi_async.sandbox.office import PERMISSIONS

KEY = "k"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox([Office(customer_key=KEY, permissions=frozenset(PERMISSIONS), mode="local")])


async def send(sandbox: Sandbox, method: str, path: str, **body: object) -> tuple[int, Any]:
    content = msgspec.json.encode(body)
    headers = {
        "Authorization": f"ODFHIR sandbox-developer/{KEY}",
        "Content-Type": "application/json",
        "Content-Length": f"{len(content)}",
    }
    response = await sandbox.respond(
        SandboxRequest(method=method, path=path, query={}, headers=headers, body=content)
    )
    return response.status, msgspec.json.decode(response.body) if response.body else None


async def test_an_update_changes_nothing(sandbox: Sandbox) -> None:
    before = sandbox.rows(KEY, "patients")
    sandbox.add_fault(Fault("ignored"))
    status, row = await send(sandbox, "PUT", "/patients/3", LName="Zorbax")
    assert (status, row["LName"]) == (200, before[2]["LName"])
    assert sandbox.rows(KEY, "patients") == before
    assert (await send(sandbox, "PUT", "/patients/3", LName="Zorbax"))[1]["LName"] == "Zorbax"


async def test_only_some_fields_are_dropped(sandbox: Sandbox) -> None:
    city = sandbox.rows(KEY, "patients")[2]["City"]
    sandbox.add_fault(Fault("ignored", fields=("City",)))
    _, row = await send(sandbox, "PUT", "/patients/3", LName="Zorbax", City="Keizer")
    assert (row["LName"], row["City"]) == ("Zorbax", city)


async def test_a_new_row_has_default_values_alone(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault("ignored"))
    status, row = await send(sandbox, "POST", "/commlogs", PatNum=3, Note="Called.")
    assert status == 201
    assert (row["PatNum"], row["Note"]) == (0, "")
    assert row["CommlogNum"]


async def test_a_create_without_an_answer_adds_nothing(sandbox: Sandbox) -> None:
    before = len(sandbox.rows(KEY, "allergydefs"))
    sandbox.add_fault(Fault("ignored"))
    assert await send(sandbox, "POST", "/allergydefs", Description="Latex") == (201, None)
    assert len(sandbox.rows(KEY, "allergydefs")) == before


async def test_a_row_is_not_deleted_and_an_action_has_no_effect(sandbox: Sandbox) -> None:
    sandbox.change_row(KEY, "appointments", 2, {"AptStatus": "Scheduled"})
    sandbox.add_fault(Fault("ignored", times=None))
    assert (await send(sandbox, "DELETE", "/claims/2"))[0] == 200
    assert (await send(sandbox, "PUT", "/appointments/2/Break", sendToUnscheduledList="true"))[0] == 200
    assert len([each for each in sandbox.rows(KEY, "claims") if each["ClaimNum"] == 2]) == 1
    assert sandbox.rows(KEY, "appointments")[1]["AptStatus"] == "Scheduled"


async def test_reads_are_not_hit_and_wrong_writes_are_still_refused(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault("ignored"))
    assert (await send(sandbox, "GET", "/patients/3"))[0] == 200
    assert (await send(sandbox, "PUT", "/patients/99999", LName="Zorbax"))[0] == 404
    assert (await send(sandbox, "PUT", "/patients/3", LName="Zorbax"))[1]["LName"] == "Zorbax"


async def test_a_row_that_its_values_identify_is_not_changed(sandbox: Sandbox) -> None:
    known = sandbox.rows(KEY, "patfields")[0]
    sandbox.add_fault(Fault("ignored"))
    given = {"PatNum": known["PatNum"], "FieldName": known["FieldName"]}
    _, row = await send(sandbox, "PUT", "/patfields", **given, FieldValue="Zorbax")
    assert row["FieldValue"] == known["FieldValue"]


async def test_an_ignored_write_changes_no_other_table(sandbox: Sandbox) -> None:
    claim = sandbox.rows(KEY, "claimprocs")[0]["ClaimNum"]
    check = {"claimNum": claim, "CheckAmt": 12.5}
    await send(sandbox, "PUT", "/claimprocs/1", Status="Received", InsPayAmt=12.5, ClaimPaymentNum=0)
    names = ("claims", "claimprocs", "patplans")
    before = {name: sandbox.rows(KEY, name) for name in names}
    sandbox.add_fault(Fault("ignored", times=None))
    assert (await send(sandbox, "PUT", "/claimprocs/1", InsPayAmt=99.5))[0] == 200
    assert (await send(sandbox, "POST", "/claimpayments", **check))[0] == 201
    assert (await send(sandbox, "PUT", "/patplans/1", Ordinal=1))[0] == 200
    assert {name: sandbox.rows(KEY, name) for name in names} == before
    sandbox.clear_faults()
    await send(sandbox, "PUT", "/claimprocs/1", InsPayAmt=99.5)
    assert sandbox.rows(KEY, "claims")[claim - 1]["InsPayAmt"] != before["claims"][claim - 1]["InsPayAmt"]
