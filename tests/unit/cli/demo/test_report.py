"""The report of the demo, from measurements and counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from odapi_async.cli.demo.plan import DemoPractice, make_plan
from odapi_async.cli.demo.report import DemoReport, Measurements, WaitTimes, as_json, as_text, make_report
from odapi_async.sandbox import KeyStats

READ_ALL, STANDARD, LOCAL = make_plan(10).practices


def measured(plan: DemoPractice = STANDARD, **changes: Any) -> Measurements:
    values: dict[str, Any] = {"rows": plan.rows, "interactive": [0.5, 0.1, 0.6], "bulk": [2.0, 1.0]}
    return Measurements(plan, **{**values, **changes})


def stats(**changes: Any) -> KeyStats:
    values: dict[str, Any] = {"requests": 5, "starts": [10.0, 11.0, 12.5]}
    return KeyStats(**{**values, **changes})


def report(seen: Measurements | None = None, counted: KeyStats | None = None) -> DemoReport:
    return make_report([(seen or measured(), counted or stats())], 12.345678)


def test_gaps_and_pace_come_from_the_starts_at_the_server() -> None:
    (practice,) = report().practices
    assert (practice.mean_gap, practice.shortest_gap, practice.pace) == (1.25, 1.0, 0.8)


@pytest.mark.parametrize(
    ("plan", "starts"), [(LOCAL, [1.0, 1.1, 1.2]), (READ_ALL, [1.0]), (READ_ALL, [])], ids=str
)
def test_without_a_limit_or_a_second_start_there_is_no_pace(plan: DemoPractice, starts: list[float]) -> None:
    (practice,) = report(measured(plan), stats(starts=starts)).practices
    assert (practice.mean_gap, practice.shortest_gap, practice.pace) == (None, None, None)


def test_wait_times_are_median_and_longest() -> None:
    (practice,) = report().practices
    assert practice.interactive == WaitTimes(3, 0.5, 0.6)
    assert practice.bulk == WaitTimes(2, 1.5, 2.0)


def test_without_calls_there_are_no_wait_times() -> None:
    (practice,) = report(measured(interactive=[])).practices
    assert practice.interactive == WaitTimes(0, None, None)


def test_the_totals_are_sums_over_the_practices() -> None:
    found = make_report(
        [(measured(READ_ALL), stats(violations=1)), (measured(LOCAL), stats(requests=7, overlaps=2))], 1.0
    )
    assert (found.requests, found.violations, found.overlaps) == (12, 1, 2)
    assert found.rows == READ_ALL.rows + LOCAL.rows


@pytest.mark.parametrize(
    ("seen", "counted", "clean", "verdict"),
    [
        ({}, {}, True, "The throttle was kept: 5 requests, no violation, no overlap."),
        ({}, {"violations": 1}, False, "The throttle was NOT kept: 1 violations, 0 overlaps."),
        ({}, {"overlaps": 2}, False, "The throttle was NOT kept: 0 violations, 2 overlaps."),
        ({"rows": 3}, {}, False, "But not every row arrived."),
        ({"errors": ["NotFound: GET /patients/1 ..."]}, {}, False, "standard: NotFound: GET /patients/1 ..."),
    ],
)
def test_a_demo_with_any_problem_is_not_clean(
    seen: dict[str, Any], counted: dict[str, Any], clean: bool, verdict: str
) -> None:
    found = report(measured(**seen), stats(**counted))
    assert found.clean is clean
    assert verdict in as_text(found)


def test_the_json_is_one_document_with_all_fields() -> None:
    found = json.loads(as_json(report(measured(rows=3))))
    assert found["seconds"] == 12.3457
    assert found["clean"] is False
    (practice,) = found["practices"]
    assert practice == {
        "practice": "standard",
        "tier": "Standard",
        "mode": "remote",
        "interval": 1.0,
        "rows": 3,
        "rows_expected": STANDARD.rows,
        "requests": 5,
        "mean_gap": 1.25,
        "shortest_gap": 1.0,
        "pace": 0.8,
        "interactive": {"calls": 3, "median": 0.5, "longest": 0.6},
        "bulk": {"calls": 2, "median": 1.5, "longest": 2.0},
        "violations": 0,
        "overlaps": 0,
        "errors": [],
    }


def test_the_text_is_a_table_with_one_column_for_each_practice() -> None:
    text = as_text(make_report([(measured(READ_ALL), stats()), (measured(LOCAL), stats())], 1.0))
    lines = {line[:40].strip(): line[40:].split() for line in text.splitlines()}
    assert lines["bulk wait per page, longest"] == ["2.000", "s", "2.000", "s"]
    assert lines["rows"] == [f"{READ_ALL.rows:,}", f"{LOCAL.rows:,}"]
    assert lines["limit: one request per"] == ["5", "s", "none"]
    assert lines["pace, share of the limit used"][-1] == "-"
    assert len({len(line) for line in text.splitlines()[1:-1]}) == 1
    assert "\x1b" not in text


def test_missing_rows_are_shown() -> None:
    assert f"3 of {STANDARD.rows:,}" in as_text(report(measured(rows=3)))
