"""What the shell is offered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import typer

from odapi_async.cli import completion


def behind(*words: str, **params: Any) -> typer.Context:
    return cast("typer.Context", SimpleNamespace(params=params, args=[*words]))


def test_names_are_offered_by_their_beginning() -> None:
    assert completion.complete_resource("patient") == ["patient_notes", "patient_races", "patients"]
    assert completion.complete_path("appointments") == ["appointments/"]
    assert len(completion.complete_resource("")) > 100


def test_an_operation_comes_in_two_steps() -> None:
    assert completion.complete_operation("patients") == ["patients."]
    assert completion.complete_operation("patients.up") == ["patients.update"]
    assert completion.complete_operation("nobody.up") == []


def test_a_method_that_writes_is_no_list() -> None:
    assert completion.complete_method(behind(resource="patients"), "") == ["get", "simple", "list"]
    assert completion.complete_method(behind("patients"), "s") == ["simple"]
    assert completion.complete_method(behind(), "s") == []


@pytest.mark.parametrize(
    ("params", "offered"),
    [
        ({"resource": "appointments"}, ["date=", "dateStart=", "dateEnd="]),
        ({"resource": "appointments", "method": "slots"}, ["date=", "dateStart=", "dateEnd="]),
        ({"operation": "appointments.update"}, ["DateTimeArrived=", "DateTimeSeated=", "DateTimeDismissed="]),
        ({"path": "accountmodules/48/Aging"}, []),
        ({"resource": "nobody"}, []),
        ({}, []),
    ],
)
def test_filters_and_fields_are_offered_by_the_operation(params: dict[str, str], offered: list[str]) -> None:
    found = completion.complete_value(behind(**params), "Date" if "operation" in params else "date")
    assert set(offered) <= set(found)
    assert bool(offered) == bool(found)


def test_keys_are_offered_too() -> None:
    assert completion.complete_value(behind(operation="patients.update"), "PatN") == ["PatNum="]


def test_the_last_of_the_columns_is_completed() -> None:
    patients = behind(resource="patients")
    assert completion.complete_column(patients, "PatNum,LNa") == ["PatNum,LName"]
    assert completion.complete_column(behind("patients"), "LNa") == ["LName"]
    assert completion.complete_column(behind(), "LNa") == []
