"""Mistakes in the words of a command: one line on standard error that says what to write, and exit code 2."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.cli.known_names import names
from odapi_async.cli.list.read import LIST_OPTIONS

NAME: Final = "Quinzelburg"


def mistake(line: str, **env: str) -> str:
    """Run a command line that cannot work, and return what it says."""
    ended = CliRunner().invoke(app, line.split(), prog_name="odapi", env=env)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("odapi: ")
    assert ended.stderr.count("\n") == 1
    return ended.stderr.removeprefix("odapi: ").rstrip("\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lst", "there is no command 'lst'; did you mean list? See odapi -h"),
        ("-- lst", "there is no command 'lst'; did you mean list? See odapi -h"),
        ("fleet wrk", "there is no command 'wrk'; did you mean work? See odapi fleet -h"),
        ("--verson", "there is no option --verson; did you mean --version? See odapi -h"),
        ("list patients --limt 3", "there is no option --limt; did you mean --limit? See odapi list -h"),
        ("list patients -z", "there is no option -z; see odapi list -h"),
        ("mirror statu", "there is no 'statu'; did you mean odapi mirror status? See odapi mirror -h"),
        ("check extra", "there is an argument too many; see odapi check -h"),
        ("mirror forget a b c", "there are arguments too many; see odapi mirror forget -h"),
        ("mirror forget", "NAME is missing; see odapi mirror forget -h"),
        ("export patients --to x", "--format is missing: <parquet|csv>; see odapi export -h"),
        ("sandbox --office a:gold", "--office: 'gold' is not a tier; use one of readall, standard, enter"),
        ("sandbox --version old", "--version: "),
        (
            "list",
            "name a resource, such as appointments; odapi resources shows them; see odapi list -h",
        ),
        (
            "get",
            "name a row, such as patients/48; odapi resources shows the resources; see odapi get -h",
        ),
        (
            "call",
            "name an operation, such as patients.create; odapi resources --json shows them; see odapi c",
        ),
        ("query", "SQL is missing; see odapi query -h"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_help(line: str, said: str) -> None:
    assert mistake(line).startswith(said)


@pytest.mark.parametrize("line", ["list patients --limit", "list patients --limit 0", "demo --seconds x"])
def test_what_the_parser_says_by_itself_is_one_line_too(line: str) -> None:
    assert mistake(line).endswith(f"; see odapi {line.split(maxsplit=1)[0]} -h")
    assert "--" in mistake(line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "list appointments --format tabel",
            "--format must be table, ndjson, json or csv; did you mean table? See odapi list -h",
        ),
        (
            "query x --format XLSX",
            "--format must be table, ndjson, json or csv; --excel writes a CSV file that Excel opens; see",
        ),
        (
            "list patients --format jsonl",
            "--format must be table, ndjson, json or csv; ndjson is JSON lines;",
        ),
        ("get patients/4 --format ndjson", "--format must be json or table; did you mean json? See"),
        (
            "export x --to x --format xlsx",
            "--format must be parquet or csv; Excel opens csv; add --escape-for",
        ),
        ("export x --to x --partition-by day", "--partition-by must be practice; see odapi export -h"),
        ("sandbox --throttle hld", "--throttle must be hold, refuse or count; did you mean hold? See"),
        ("check --tier gold", "--tier (or OPENDENTAL_TIER) must be readall, standard or enterprise; see"),
    ],
)
def test_a_wrong_choice_names_the_right_ones(line: str, said: str) -> None:
    assert mistake(line).startswith(said)


def test_a_wrong_choice_in_the_environment_is_explained_too() -> None:
    said = mistake("list patients", OPENDENTAL_MODE="romote")
    assert said.startswith(
        "--mode (or OPENDENTAL_MODE) must be remote, local or service; did you mean remote?"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("list appointments --date today", "date is no option: write date=today; see odapi list -h"),
        ("list appointments --date=today-7", "date is no option: write date=today-7; see odapi list -h"),
        ("list --limit 4 appointments --pat-num 12", "PatNum is no option: write PatNum=12; see"),
        ("list appointments --dateStart 1980-05-24", "dateStart is no option: write dateStart=2026-11-23;"),
        ("list appointments --method slots --OpNum 3", "OpNum is no option: write OpNum=3;"),
        (f"list patients --lname {NAME}", "LName is no option: write LName=VALUE; see odapi list -h"),
        ("list nothing --date today", "there is no option --date; see odapi list -h"),
        ("get discountplansubs --PatNum 3", "PatNum is no option: write PatNum=3; see odapi get -h"),
        (f"call patients.create --FName {NAME}", "FName is no option: write FName=VALUE; see odapi call -h"),
        ("list appointments --excel=out.csv", "rows go to standard output, with --excel, too: end the comma"),
        ("list appointments --excel out.csv", "rows go to standard output, with --excel, too: end the comma"),
        (
            "list appointments out.XLSX",
            "rows go to standard output, with --excel, too: end the command with ",
        ),
        ("list appointments limit=5", "limit is an option: write --limit 5"),
        (f"list appointments Columns={NAME}", "Columns is an option: write --columns VALUE"),
        ("get patients/4 format=table", "format is an option: write --format VALUE"),
        ("list appointments today", "a day needs the name of a filter: write date=today"),
        ("list patients tomorrow", "a day needs the name of a filter: write Birthdate=tomorrow"),
        ("list carriers today", "value 1 is not NAME=VALUE"),
        ("list appointments date= today", "value 2 is not NAME=VALUE; write no spaces around the ="),
        (
            "list appointments 48",
            "a filter has a name, as in PatNum=48, and an id belongs to its resource, as",
        ),
        (
            "get patients 48",
            "a filter has a name, as in NAME=VALUE, and an id belongs to its resource, as in ",
        ),
        ("list definitions 48", "a filter has a name, as in NAME=VALUE"),
        (f"list appointments {NAME}", "value 1 is not NAME=VALUE"),
    ],
)
def test_a_slip_is_answered_with_what_to_write(line: str, said: str) -> None:
    found = mistake(line)
    assert found.startswith(said)
    assert NAME not in found
    assert "1980" not in found


@pytest.mark.parametrize("name", names()["tables"])
def test_no_table_is_taken_for_a_command(name: str) -> None:
    assert not get_close_matches(name, ["status", "forget"], cutoff=0.8)


def test_options_that_are_taken_for_filters_are_options() -> None:
    shown = CliRunner().invoke(app, ["list", "-h"], env={"COLUMNS": "200"}).stdout
    assert [name for name in LIST_OPTIONS if f"  {name} " not in shown] == []


def test_an_option_with_a_line_end_stays_one_line() -> None:
    ended = CliRunner().invoke(app, ["list", "patients", "--a\nb"], prog_name="odapi")
    assert (ended.exit_code, ended.stderr) == (2, "odapi: there is no option --a b; see odapi list -h\n")


@pytest.mark.parametrize("words", [[], ["keys"], ["fleet"]])
def test_a_group_alone_shows_its_help(words: list[str]) -> None:
    ended = CliRunner().invoke(app, words, prog_name="odapi")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: odapi")
