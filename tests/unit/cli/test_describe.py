"""`odapi describe`: what the fields mean, without keys, an office or an extra."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

import odapi_async
from odapi_async import resources
from odapi_async.cli.app import app
from odapi_async.cli.completion import complete_field
from odapi_async.cli.describe.content import describe
from odapi_async.cli.describe.text import field_text, resource_text
from odapi_async.cli.endpoints import find_endpoint

NO_ROWS: Final = {"etrans", "queries"}
WIDTHS: Final = (20, 80, 300)
ROOT: Final = Path(odapi_async.__file__).parent
WITHOUT_EXTRAS: Final = """
import sys
for name in ("sqlalchemy", "aiosqlite", "pyarrow"):
    sys.modules[name] = None
from odapi_async.cli.describe import command
command.describe_("patients.BalTotal")
"""
IN_A_ZIP: Final = """
from odapi_async import resources
row = resources.operations("patients")["simple"].returns
print(row.__doc__, resources.__file__.partition(".zip")[1], resources.fields(row)["BalTotal"].meaning)
"""


def run(*words: str, columns: str = "80", code: int = 0) -> Result:
    ended = CliRunner().invoke(app, ["describe", *words], env={"COLUMNS": columns}, prog_name="odapi")
    assert ended.exit_code == code, ended.output
    return ended


def answer(*words: str) -> Any:
    return json.loads(run(*words, "--json").output)


def test_all_fields_of_a_resource_are_explained() -> None:
    text = run("patients").output
    lines = text.splitlines()
    assert lines[0] == "patients: The patients of the practice, their families and their balances."
    assert "read with   odapi list patients --method simple (GET /patients/Simple)" in lines
    written = run("patients", "--method", "create").output.splitlines()
    assert "result of   odapi call patients.create (POST /patients)" in written
    assert "changes     filter DateTStamp: rows that have changed since a time" in lines
    assert "PatNum               integer     The id of the row; it is unique within a" in lines
    assert "Guarantor            integer     Id in patients." in lines
    assert "BalTotal             amount      The balance of the whole family; zero for" in lines
    assert all(len(line) <= 80 for line in lines)


def test_one_field_with_its_values() -> None:
    text = run("procedure_logs.ProcStatus").output
    assert "values      TP, C, EC, EO, R, D, Cn, TPi" in text
    assert "column      procstatus text in table procedure_logs of a mirror" in text
    assert "--method list" in text
    assert "finds the rows that have" in run("patients.DateTStamp").output


@pytest.mark.parametrize("name", [each for each in resources.names() if each not in NO_ROWS])
def test_every_resource_can_be_described_at_every_width(name: str) -> None:
    found = describe(name)
    for width in WIDTHS:
        for text in (resource_text(found, width), field_text(found, width)):
            assert all(len(line) <= max(width, 60) or " " not in line.strip() for line in text.splitlines())
    assert {each.name for each in found.fields} == {
        *resources.operations(name)[found.method].returns.__struct_fields__
    }


def test_a_field_can_be_named_by_its_column_and_a_resource_by_its_path() -> None:
    assert answer("procedurelogs.priority_text")["fields"][0]["name"] == "priority"
    assert answer("appointments.Confirmed")["fields"][0]["column"] == "confirmed"
    assert answer("appointments.confirmed")["fields"][0]["column"] == "confirmed_text"
    assert answer("appointments.APTDATETIME")["fields"][0]["name"] == "AptDateTime"


def test_json_has_the_facts_as_values() -> None:
    found = answer("claims.ClaimType")
    assert (found["id"], found["changes"], found["table"]) == ("ClaimNum", "SecDateTEdit", "claims")
    (field,) = found["fields"]
    assert field["values"] == ["P", "S", "PreAuth"]
    assert field["values_complete"] is False
    assert field["meaning"] == "P primary, S secondary, PreAuth preauthorization."
    assert answer("claims.ProvTreat")["fields"][0]["leads_to"] == "providers"
    assert answer("reports")["not_copied"].startswith("calculated figures")
    assert "table" not in answer("appointments", "--method", "web_sched")


def test_a_field_without_its_table_shows_the_resources_that_have_it() -> None:
    lines = run("AptStatus").output.splitlines()
    assert lines[0] == "AptStatus is a field of 2 resources:"
    assert lines[2].startswith("appointments.AptStatus       text  One of Scheduled, Complete, ")
    assert lines[-1] == "More about one of them: odapi describe appointments.AptStatus"
    found = answer("priority_TEXT")
    assert found["field"] == "priority_TEXT"
    assert [(each["resource"], each["fields"][0]["name"]) for each in found["resources"]] == [
        ("proc_tps", "priority"),
        ("procedure_logs", "priority"),
        ("treat_plan_attaches", "priority"),
    ]
    for width in ("20", "80", "300"):
        assert all(
            len(line) <= max(int(width), 60) for line in run("Priority", columns=width).output.splitlines()
        )


def test_a_name_of_a_field_and_of_a_column_shows_both() -> None:
    text = run("appointments.confirmed").output
    assert "column      confirmed_text text in table appointments of a mirror" in text
    assert "column      confirmed bigint in table appointments of a mirror" in text
    assert [each["name"] for each in answer("appointments.confirmed")["fields"]] == ["confirmed", "Confirmed"]
    assert [each["name"] for each in answer("appointments.Confirmed")["fields"]] == ["Confirmed"]


@pytest.mark.parametrize(
    ("name", "part", "command"),
    [
        ("appointments.Confirmed", "DefNum", "definitions Category=2"),
        ("appointments.confirmed", "ItemName", "definitions Category=2"),
        ("patients.BillingType", "ItemName", "definitions"),
        ("providers.Specialty", "DefNum", "definitions Category=35"),
    ],
)
def test_values_that_come_from_definitions_say_where(name: str, part: str, command: str) -> None:
    assert answer(name)["fields"][0]["values_from"] == command
    text = " ".join(run(name).output.split())
    assert f"values from {part} of a definition; see them with: odapi list {command}" in text


def test_the_command_that_lists_the_values_exists() -> None:
    commands = {
        field.values_from
        for name in resources.names()
        if name not in NO_ROWS
        for field in describe(name).fields
        if field.values_from
    }
    assert len(commands) > 10
    for command in commands:
        resource, *filters = command.split()
        assert resource == "definitions"
        given = dict(each.split("=") for each in filters)
        endpoint = find_endpoint(resource, "list")
        endpoint.check(endpoint.convert(given))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("patient",), "there is no resource 'patient'; did you mean patients?"),
        (("AptStatu",), "there is no resource and no field 'AptStatu'; did you mean AptStatus?"),
        (("AptStatus", "--method", "list"), "there is no resource 'AptStatus'"),
        (("patients.PatStatu",), "patients has no field 'PatStatu'; did you mean PatStatus?"),
        (("patients", "--method", "simpel"), "patients has no method 'simpel'; did you mean simple?"),
        (("queries",), "queries has no rows with fixed fields"),
        (("procedure_logs", "--method", "delete"), "returns no rows with fixed fields"),
        (("patients.",), "patients has no field ''"),
    ],
)
def test_an_unknown_name_is_one_line_with_a_suggestion(words: tuple[str, ...], message: str) -> None:
    text = run(*words, code=2).output
    assert message in text
    assert text.count("\n") == 1


def test_help_has_examples() -> None:
    assert "odapi describe patients.PatStatus" in run("--help").output


def test_the_shell_completes_resources_and_fields() -> None:
    assert "patients" in complete_field("patien")
    assert complete_field("patients.PatS") == ["patients.PatStatus"]
    assert complete_field("nothing.P") == []


def process(folder: Path, *words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_needs_no_extra_of_the_mirror() -> None:
    assert process(ROOT.parent, "-c", WITHOUT_EXTRAS, COLUMNS="80").startswith(
        "patients.BalTotal: The balance of the whole family; zero for everyone except the\nguarantor.\n"
    )


def test_a_zipped_package_without_docstrings_knows_the_meanings_too(tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as files:
        for file in sorted(ROOT.rglob("*.py")):
            files.write(file, file.relative_to(ROOT.parent))
    assert process(tmp_path, "-OO", "-c", IN_A_ZIP, PYTHONPATH=str(packed)) == (
        "None .zip The balance of the whole family; zero for everyone except the guarantor.\n"
    )


def test_without_the_source_it_says_that_the_meanings_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from odapi_async.resources import _row_fields as reader

    cached = (reader.fields, reader.about, reader._tree)

    def no_source(_: object) -> str:
        raise OSError

    monkeypatch.setattr(inspect, "getsource", no_source)
    for each in cached:
        each.cache_clear()
    try:
        text = run("patients").output
        assert text.startswith("patients\n")
        assert "Guarantor            integer     Id in patients." in text
        assert "The meanings of fields are in the source of this package" in text
        assert "column      patstatus" in run("patients.PatStatus").output
    finally:
        for each in cached:
            each.cache_clear()
