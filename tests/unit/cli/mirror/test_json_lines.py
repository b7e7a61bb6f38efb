"""The lines of JSON: small, complete, and the same facts as the text."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

import pytest

from odapi_async.cli.mirror.changes import Change, TableEnd
from odapi_async.cli.mirror.json_lines import round_line, table_line
from odapi_async.cli.mirror.report import make_round
from odapi_async.mirror import Outcome, Report
from odapi_async.mirror.cursor import SyncMode
from tests.unit.cli.mirror.runs import EASTERN, NOON, OFFLINE, failed, fleet, status

AT: Final = dt.datetime(2026, 11, 28, 7, 0, 5, 987_000, tzinfo=EASTERN)


def test_a_table_that_was_read() -> None:
    end = status(sync_mode=SyncMode.SWEEP, rows=1_200, requests=13, deleted=2, withheld=150)
    assert json.loads(table_line(TableEnd(end, Change.NONE, None), AT)) == {
        "event": "table",
        "at": "2026-11-28T12:00:05Z",
        "practice": "main",
        "table": "patients",
        "outcome": "done",
        "sync_mode": "sweep",
        "rows": 1_200,
        "requests": 13,
        "deleted": 2,
        "withheld": 150,
    }


def test_a_table_that_begins_to_fail() -> None:
    found = json.loads(table_line(TableEnd(failed("harbour"), Change.FAILING, NOON), AT))
    assert (found["outcome"], found["change"], found["failing_since"]) == (
        "failed",
        "failing",
        "2026-11-28T12:00:00Z",
    )
    assert (found["error"], found["advice"]) == (
        OFFLINE,
        "run it again when the eConnector runs: it continues from here",
    )
    following = json.loads(table_line(TableEnd(failed("harbour"), Change.NONE, NOON), AT, follow=True))
    assert following["advice"] == "it is read again when the eConnector runs"
    assert "change" not in following


def test_a_table_that_is_incomplete() -> None:
    end = TableEnd(status(Outcome.INCOMPLETE, error="NotFound: 3 of patients"), Change.FAILING, NOON)
    assert json.loads(table_line(end, AT))["advice"] == "run it again: it tries these again"


@pytest.mark.parametrize("name", ["x" * 200, "歯" * 100, "🦷" * 60, "\x00\x1b[2J" * 20])
@pytest.mark.parametrize("error", ["x" * 5_000, "\x01" * 5_000, "🦷" * 5_000, '"' * 900])
def test_a_line_is_one_line_and_small_whatever_the_error(name: str, error: str) -> None:
    end = TableEnd(failed(name, error=f"KeyRefused: {error}"), Change.FAILING, NOON)
    text = table_line(end, AT)
    assert len(f"{text}\n".encode()) < 1_024
    assert "\n" not in text
    assert "\x1b" not in text
    found = json.loads(text)
    assert found["practice"] == name
    assert found["error"].startswith("K")
    assert found["error"].endswith("…")


def test_half_a_character_in_a_name_is_an_escape() -> None:
    end = TableEnd(status(practice="a\udcff"), Change.NONE, None)
    assert json.loads(table_line(end, AT))["practice"] == "a\\udcff"


def test_a_round_has_its_totals_and_the_failed_tables_only() -> None:
    tables = [
        status(rows=1_200, requests=12, deleted=1),
        status(table="recalls", withheld=150),
        *(failed("harbour", f"table_{number}", f"{OFFLINE} {number}") for number in range(12)),
        failed("harbour", "fees", "Gone: GET /fees failed with status 410: no"),
    ]
    text = round_line(make_round(Report(tables=tuple(tables)), 12.3456), AT)
    assert json.loads(text) == {
        "event": "round",
        "at": "2026-11-28T12:00:05Z",
        "complete": False,
        "seconds": 12.346,
        "practices": 2,
        "tables": 15,
        "rows": 1_200,
        "requests": 12,
        "deleted": 1,
        "failed": [
            {
                "practice": "harbour",
                "tables": [f"table_{number}" for number in range(12)],
                "error": f"{OFFLINE} 0",
                "advice": "run it again when the eConnector runs: it continues from here",
            },
            {
                "practice": "harbour",
                "tables": ["fees"],
                "error": "Gone: GET /fees failed with status 410: no",
                "advice": "remove this table",
            },
        ],
        "withheld": [{"practice": "main", "table": "recalls", "rows": 150}],
    }
    found: dict[str, Any] = json.loads(
        round_line(make_round(Report(tables=tuple(tables)), 1.0), AT, follow=True)
    )
    assert found["failed"][0]["advice"] == "it is read again when the eConnector runs"


def test_a_round_of_500_practices_without_a_failure_is_small() -> None:
    tables = tuple(status(practice=each.practice, table=each.table) for each in fleet())
    assert len(round_line(make_round(Report(tables=tables), 1.0), AT)) < 200
