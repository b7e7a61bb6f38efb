"""Estimates of the time that a mirror needs, and None where it is not known."""

from __future__ import annotations

from typing import Any

import pytest

from odapi_async.mirror import Outcome, TableStatus
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import (
    Estimate,
    RequestTiming,
    rate,
    requests_left,
    run_end,
    span,
    table_end,
)

STANDARD = RequestTiming(1.0, 0.2)
UNKNOWN = Estimate(None)


def status(outcome: Outcome = Outcome.RUNNING, **fields: Any) -> TableStatus:
    return TableStatus(practice="main", table="patients", outcome=outcome, **fields)


def sweeping(rows: int, expected: int | None, requests: int) -> TableStatus:
    return status(sync_mode=SyncMode.SWEEP, rows=rows, expected=expected, requests=requests)


@pytest.mark.parametrize(
    ("of", "left"),
    [
        (sweeping(0, 1_000, 0), 10),  # the page size is not known yet
        (sweeping(0, 1_001, 0), 11),
        (sweeping(1_000, 5_000, 1), 4),
        (sweeping(1_000, 5_001, 1), 5),
        (sweeping(0, 1_000, 1), 10),  # a probe without rows
        (sweeping(5_000, 5_000, 5), None),
        (sweeping(6_000, 5_000, 6), None),
        (sweeping(1_000, None, 1), None),
        (status(sync_mode=SyncMode.CHANGES, rows=1_000, requests=1), None),
        (status(Outcome.WAITING), None),
        (status(Outcome.DONE), 0),
        (status(Outcome.UP_TO_DATE), 0),
        (status(Outcome.FAILED), 0),
    ],
)
def test_requests_left(of: TableStatus, left: int | None) -> None:
    assert requests_left(of) == left


@pytest.mark.parametrize(
    ("timing", "seconds"),
    [
        (RequestTiming(5.0, 0.1), 20.0),
        (RequestTiming(1.0, 3.0), 12.0),  # the office takes longer than the interval
        (RequestTiming(0.0, 0.25), 1.0),
        (None, None),
    ],
)
def test_the_end_of_a_table_follows_from_the_timing_of_its_practice(
    timing: RequestTiming | None, seconds: float | None
) -> None:
    assert table_end(sweeping(1_000, 5_000, 1), timing) == Estimate(seconds)


def test_a_first_copy_has_no_estimate() -> None:
    assert table_end(sweeping(1_000, None, 1), STANDARD) == UNKNOWN


def test_a_run_takes_as_long_as_its_slowest_practice() -> None:
    assert run_end([Estimate(3.0), Estimate(7.0)]) == Estimate(7.0, least=False)
    assert run_end([Estimate(3.0, least=True), Estimate(7.0)]) == Estimate(7.0, least=True)
    assert run_end([Estimate(3.0), UNKNOWN]) == Estimate(3.0, least=True)
    assert run_end([UNKNOWN, UNKNOWN]) == UNKNOWN
    assert run_end([]) == Estimate(0.0)


def test_a_rate_is_zero_before_time_has_passed() -> None:
    assert rate(500, 2.0) == 250.0
    assert rate(500, 0.0) == 0.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (-1.0, "0 s"),
        (0.1, "1 s"),
        (59.0, "59 s"),
        (59.5, "1 min 00 s"),
        (61.0, "1 min 01 s"),
        (3_599.0, "59 min 59 s"),
        (3_600.0, "1 h 00 min"),
        (86_399.0, "23 h 59 min"),
        (86_400.0, "1 d 00 h"),
        (260_000.0, "3 d 00 h"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, text: str) -> None:
    assert span(seconds) == text
