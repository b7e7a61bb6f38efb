"""Shell completion."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import typer
from typer.testing import CliRunner

from odapi_async.cli import completion
from odapi_async.cli.app import app
from odapi_async.cli.known_names import FILE
from tests.architecture.names import as_text, make_names


def context(*words: str, **params: Any) -> typer.Context:
    return cast("typer.Context", SimpleNamespace(params=params, args=[*words]))


def test_resources_are_completed() -> None:
    assert completion.complete_resource("patient") == ["patient_notes", "patient_races", "patients"]
    assert completion.complete_path("appointments") == ["appointments/"]
    assert len(completion.complete_resource("")) > 100


def test_an_operation_is_completed_in_two_steps() -> None:
    assert completion.complete_operation("patients") == ["patients."]
    assert completion.complete_operation("patients.up") == ["patients.update"]
    assert completion.complete_operation("nobody.up") == []


def test_only_methods_that_read_are_completed() -> None:
    assert completion.complete_method(context(resource="patients"), "") == ["get", "simple", "list"]
    assert completion.complete_method(context("patients"), "s") == ["simple"]
    assert completion.complete_method(context(), "s") == []


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
def test_filters_and_fields_of_the_operation_are_completed(
    params: dict[str, str], offered: list[str]
) -> None:
    found = completion.complete_value(context(**params), "Date" if "operation" in params else "date")
    assert set(offered) <= set(found)
    assert bool(offered) == bool(found)


def test_ids_are_completed() -> None:
    assert completion.complete_value(context(operation="patients.update"), "PatN") == ["PatNum="]


def test_the_last_column_is_completed() -> None:
    patients = context(resource="patients")
    assert completion.complete_column(patients, "PatNum,LNa") == ["PatNum,LName"]
    assert completion.complete_column(context("patients"), "LNa") == ["LName"]
    assert completion.complete_column(context(), "LNa") == []


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("l", {"list"}),
        ("zz", set[str]()),
        ("list pati", {"patients", "patient_notes", "patient_races"}),
        ("list procedurelogs PatNum=48 Apt", {"AptNum="}),
        ("list appointments --method slots dat", {"date=", "dateStart=", "dateEnd="}),
        ("list patients --format t", {"table"}),
        ("describe patients.PatN", {"patients.PatNum"}),
        ("mirror st", {"statements", "status"}),
        ("mirror patients st", {"statements"}),
        ("mirror status --c", {"--config"}),
        ("fleet w", {"work"}),
        ("keys s", {"set"}),
    ],
)
def test_a_line_is_completed(line: str, offered: set[str]) -> None:
    words = {"COMP_WORDS": f"odapi {line}", "COMP_CWORD": str(len(line.split(" ")))}
    ended = CliRunner().invoke(app, prog_name="odapi", env={"_ODAPI_COMPLETE": "complete_bash", **words})
    assert set(ended.stdout.split()) == offered


def test_the_file_of_names_agrees_with_the_resources() -> None:
    # if this fails: python -m tests.architecture.names
    assert FILE.read_text("utf-8") == as_text(make_names())
