"""The result of a round as text and as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from odapi_async.cli.mirror.problems import When, advice_for
from odapi_async.cli.mirror.report import as_json, as_table, as_text, failures, make_round
from odapi_async.mirror import Outcome, Report, TableStatus
from odapi_async.mirror.advice import advice
from odapi_async.mirror.cursor import SyncMode
from tests.unit.cli.mirror.runs import EASTERN

OFFLINE = "OfficeOffline: GET /recalls was answered 400: not running [the request is fine]"


def status(table: str, outcome: Outcome = Outcome.DONE, practice: str = "main", **fields: Any) -> TableStatus:
    return TableStatus(practice=practice, table=table, outcome=outcome, **fields)


REPORT = Report(
    tables=(
        status("patients", sync_mode=SyncMode.SWEEP, rows=1_200, requests=12, deleted=1),
        status("appointments", sync_mode=SyncMode.CHANGES, rows=3, requests=1),
        status("providers", Outcome.UP_TO_DATE),
        status("recalls", Outcome.FAILED, sync_mode=SyncMode.SWEEP, error=OFFLINE),
    )
)


def test_a_round_as_text() -> None:
    assert as_text(make_round(REPORT, 12.3456)).splitlines() == [
        "practice         table         read   rows  requests  deleted",
        "main          patients     all rows  1,200        12        1",
        "main      appointments      changes      3         1        0",
        "main         providers  nothing due      0         0        0",
        "main           recalls       failed      0         0        0",
        "",
        "main: offline, recalls waits -> run it again when the eConnector runs: it continues from here",
        "not everything was read: 1 practice, 1,203 rows, 13 requests, 1 row deleted, in 13 s",
    ]


def test_a_problem_of_several_tables_of_a_practice_is_one_line() -> None:
    tables = [
        status(table, Outcome.FAILED, practice, error=OFFLINE)
        for practice in ("main", "harbour")
        for table in ("patients", "recalls", "claims")
    ]
    lines = failures(make_round(Report(tables=(*tables[:5], status("fees"))), 1.0))
    again = "run it again when the eConnector runs: it continues from here"
    assert lines == [
        f"main: offline, 3 tables wait -> {again}",
        f"harbour: offline, 2 tables wait -> {again}",
    ]


def test_tables_that_fail_in_the_same_way_at_different_paths_are_one_line() -> None:
    tables = [
        status(table, Outcome.FAILED, error=f"KeyRefused: GET /{table} failed with status 401: no")
        for table in ("patients", "recalls", "claims")
    ]
    (line,) = failures(make_round(Report(tables=tuple(tables)), 1.0))
    assert line.startswith("main, patients and 2 more tables: KeyRefused: GET /patients failed with")


def test_the_same_problem_of_many_practices_has_its_advice_once() -> None:
    tables = [
        status(table, Outcome.FAILED, f"office-{number}", error=OFFLINE)
        for number in range(40)
        for table in ("patients", "recalls")
    ]
    tables.append(status("fees", Outcome.FAILED, "hill", error="Gone: GET /fees failed with status 410: no"))
    since = datetime(2026, 11, 28, 14, 12)
    when = When(datetime(2026, 11, 28, 15, 0), EASTERN)
    lines = failures(make_round(Report(tables=tuple(tables)), 1.0), lambda _practice, _table: since, when)
    assert lines[:3] == [
        "hill, fees since 09:12: Gone: GET /fees failed with status 410: no -> remove this table",
        "40 practices offline -> run it again when the eConnector runs: it continues from here:",
        "  office-0: since 09:12, 2 tables wait",
    ]
    assert len(lines) == 42


def test_of_hundreds_of_practices_the_worst_are_shown() -> None:
    tables = [status("patients", practice=f"office-{number}", rows=number) for number in range(500)]
    tables[3] = status("patients", Outcome.FAILED, "office-3", error=OFFLINE)
    _, first, second, *_, last = as_table(make_round(Report(tables=tuple(tables)), 1.0).tables).splitlines()
    assert (first.split()[0], second.split()[0], last) == ("office-3", "office-499", "+ 460 more")


def test_a_round_as_json() -> None:
    text = as_json(make_round(REPORT, 12.3456))
    assert "\n" not in text
    found = json.loads(text)
    tables = found.pop("tables")
    assert found == {
        "complete": False,
        "seconds": 12.346,
        "practices": 1,
        "rows": 1_203,
        "requests": 13,
        "deleted": 1,
    }
    assert tables[0] == {
        "practice": "main",
        "table": "patients",
        "outcome": "done",
        "sync_mode": "sweep",
        "rows": 1_200,
        "requests": 12,
        "deleted": 1,
    }
    assert (tables[3]["outcome"], tables[3]["error"]) == ("failed", OFFLINE)
    assert tables[3]["advice"].startswith("run it again when the eConnector runs")


def test_very_many_tables_are_summed_to_one_line_per_practice() -> None:
    tables = tuple(
        status(table, practice=f"office-{number}", rows=10, requests=1)
        for number in range(30)
        for table in ("patients", "claims")
    )
    found = make_round(Report(tables=tables), 1.0)
    head, *lines = as_table(found.tables).splitlines()
    assert head.split() == ["practice", "tables", "failed", "rows", "requests", "deleted"]
    assert len(lines) == 30
    assert lines[0].split() == ["office-0", "2", "0", "20", "2", "0"]


@pytest.mark.parametrize(
    ("error", "advised"),
    [
        ("Unauthorized: GET /recalls was answered 401: no", "developer portal"),
        ("KeyRefused: GET /recalls was answered 401: no", "correct the key"),
        ("MissingPermission: GET /recalls was answered 401: no", "enable this permission"),
        ("NoSuchResource: GET /recalls was answered 404: no", "too old for this list"),
        ("NeedsVersion: recalls: needs 25.1", "remove this table"),
        ("ServerError: GET /recalls was answered 504: late", "run it again: it continues from here"),
        ("SomethingNew: what", "run it again: it continues from here"),
    ],
)
def test_every_failure_comes_with_advice(error: str, advised: str) -> None:
    assert advised in advice(error)
    assert "run it again" not in advice(error, follow=True)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.INCOMPLETE])
def test_a_key_that_is_missing_is_a_matter_of_this_run(outcome: Outcome) -> None:
    error = "MissingKeyError: the variable A_KEY is not set"
    assert advice_for(outcome, error) == "provide the key, then run it again"
    assert advice_for(outcome, error, follow=True) == "provide the key, and restart the mirror"
