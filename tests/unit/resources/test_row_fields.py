"""What is known about the fields of rows at run time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from importlib import import_module

import pytest

from odapi_async import resources
from odapi_async.resources import about, fields, operations

PATIENT = fields(operations("patients")["simple"].returns)


def test_a_field_has_its_type_without_none_and_its_meaning() -> None:
    assert PATIENT["PatNum"].type is int
    assert (PATIENT["Birthdate"].type, PATIENT["Birthdate"].optional) == (dt.date, True)
    assert (PATIENT["BalTotal"].type, PATIENT["BalTotal"].optional) == (Decimal, False)
    assert PATIENT["EstBalance"].meaning == "The balance of this patient alone."
    assert PATIENT["LName"].meaning == ""
    assert fields(operations("schedules")["list"].returns)["operatories"].type is list


def test_a_field_that_came_later_has_its_version() -> None:
    assert PATIENT["FeeSched"].since == "25.2.19"
    assert fields(operations("schedules")["list"].returns)["DateTStamp"].since == "25.1"
    assert PATIENT["LName"].since is None


def test_an_enumerated_field_has_its_values() -> None:
    status = PATIENT["PatStatus"]
    assert status.values == ("Patient", "NonPatient", "Inactive", "Archived", "Deceased", "Prospective")
    assert status.complete
    kind = fields(operations("claims")["list"].returns)["ClaimType"]
    assert (kind.values, kind.complete, kind.values_note) == (("P", "S", "PreAuth"), False, "")
    procedure = fields(operations("procedure_logs")["list"].returns)["ProcStatus"]
    assert procedure.values_note.startswith("Treatment planned, complete, existing")


def test_the_text_of_an_id_does_not_take_the_values_of_the_id() -> None:
    appointment = fields(operations("appointments")["list"].returns)
    assert appointment["confirmed"].values == ()
    definition = fields(operations("definitions")["list"].returns)
    assert not (definition["Category"].values and definition["category"].values)


def test_a_type_that_is_no_row_has_no_fields() -> None:
    assert fields(dict) == {}
    assert fields(StrEnum) == {}


@pytest.mark.parametrize("name", resources.names())
def test_every_resource_says_what_it_is(name: str) -> None:
    text = about(name)
    assert text
    assert text[0].isupper()
    assert "\n" not in text
    for operation in operations(name).values():
        found = fields(operation.returns)
        assert set(found) == {*getattr(operation.returns, "__struct_fields__", ())}


def test_the_type_of_a_field_is_public() -> None:
    assert isinstance(PATIENT["PatNum"], resources.RowField)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        getattr(resources, "Nothing")  # noqa: B009 - a type checker would refuse the plain form
    assert import_module("odapi_async.resources._row_fields").RowField is resources.RowField
