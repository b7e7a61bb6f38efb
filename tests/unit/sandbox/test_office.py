"""The arguments of an office: each is checked, and the error names it and the fix."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from typing import Any

import pytest

from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.__main__ import read_options
from odapi_async.sandbox.office_checks import MAX_ROWS


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"customer_key": ""}, "customer_key must be a text of printable ASCII"),
        ({"customer_key": "a b"}, "customer_key must be a text of printable ASCII"),
        ({"customer_key": "a\n"}, "customer_key must be a text of printable ASCII"),
        ({"customer_key": 5}, "customer_key must be a text of printable ASCII"),
        ({"permissions": "ReadAll"}, "permissions must be a set of names"),
        ({"permissions": None}, "permissions must be a set of names"),
        (
            {"permissions": {"readall"}},
            "permissions: there is no permission 'readall'; did you mean ReadAll?",
        ),
        (
            {"permissions": {"Standard"}},
            "permissions: there is no permission 'Standard'; there are ReadAll, ",
        ),
        ({"mode": "Remote"}, "mode: there is no mode 'Remote'; did you mean remote?"),
        ({"mode": "cloud"}, "mode: there is no mode 'cloud'; there are remote, local, service"),
        ({"mode": None}, "mode: there is no mode None; there are remote, local, service"),
        ({"interval": -1}, "interval must be seconds, 0 or more, not -1"),
        ({"interval": float("nan")}, "interval must be seconds, 0 or more, not nan"),
        ({"interval": float("inf")}, "interval must be seconds, 0 or more, not inf"),
        ({"interval": "1"}, "interval must be seconds, 0 or more, not '1'"),
        ({"interval": True}, "interval must be seconds, 0 or more, not True"),
        ({"rows": 500}, "rows must be a mapping"),
        ({"rows": [("patients", 5)]}, "rows must be a mapping"),
        ({"rows": {"patient": 5}}, "rows: there is no resource 'patient'; did you mean patients?"),
        ({"rows": {"patients": -1}}, "rows['patients'] must be a whole number from 0 to 10,000,000, not -1"),
        (
            {"rows": {"patients": MAX_ROWS + 1}},
            "rows['patients'] must be a whole number from 0 to 10,000,000",
        ),
        ({"rows": {"patients": "5"}}, "rows['patients'] must be a whole number"),
        ({"rows": {"patients": 5.0}}, "rows['patients'] must be a whole number"),
        ({"rows": {"patients": True}}, "rows['patients'] must be a whole number"),
        ({"rows": {"procedure_logs": 5, "procedurelogs": 6}}, "rows names 'procedurelogs' twice"),
        ({"seed": "3"}, "seed must be a whole number, not '3'"),
        ({"seed": 1.5}, "seed must be a whole number, not 1.5"),
        ({"messy": 1.1}, "messy must be a share of rows, from 0 to 1, not 1.1"),
        ({"messy": -0.1}, "messy must be a share of rows, from 0 to 1, not -0.1"),
        ({"messy": "1"}, "messy must be a share of rows"),
        ({"version": 24.4}, "version must be a text, such as '24.4', not 24.4"),
        ({"version": "newest"}, "version: 'newest' is not a version such as 24.4"),
        ({"version": "24." + "9" * 5000}, "is not a version such as 24.4"),
    ],
)
def test_a_wrong_argument_is_refused(options: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"customer_key": "k", **options}
    with pytest.raises(ValueError, match=re.escape(told)):
        Office(**given)


def test_the_edges_of_every_range_are_taken() -> None:
    least = Office(customer_key="!", interval=0, rows={"patients": 0}, seed=0, messy=0, version="0.1")
    most = Office(customer_key="~" * 500, interval=1e9, rows={"patients": MAX_ROWS}, seed=-(2**70), messy=1)
    assert (least.pace, most.pace) == (0, 1e9)


def test_any_collection_of_permissions_becomes_a_set() -> None:
    office = Office(customer_key="k", permissions=["ReadAll", "Comm"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert office.permissions == frozenset({"ReadAll", "Comm"})


def test_every_argument_is_documented_with_its_default() -> None:
    text = inspect.getdoc(Office) or ""  # from 3.13 on, docstrings have no indentation
    for field in fields(Office):
        entry = re.search(rf"^    {field.name}: ((?:.*\n)(?:        .*\n)*)", text, re.MULTILINE)
        assert entry, field.name
        assert "default" in entry[1] or "required" in entry[1], field.name


def test_two_offices_with_one_key_and_an_unknown_throttle_are_refused() -> None:
    one = Office(customer_key="k")
    with pytest.raises(ValueError, match="two offices have the same customer_key"):
        Sandbox([one, Office(customer_key="k", seed=3)])
    with pytest.raises(ValueError, match="holdd"):
        Sandbox([one], throttle="holdd")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_wrong_options_of_the_module_end_it_with_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ['{"offices":[{"customer_key":"k","messy":5}]}'],
        ['{"offices":[{"customer_key":"k","permissions":["Nope"]}]}'],
        ["--rows", "patients=99999999999"],
    ):
        with pytest.raises(SystemExit) as ended:
            read_options(arguments)
        assert ended.value.code == 2
    assert "rows['patients'] must be a whole number" in capsys.readouterr().err
