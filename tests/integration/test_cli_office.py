"""`odapi get`, `list`, `call` and `query` against a real sandbox over loopback."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.cli.query import command
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, Bench, local, serving

NAME: Final = "Quinzelburg"
NUMBER: Final = "123456789"


class Finished(NamedTuple):
    code: int
    out: str
    err: str


def environment(bench: Bench, **more: str) -> dict[str, str]:
    return {
        "OPENDENTAL_DEVELOPER_KEY": bench.box.developer_key,
        "OPENDENTAL_CUSTOMER_KEY": KEY,
        "OPENDENTAL_MODE": "local",
        "OPENDENTAL_BASE_URL": bench.box.url,
        "PYTHONASYNCIODEBUG": "1",
        **more,
    }


async def odapi(bench: Bench, *words: str, given: str | None = None, **env: str) -> Finished:
    """Run a command in a thread, with a loop of its own, while the sandbox goes on in this one."""
    runner = CliRunner()
    done = await asyncio.to_thread(
        runner.invoke, app, words, prog_name="odapi", input=given, env=environment(bench, **env)
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Finished(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("OPENDENTAL_")]:
        monkeypatch.delenv(name)


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with serving(local(rows={"patients": 2_300})) as found:
        yield found


@pytest.mark.parametrize("path", ["patients/48", "/Patients/48/"])
async def test_a_row_is_json(bench: Bench, path: str) -> None:
    ended = await odapi(bench, "get", path)
    assert (ended.code, ended.err) == (0, "")
    row = json.loads(ended.out)
    stored = bench.box.rows(KEY, "patients")[47]
    assert (row["PatNum"], row["LName"], row["SSN"]) == (48, stored["LName"], stored["SSN"])


async def test_a_row_can_be_a_table_and_have_a_longer_path(bench: Bench) -> None:
    table = await odapi(bench, "get", "patients/48", "--format", "table")
    assert ["PatNum", "48"] in [line.split() for line in table.out.splitlines()]
    aging = await odapi(bench, "get", "account_modules/48/Aging")
    assert "Bal_0_30" in json.loads(aging.out)
    patient = bench.box.rows(KEY, "discountplansubs")[2]["PatNum"]
    filtered = await odapi(bench, "get", "discountplansubs", f"PatNum={patient}")
    assert json.loads(filtered.out)["PatNum"] == patient


async def test_get_refuses_a_list(bench: Bench) -> None:
    ended = await odapi(bench, "get", "accountmodules/48/ServiceDateView")
    assert ended == Finished(
        2,
        "",
        "odapi: this path is a list; read it with: "
        "odapi list account_modules PatNum=48 --method service_date_view\n",
    )
    assert (await odapi(bench, "get", "patients")).err.endswith("odapi list patients\n")
    assert bench.arrivals == []


async def test_a_list_is_json_lines_in_a_pipe(bench: Bench) -> None:
    ended = await odapi(bench, "list", "patients", "--method", "simple")
    assert (ended.code, ended.err) == (0, "")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["PatNum"] for row in rows] == [*range(1, 2_301)]


async def test_a_list_that_lacks_fields_says_so_beside_its_rows(bench: Bench) -> None:
    ended = await odapi(bench, "list", "patients", "--limit", "2", "--format", "csv")
    assert (ended.code, len(ended.out.splitlines())) == (0, 3)
    assert ended.err.startswith("the API leaves out fields in this list")


async def test_filters_have_the_types_of_their_parameters(bench: Bench) -> None:
    day = bench.box.rows(KEY, "appointments")[3]["AptDateTime"][:10]
    ended = await odapi(bench, "list", "appointments", f"date={day}", "ClinicNum=0", "--format", "ndjson")
    assert ended.code == 0
    assert bench.arrivals[-1].query == {"date": day, "ClinicNum": "0"}
    keyed = await odapi(bench, "list", "accountmodules", "PatNum=48", "--method", "service_date_view")
    assert keyed.code == 0
    assert bench.arrivals[-1].path == "/accountmodules/48/ServiceDateView"


async def test_csv_has_the_chosen_columns(bench: Bench) -> None:
    ended = await odapi(
        bench, "list", "patients", "--format", "csv", "--columns", "LName,PatNum", "--limit", "3"
    )
    head, *rows = csv.reader(io.StringIO(ended.out))
    assert head == ["LName", "PatNum"]
    assert rows == [[row["LName"], str(row["PatNum"])] for row in bench.box.rows(KEY, "patients")[:3]]


@pytest.mark.parametrize("limit", [1, 1000, 1001])
@pytest.mark.unmeasured
async def test_a_limit_is_kept_across_pages(bench: Bench, limit: int) -> None:
    ended = await odapi(bench, "list", "patients", "--limit", str(limit))
    assert len(ended.out.splitlines()) == limit
    assert len(bench.arrivals) == 1 or limit > 1000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("get", "patient/48"), "odapi: there is no resource 'patient'; did you mean patients?"),
        (("list", "appointments", "dat=2026-11-23"), "did you mean date?"),
        (
            ("list", "appointments", "date=soon"),
            "odapi: date: must be YYYY-MM-DD, or a word such as today, tomorrow or today-7\n",
        ),
        (("list", "appointments", "date"), "odapi: value 1 is not NAME=VALUE"),
        (("list", "patients", "--columns", "PatNum,LNam"), "there is no column LNam; did you mean LName?"),
        (("list", "patients", "--method", "create"), "odapi call patients.create"),
        (("list", "documents", "--method", "fly"), "documents has no method 'fly'"),
        (("call", "patients.create", "FName=Jane", "--yes"), "LName: is required by POST /patients"),
        (("call", "patients.create", "LName=Smith", "FName=Jane"), "POST /patients with LName, FName"),
        (("call", "patients.create", "LName=Smith", "--body", "nowhere.json"), "the body cannot be read"),
        (("query", " "), "the query is empty"),
        (("query", "SELECT", "LName"), "put it into quotes"),
    ],
)
async def test_a_usage_error_sends_no_request(bench: Bench, words: Sequence[str], message: str) -> None:
    ended = await odapi(bench, *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert message in ended.err
    assert bench.arrivals == []


async def test_a_missing_key_names_its_variable(bench: Bench) -> None:
    ended = await odapi(bench, "list", "patients", OPENDENTAL_CUSTOMER_KEY="")
    assert ended.code == 2
    assert ended.err.startswith("odapi: no customer key: set OPENDENTAL_CUSTOMER_KEY, or store it with:")
    ended = await odapi(bench, "list", "patients", "--practice", "two")
    assert "set OPENDENTAL_CUSTOMER_KEY_TWO, or store it with: odapi keys set two" in ended.err


async def test_a_practice_has_its_own_key(bench: Bench) -> None:
    ended = await odapi(
        bench,
        "get",
        "patients/1",
        "--practice",
        "two",
        OPENDENTAL_CUSTOMER_KEY_TWO=KEY,
        OPENDENTAL_CUSTOMER_KEY="",
    )
    assert ended.code == 0


async def test_a_write_prints_its_result(bench: Bench) -> None:
    ended = await odapi(bench, "call", "patients.create", f"LName={NAME}", "FName=Jane", "--yes")
    assert ended.code == 0
    assert json.loads(ended.out)["LName"] == NAME
    assert bench.box.rows(KEY, "patients")[-1]["LName"] == NAME
    ended = await odapi(bench, "call", "procedure_logs.delete", "ProcNum=5", "--yes")
    assert ended == Finished(0, "", "done: DELETE /procedurelogs/5\n")


async def test_a_body_comes_from_a_file_or_standard_input(bench: Bench, tmp_path: Path) -> None:
    body = json.dumps({"LName": NAME, "FName": "Jane", "Birthdate": "1976-05-24"})
    (tmp_path / "patient.json").write_text(body)
    for source, given in ((str(tmp_path / "patient.json"), None), ("-", body)):
        ended = await odapi(bench, "call", "patients.create", "--body", source, "--yes", given=given)
        assert json.loads(ended.out)["Birthdate"] == "1976-05-24"
    ended = await odapi(bench, "call", "patients.create", "LName=Smith", "--body", "-", "--yes", given=body)
    assert ended == Finished(2, "", "odapi: LName: given in the command line and in the body\n")


async def test_a_read_needs_no_confirmation(bench: Bench) -> None:
    ended = await odapi(bench, "call", "patients.simple", "--body", "-", given='{"PatStatus": "Patient"}')
    assert ended.code == 0
    assert {row["PatStatus"] for row in json.loads(ended.out)} == {"Patient"}


FORMATS: Final = ("DateFormatString=d MMM yyyy", "DateTimeFormatString=dddd H:mm")


def shown(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return a row's date and date-time as the server writes them in these formats."""
    day, moment = date.fromisoformat(row["ProcDate"]), datetime.fromisoformat(row["DateTStamp"])
    return f"{day.day} {day:%b} {day.year:04}", f"{moment:%A} {moment.hour}:{moment:%M}"


@pytest.mark.parametrize("layout", ["ndjson", "csv", "table"])
async def test_a_list_shows_dates_in_the_format_that_was_asked_for(bench: Bench, layout: str) -> None:
    columns = ("--columns", "ProcDate,DateTStamp", "--limit", "2")
    ended = await odapi(bench, "list", "procedurelogs", *FORMATS, "--format", layout, *columns)
    assert ended.code == 0
    for line, row in zip(ended.out.splitlines()[-2:], bench.box.rows(KEY, "procedurelogs"), strict=False):
        day, moment = shown(row)
        assert line in {
            f'{{"ProcDate":"{day}","DateTStamp":"{moment}"}}',
            f"{day},{moment}",
            f"{day:11}  {moment}",
        }


@pytest.mark.parametrize("layout", ["json", "table"])
async def test_a_row_shows_dates_in_the_format_that_was_asked_for(bench: Bench, layout: str) -> None:
    ended = await odapi(bench, "get", "procedurelogs/2", *FORMATS, "--format", layout)
    assert ended.code == 0
    day, moment = shown(bench.box.rows(KEY, "procedurelogs")[1])
    for name, text in (("ProcDate", day), ("DateTStamp", moment)):
        assert re.search(rf'{name}"?:? +"?{text}', ended.out)


async def test_a_call_shows_dates_in_the_format_that_was_asked_for(bench: Bench) -> None:
    for words in (("list", "PatNum=0"), ("update", "ProcNum=2", "Surf=MO", "--yes"), ("get", "ProcNum=2")):
        method, *values = words
        ended = await odapi(bench, "call", f"procedure_logs.{method}", *values, *FORMATS)
        assert (ended.code, ended.err) == (0, "")
        if method != "list":
            found = json.loads(ended.out)
            stored = bench.box.rows(KEY, "procedurelogs")[1]
            assert (found["ProcDate"], found["DateTStamp"]) == shown(stored)
            assert (found["ProcNum"], found["Surf"]) == (2, "MO")


async def test_dates_without_a_format_of_their_own_stay_as_they_are(bench: Bench) -> None:
    ended = await odapi(bench, "get", "procedurelogs/2", FORMATS[0])
    found, stored = json.loads(ended.out), bench.box.rows(KEY, "procedurelogs")[1]
    assert found["ProcDate"] == shown(stored)[0]
    assert found["DateTStamp"] == stored["DateTStamp"].replace(" ", "T")


async def test_a_lost_response_to_a_write_has_its_own_exit_code(bench: Bench) -> None:
    bench.box.add_fault(Fault("drop_after", method="POST"))
    ended = await odapi(bench, "call", "patients.create", f"LName={NAME}", "FName=Jane", "--yes")
    assert (ended.code, ended.out) == (3, "")
    assert "may or may not have been executed" in ended.err
    assert ended.err.endswith("odapi list patients\n")
    assert len(bench.box.rows(KEY, "patients")) == 2_301


@pytest.mark.parametrize(
    "words",
    [
        ("list", "patients", "--method", "simple", "--format", "json"),
        ("list", "patients", "--method", "simple", "--format", "ndjson"),
        ("list", "patients", "--method", "simple", "--excel"),
        ("query", "SELECT * FROM patient", "--format", "csv"),
    ],
    ids=" ".join,
)
async def test_half_a_list_is_not_taken_for_a_whole_one(bench: Bench, words: Sequence[str]) -> None:
    async def fail_after_the_first_page() -> None:
        while not bench.arrivals:  # noqa: ASYNC110 - the sandbox tells nobody
            await asyncio.sleep(0)
        bench.box.add_fault(Fault("status", status=400, times=None))

    failing = asyncio.create_task(fail_after_the_first_page())
    ended = await odapi(bench, *words)
    await failing
    rows = 100 if "query" in words else 1000
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.endswith(f"; the output is not complete: it ends after {rows:,} rows\n")
    assert ended.out.count("\n") in {rows, rows + 1}
    with pytest.raises(json.JSONDecodeError):
        json.loads(ended.out)


async def test_a_list_that_fails_at_once_has_written_nothing(bench: Bench) -> None:
    bench.box.add_fault(Fault("status", status=400, times=None))
    ended = await odapi(bench, "list", "patients", "--format", "json")
    assert (ended.code, ended.out) == (1, "")
    assert "not complete" not in ended.err


async def test_a_query_streams_its_rows(bench: Bench) -> None:
    select = "SELECT * FROM patient"
    ended = await odapi(bench, "query", select, "--format", "csv", "--columns", "PatNum")
    assert ended.out.split() == ["PatNum", *(str(number) for number in range(1, 2_301))]
    ended = await odapi(bench, "query", "-", "--limit", "2", given=f"\n{select}\n")
    assert [json.loads(line)["PatNum"] for line in ended.out.splitlines()] == [1, 2]
    ended = await odapi(bench, "query", select, "--columns", "PatNo")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no column PatNo; did you mean PatNum?" in ended.err


async def test_the_servers_message_about_a_query_is_shown_with_explain(bench: Bench) -> None:
    write = f"CALL move_away('{NAME}')"  # which writes, for all that can be seen here
    ended = await odapi(bench, "query", write)
    assert (ended.code, ended.out) == (1, "")
    assert "failed with status 401" in ended.err
    assert "Only SELECT" not in ended.err
    ended = await odapi(bench, "query", write, "--explain")
    assert "Only SELECT is allowed." in ended.err


async def test_f9_a_query_that_writes_is_refused_before_it_is_sent(bench: Bench) -> None:
    ended = await odapi(bench, "query", f"DELETE FROM patient WHERE LName='{NAME}'")
    assert (ended.code, ended.out) == (2, "")
    assert "SqlCommand: must be a SELECT" in ended.err
    assert NAME not in ended.err
    assert bench.arrivals == []


FAULTS: Final = (
    Fault("status", status=400, times=None),
    Fault("status", status=401, times=None),
    Fault("status", status=404, times=None),
    Fault("status", status=302, times=None),
    Fault("offline", times=None),
    Fault("garbage", times=None),
)
COMMANDS: Final = (
    ("get", "patients/4"),
    ("list", "patients", f"LName={NAME}", f"SSN={NUMBER}"),
    ("call", "patients.update", "PatNum=4", f"LName={NAME}", f"SSN={NUMBER}", "--yes"),
    ("call", "patients.create", f"LName={NAME}", f"FName={NAME}", f"Password={NUMBER}", "--yes"),
    ("call", "patients.update", f"PatNum={NAME}", "--yes"),
    ("query", f"SELECT * FROM patient WHERE LName='{NAME}' AND SSN={NUMBER}"),
    ("query", f"SELECT * FROM {NAME}", "--columns", "PatNum"),
    ("list", "patients", NAME),
    ("call", "patients.create", NAME, "--yes"),
    ("query", "SELECT", NAME),
    ("keys", "set", "smile", NUMBER),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.status}")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.unmeasured
async def test_no_error_shows_a_key_or_a_patient(bench: Bench, words: Sequence[str], fault: Fault) -> None:
    bench.box.add_fault(fault)
    ended = await odapi(bench, *words)
    assert ended.code in {1, 2, 3}
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    for secret in (NAME, NUMBER, KEY, bench.box.developer_key):
        assert secret.lower() not in ended.err.lower()


@pytest.mark.parametrize("key", ["wrong-key", "a/b", "line\nbreak"])
async def test_a_wrong_key_is_not_shown(bench: Bench, key: str) -> None:
    ended = await odapi(bench, "get", "patients/4", OPENDENTAL_CUSTOMER_KEY=key)
    assert ended.code in {1, 2}
    assert key not in ended.err
    assert ended.err.count("\n") == 1


async def test_a_refused_connection_is_one_line(bench: Bench) -> None:
    ended = await odapi(bench, "get", "patients/4", "--base-url", "http://127.0.0.1:9/api/v1")
    assert ended.code == 1
    assert ended.err.startswith("odapi: GET /patients/4 was not sent")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("command", ["get", "list", "call", "query", "check", "keys", "sandbox", "demo"])
async def test_help_has_examples(bench: Bench, command: str) -> None:
    words = (command, "set", "--help") if command == "keys" else (command, "--help")
    ended = await odapi(bench, *words)
    assert ended.code == 0
    assert f"Examples:\n    odapi {command}" in ended.out


async def test_every_command_can_be_tried_without_keys() -> None:
    runner = CliRunner()
    words = ("list", "patients", "--sandbox", "--limit", "2", "--columns", "PatNum", "--format", "csv")
    done = await asyncio.to_thread(runner.invoke, app, words)
    assert (done.exit_code, done.stdout) == (0, "PatNum\n1\n2\n")


async def test_a_sandbox_without_sqlglot_says_so_before_the_query(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_none(_: str) -> None: ...

    monkeypatch.setattr(command, "find_spec", find_none)
    ended = await odapi(bench, "query", "SELECT PatNum FROM patient", "--sandbox")
    assert ended.code == 2
    assert ended.err == "odapi: the sandbox needs sqlglot for queries: pip install 'odapi-async[sandbox]'\n"
