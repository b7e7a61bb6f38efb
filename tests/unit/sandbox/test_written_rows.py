"""Rows that a test writes: only fields that exist, with values that they can hold."""

from __future__ import annotations

from typing import Any

import pytest

from odapi_async.sandbox import Office, Sandbox, catalogue

KEY = "k"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox([Office(customer_key=KEY)])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"Nope": 1}, "there is no field 'Nope'"),
        ({"lname": "Smith"}, "did you mean LName"),
        ({"LName": 5}, "LName must be a text"),
        ({"LName": None}, "LName must be a text"),
        ({"LName": ["Smith"]}, "LName must be a text"),
        ({"PriProv": "1"}, "PriProv must be a whole number"),
        ({"PriProv": True}, "PriProv must be a whole number"),
        ({"PriProv": 1.0}, "PriProv must be a whole number"),
        ({"PriProv": 2**63}, "PriProv must be a whole number"),
        ({"BalTotal": "1"}, "BalTotal must be a number"),
        ({"BalTotal": float("nan")}, "BalTotal must be a number"),
        ({"Birthdate": "garbage"}, "Birthdate must be a date"),
        ({"Birthdate": "2026-02-30"}, "Birthdate must be a date"),
        ({"Birthdate": ""}, "Birthdate must be a date"),
        ({"DateTStamp": "2026-01-02T03:04:05Z"}, "DateTStamp must be a time"),
        ({"DateTStamp": "25:00:00"}, "DateTStamp must be a time"),
    ],
)
def test_a_value_that_no_row_holds_is_refused(sandbox: Sandbox, values: dict[str, Any], told: str) -> None:
    before = sandbox.rows(KEY, "patients")
    with pytest.raises(ValueError, match=told):
        sandbox.change_row(KEY, "patients", 1, values)
    with pytest.raises(ValueError, match=told):
        sandbox.add_row(KEY, "patients", values)
    assert sandbox.rows(KEY, "patients") == before


def test_the_id_of_a_row_does_not_change(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="PatNum"):
        sandbox.change_row(KEY, "patients", 1, {"PatNum": 77})
    with pytest.raises(ValueError, match="PatNum"):
        sandbox.add_row(KEY, "patients", {"PatNum": 77})
    sandbox.change_row(KEY, "patients", 1, {"PatNum": 1, "LName": "Smith"})
    assert sandbox.rows(KEY, "patients")[0]["LName"] == "Smith"


def test_a_resource_without_rows_of_its_own_is_refused(sandbox: Sandbox) -> None:
    for name in ("queries", "reports", "family_modules"):
        with pytest.raises(KeyError, match="no rows of its own"):
            sandbox.add_row(KEY, name, {})
        with pytest.raises(KeyError, match="no rows of its own"):
            sandbox.change_row(KEY, name, 1, {})
        with pytest.raises(KeyError, match="no rows of its own"):
            sandbox.rows(KEY, name)


def test_every_stored_row_can_be_written_back(sandbox: Sandbox) -> None:
    for resource in catalogue.load().values():
        if resource.primary_key is not None:
            for row_id, row in enumerate(sandbox.rows(KEY, resource.name), 1):
                sandbox.change_row(KEY, resource.name, row_id, row)


def test_a_test_may_write_a_wrong_value_on_purpose(sandbox: Sandbox) -> None:
    sandbox.change_row(KEY, "patients", 1, {"PatNum": 0, "Birthdate": "garbage"}, checked=False)
    row = sandbox.rows(KEY, "patients")[0]
    assert (row["PatNum"], row["Birthdate"]) == (0, "garbage")


@pytest.mark.parametrize(("resource", "stamp"), [("patients", "DateTStamp"), ("claims", "SecDateTEdit")])
def test_saving_the_same_values_sets_no_stamp(sandbox: Sandbox, resource: str, stamp: str) -> None:
    row = sandbox.rows(KEY, resource)[2]
    for values in ({}, row, {stamp: row[stamp]}):
        sandbox.change_row(KEY, resource, 3, values)
        assert sandbox.rows(KEY, resource)[2] == row
    key = "LName" if resource == "patients" else "ClaimNote"
    sandbox.change_row(KEY, resource, 3, {key: "Zorbax"})
    assert sandbox.rows(KEY, resource)[2][stamp] > row[stamp]
