"""`changed` returns the fields that differ from a row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from odapi_async import InvalidRequest
from odapi_async.enums.patients import PatStatus
from odapi_async.recipes.changes import changed
from odapi_async.resources.patients import Patient

JANE = Patient(
    PatNum=48,
    LName="Smith",
    Address="1 Main St",
    PatStatus="Patient",
    Birthdate=date(1976, 5, 24),
    EstBalance=Decimal("10.10"),
    FamFinUrgNote="Calls early. Pays late.",
    Premed=True,
    DateTStamp=datetime(2026, 11, 23, 13, 36, 14),
)


def test_only_differing_fields_are_returned() -> None:
    assert changed(JANE, LName="Smith", Address="2 Main St", Preferred="Janie") == {
        "Address": "2 Main St",
        "Preferred": "Janie",
    }
    assert changed(JANE) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"PatStatus": PatStatus.PATIENT},
        {"Birthdate": "1976-05-24"},
        {"DateTStamp": "2026-11-23 13:36:14"},
        {"EstBalance": 10.1},
        {"EstBalance": Decimal("10.1")},
        {"Premed": True},
        {"AdmitDate": None},
        {"Preferred": ""},
        {"FamFinUrgNote": "Calls early.\r\nPays late."},
        {"FamFinUrgNote": "Calls early.\nPays late."},
        {"FamFinUrgNote": "Calls early.\rPays late."},
    ],
)
def test_values_that_are_encoded_alike_are_equal(fields: dict[str, Any]) -> None:
    assert changed(JANE, **fields) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"PatStatus": PatStatus.INACTIVE},
        {"Birthdate": None},
        {"AdmitDate": date(2026, 1, 1)},
        {"Birthdate": "1976-05-25"},
        {"EstBalance": 10.11},
        {"Premed": False},
        {"LName": "smith"},
        {"LName": ""},
        {"FamFinUrgNote": "Calls early.  Pays late."},
        {"FamFinUrgNote": "Calls early.Pays late."},
        {"FamFinUrgNote": "Calls early.\r\n\r\nPays late."},
    ],
)
def test_differing_values_are_returned_unchanged(fields: dict[str, Any]) -> None:
    assert changed(JANE, **fields) == fields


@pytest.mark.parametrize("spaces", [" ", "  "])
def test_cr_lf_may_have_become_one_space_or_two(spaces: str) -> None:
    row = Patient(FamFinUrgNote=f"One.{spaces}Two.{spaces}Three.")
    assert changed(row, FamFinUrgNote="One.\r\nTwo.\r\nThree.") == {}


def test_line_breaks_in_a_row_equal_spaces_too() -> None:
    row = Patient(FamFinUrgNote="One.\r\nTwo.")
    assert changed(row, FamFinUrgNote="One. Two.") == {}
    assert changed(row, FamFinUrgNote="One.\nTwo.") == {}


def test_a_field_that_the_row_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="Patient; pass it to the update directly") as wrong:
        changed(JANE, Lname="Smith")
    assert wrong.value.field == "Lname"


def test_an_invalid_value_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="time zone"):
        changed(JANE, DateTStamp=datetime(2026, 11, 23, tzinfo=UTC))


class Contact(msgspec.Struct):
    number: int = msgspec.field(name="PatNum")
    row: str = msgspec.field(name="Email", default="")


def test_a_custom_struct_is_compared_by_wire_names() -> None:
    contact = Contact(number=48, row="jane@example.com")
    assert changed(contact, Email="janie@example.com", PatNum=48) == {"Email": "janie@example.com"}
    with pytest.raises(InvalidRequest, match="not a field of Contact"):
        changed(contact, row="x")
