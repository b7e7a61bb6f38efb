"""The audit trail: each write to an appointment adds a copy of it, and a made-up one tells of no deletion."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from odapi_async.sandbox import Office, Sandbox, SandboxRequest

KEY = "k"
ALL = frozenset({"ReadAll", "AllOthers", "Appointments", "Comm"})


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox([Office(customer_key=KEY, permissions=ALL, interval=0.0, rows={"histappointments": 400})])


def written(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What was added to the audit trail since the start."""
    return sandbox.rows(KEY, "histappointments")[400:]


async def ask(sandbox: Sandbox, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    headers = {"Authorization": f"ODFHIR {sandbox.developer_key}/{KEY}", "Content-Type": "application/json"}
    raw = msgspec.json.encode(body or {})
    headers["Content-Length"] = str(len(raw))
    response = await sandbox.respond(SandboxRequest(method=method, path=path, headers=headers, body=raw))
    assert response.status in {200, 201}, response


def test_each_write_adds_a_copy(sandbox: Sandbox) -> None:
    new = sandbox.add_row(KEY, "appointments", {"PatNum": 2, "Note": "New."})
    sandbox.change_row(KEY, "appointments", new, {"Note": "Ring first."})
    sandbox.remove_row(KEY, "appointments", new)
    found = written(sandbox)
    assert [(each["HistApptAction"], each["Note"]) for each in found] == [
        ("Created", "New."),
        ("Changed", "Ring first."),
        ("Deleted", "Ring first."),
    ]
    assert {(each["AptNum"], each["PatNum"]) for each in found} == {(new, 2)}
    assert [each["HistApptNum"] for each in found] == [401, 402, 403]


def test_a_copy_is_the_appointment_as_it_is_then(sandbox: Sandbox) -> None:
    sandbox.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
    (copy,) = written(sandbox)
    row = next(each for each in sandbox.rows(KEY, "appointments") if each["AptNum"] == 3)
    assert {name: copy[name] for name in row if name in copy} == {
        name: value for name, value in row.items() if name in copy
    }


def test_a_write_that_changes_nothing_adds_none(sandbox: Sandbox) -> None:
    sandbox.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
    sandbox.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
    sandbox.change_row(KEY, "patients", 3, {"LName": "Smith"})
    assert len(written(sandbox)) == 1


@pytest.mark.parametrize(
    ("broken", "action"),
    [({"breakType": "Missed"}, "Missed"), ({"breakType": "Cancelled"}, "Cancelled"), ({}, "Changed")],
)
def test_it_says_why_an_appointment_was_broken(sandbox: Sandbox, broken: dict[str, str], action: str) -> None:
    sandbox.change_row(KEY, "appointments", 3, {"AptStatus": "Scheduled", "Note": "Ring first."})
    asyncio.run(ask(sandbox, "PUT", "/appointments/3/Break", {"sendToUnscheduledList": "true", **broken}))
    last = written(sandbox)[-1]
    assert (last["HistApptAction"], last["AptStatus"], last["AptNum"]) == (action, "Broken", 3)


def test_made_up_copies_are_in_the_order_of_time_and_tell_of_no_deletion(sandbox: Sandbox) -> None:
    found = sandbox.rows(KEY, "histappointments")
    assert [each["HistDateTStamp"] for each in found] == sorted(each["HistDateTStamp"] for each in found)
    assert {each["HistApptAction"] for each in found} == {"Created", "Changed", "Missed", "Cancelled"}


def test_a_reset_forgets_it(sandbox: Sandbox) -> None:
    sandbox.remove_row(KEY, "appointments", 3)
    sandbox.reset()
    assert written(sandbox) == []
