"""`odapi resources`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from odapi_async import resources
from odapi_async.cli.app import app
from odapi_async.cli.resources.view import as_text, find, letters, write_permissions


def run(*words: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(app, ["resources", *words], env={"COLUMNS": "80"}, prog_name="odapi")
    return ended.exit_code, ended.stdout, ended.stderr


def test_the_table_has_every_resource_and_fits_80_columns() -> None:
    code, out, _ = run()
    lines = out.splitlines()
    assert code == 0
    assert [line for line in lines if len(line) > 80] == []
    assert [line.split()[0] for line in lines[1:] if line[:1] != " "] == [*resources.names()]


def test_the_table_uses_a_wide_terminal_and_survives_a_narrow_one() -> None:
    found = find(["insur"])
    assert len(as_text(found, 200).splitlines()) < len(as_text(found, 80).splitlines())
    assert max(map(len, as_text(found, 200).splitlines())) <= 120
    assert as_text(found, 1)


def test_the_letters_are_the_operations() -> None:
    found = find([])
    assert letters(found["appointments"]) == "lgcu-+"
    assert letters(found["carriers"]) == "lgcu--"
    assert letters(found["account_modules"]) == "-----+"
    assert write_permissions(found["carriers"]) == ["AllOthers"]
    assert write_permissions(found["security_perms"]) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["insur"], {"carriers", "claims", "ins_plans"}),
        (["INS_PLANS"], {"ins_plans"}),
        (["insplans"], {"ins_plans"}),
        (["patient", "note"], {"patient_notes"}),
        (["slots"], {"appointments"}),
    ],
)
def test_words_are_searched_in_names_paths_and_descriptions(words: list[str], found: set[str]) -> None:
    assert found <= find(words).keys()
    assert len(find(words)) < 20


def test_json_has_each_operation() -> None:
    code, out, _ = run("appointments", "--json")
    (found,) = (each for each in json.loads(out) if each["resource"] == "appointments")
    assert code == 0
    operations = {each["name"]: each for each in found["operations"]}
    listed = operations["appointments.list"]
    assert (listed["request"], listed["permission"], listed["writes"]) == (
        "GET /appointments",
        "ReadAll",
        False,
    )
    assert "dateStart" in listed["parameters"]
    assert operations["appointments.create"]["writes"]


def test_no_match_is_an_error_with_advice() -> None:
    assert run("qqqq") == (1, "", "odapi: no resource has 'qqqq'; to see all: odapi resources\n")
    assert run("apointments")[2] == "odapi: no resource has 'apointments'; did you mean appointments?\n"
    assert run("qqqq", "--json")[:2] == (1, "[]\n")
