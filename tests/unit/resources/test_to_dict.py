"""Rows become dictionaries of plain values, for tools that know nothing about structs."""

from __future__ import annotations

import enum
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import msgspec
import pytest

from odapi_async.resources import names, operations
from odapi_async.resources.base import Row
from odapi_async.resources.patients import Patient
from odapi_async.resources.schedules import Schedule

PATIENT = Patient(
    serverDateTime=datetime(2026, 11, 28, 9, 30),
    PatNum=48,
    LName="Smith",
    Birthdate=date(1976, 5, 24),
    EstBalance=Decimal("12.50"),
    Premed=True,
)


def test_the_values_of_a_row_keep_their_types() -> None:
    found = PATIENT.to_dict()
    assert list(found) == list(Patient.__struct_fields__)
    assert found["serverDateTime"] == datetime(2026, 11, 28, 9, 30)
    assert (found["PatNum"], found["LName"], found["Premed"]) == (48, "Smith", True)
    assert type(found["Birthdate"]) is date
    assert str(found["EstBalance"]) == "12.50"
    assert isinstance(found["EstBalance"], Decimal)
    assert found["DateFirstVisit"] is None


def test_a_list_in_the_dictionary_is_not_the_list_of_the_row() -> None:
    schedule = Schedule(ScheduleNum=1, operatories=[1, 2], StartTime=time(9), StopTime=time(17))
    found = schedule.to_dict()
    found["operatories"].append(3)
    assert schedule.operatories == [1, 2]
    assert found["StartTime"] == time(9)


class Color(enum.Enum):
    RED = "Red"


class Level(enum.IntEnum):
    HIGH = 3


class Inner(Row, frozen=True):
    InnerNum: int = 0
    Amount: Decimal = Decimal(0)


class Own(Row, frozen=True, rename={"last_name": "LName"}):
    """A row type of a user, with a row inside and other names in Python."""

    last_name: str = ""
    color: Color = Color.RED
    level: Level = Level.HIGH
    inner: Inner = Inner()
    others: tuple[Inner, ...] = ()
    span: timedelta = timedelta(0)


def test_names_are_those_of_the_api_and_rows_inside_are_dictionaries() -> None:
    own = Own("Smith", inner=Inner(7, Decimal(2)), others=(Inner(8),), span=timedelta(hours=-1))
    assert own.to_dict() == {
        "LName": "Smith",
        "color": "Red",
        "level": 3,
        "inner": {"InnerNum": 7, "Amount": Decimal(2)},
        "others": ({"InnerNum": 8, "Amount": Decimal(0)},),
        "span": timedelta(hours=-1),
    }
    assert type(own.to_dict()["level"]) is int


def test_every_row_of_the_api_has_the_same_names_in_python_and_in_the_dictionary() -> None:
    for name in names():
        for operation in operations(name).values():
            names_of = [
                getattr(operation.returns, f"__struct_{kind}fields__", ()) for kind in ("", "encode_")
            ]
            assert names_of[0] == names_of[1], operation.name


def test_a_row_becomes_json_with_msgspec() -> None:
    found = json.loads(msgspec.json.encode([PATIENT]))[0]
    assert (found["Birthdate"], found["EstBalance"]) == ("1976-05-24", "12.50")
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(PATIENT.to_dict())


def test_a_dictionary_makes_the_same_row_again() -> None:
    assert Patient(**PATIENT.to_dict()) == PATIENT
    assert not hasattr(PATIENT, "__dict__")
