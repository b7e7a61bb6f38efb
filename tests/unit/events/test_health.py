"""The health of a subscription, by the office's times alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from odapi_async.events.health import Health, Known, judge, known
from odapi_async.resources.subscriptions import Subscription

NOW = dt.datetime(2026, 3, 4, 7, 0)  # a Wednesday
TOKEN = "T0ps3cret"
KEY = "Cst0merK3y"
SELECTED = {"WatchTable": "", "UiEventType": "PatientSelected"}


def row(**options: Any) -> Known:
    fields: dict[str, Any] = {
        "SubscriptionNum": 7, "EndPointUrl": f"https://example.com/od?token={TOKEN}&table=Patient",
        "Workstation": "SERVER", "CustomerKey": KEY, "WatchTable": "Patient", "PollingSeconds": 30,
        "DateTimeStart": NOW,
    }  # fmt: skip
    return known(Subscription(**{**fields, **options}))


def ago(**time: float) -> dt.datetime:
    return NOW - dt.timedelta(**time)


@pytest.mark.parametrize(
    ("options", "state", "since", "why"),
    [
        ({}, "alive", None, ""),
        ({"DateTimeStart": ago(seconds=180)}, "alive", None, ""),
        ({"DateTimeStart": ago(seconds=181)}, "stands_still", ago(seconds=181), "runs on the workstation"),
        ({"DateTimeStart": ago(days=3.1)}, "stands_still", ago(days=3.1), "three days at most"),
        ({"DateTimeStart": ago(minutes=50), "PollingSeconds": 3600}, "alive", None, ""),
        ({"DateTimeStart": None}, "stands_still", None, "never polled"),
        ({"DateTimeStart": ago(days=1), "Workstation": ""}, "stands_still", ago(days=1), "a workstation"),
        ({"DateTimeStop": ago(seconds=0)}, "expired", ago(seconds=0), "has passed; ensure it again"),
        ({"DateTimeStop": ago(days=-1)}, "alive", None, ""),
        ({"SubsequentFailures": 4, "FailureReason": "No answer."}, "failing", NOW, "4 deliveries .* No"),
        ({"SubsequentFailures": 1}, "failing", NOW, "a delivery has failed: .* does not say why"),
        ({"FailureReason": "x", "DateTimeLastFailure": NOW}, "failing", NOW, "x"),
        ({"FailureReason": "long ago", "DateTimeLastFailure": ago(seconds=1)}, "alive", None, ""),
        ({"FailureReason": "without a time"}, "alive", None, ""),
        ({"SubsequentFailures": 1, "DateTimeStop": ago(days=1)}, "expired", ago(days=1), "passed"),
        ({**SELECTED, "DateTimeStart": ago(days=9)}, "alive", None, "no polling"),
        ({**SELECTED, "SubsequentFailures": 2}, "failing", NOW, "2"),
        ({"PollingSeconds": -10**15, "DateTimeStart": ago(minutes=1)}, "alive", None, ""),
        ({"PollingSeconds": 10**18, "DateTimeStart": dt.datetime(1, 1, 2)}, "alive", None, ""),
    ],
)  # fmt: skip
def test_the_state_follows_from_the_times_of_the_office(
    options: dict[str, Any], state: str, since: dt.datetime | None, why: str
) -> None:
    found = judge(row(**options), NOW, 120.0)
    assert (found.state, found.since) == (Health(state), since)
    assert re.search(why or "^$", found.why)


SUNDAY = dt.date(2026, 3, 8)  # clocks go from 2 to 3 o'clock in most of North America


def at(hour: int, minute: int, second: int = 0, day: dt.date = SUNDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute, second))


@pytest.mark.parametrize(
    ("start", "now", "state"),
    [
        (at(1, 59, 50), at(3, 0, 20), "alive"),  # 30 seconds, and the hour that does not exist
        (at(2, 0), at(3, 2, 59), "alive"),
        (at(1, 59, 50), at(3, 3), "stands_still"),
        (at(1, 55), at(3, 0, 20), "stands_still"),
        (at(1, 59, 50, dt.date(2026, 3, 7)), at(3, 0, 20, dt.date(2026, 3, 7)), "stands_still"),  # no Sunday
        (at(2, 30), at(3, 31), "stands_still"),
        (at(1, 59, 50), at(2, 59, 55), "stands_still"),
    ],
)
def test_an_hour_that_is_left_out_in_spring_raises_no_alarm(
    start: dt.datetime, now: dt.datetime, state: str
) -> None:
    assert judge(row(DateTimeStart=start), now, 120.0).state == state


@pytest.mark.parametrize(
    ("ahead", "state", "why"),
    [
        (1, "alive", ""),
        (120, "alive", ""),
        (3500, "alive", "polls again in 3500 s"),
        (3720, "alive", "polls again in 3720 s"),
        (3721, "stands_still", "in the future"),
    ],
)
def test_an_hour_that_comes_twice_in_autumn_raises_no_alarm(ahead: int, state: str, why: str) -> None:
    found = judge(row(DateTimeStart=NOW + dt.timedelta(seconds=ahead)), NOW, 120.0)
    assert (found.state, found.since) == (state, None)
    assert why in found.why


@pytest.mark.parametrize(
    "reason",
    [
        f"POST https://example.com/od?token={TOKEN}&table=Patient failed",
        f"The token {TOKEN} was refused for {KEY}.",
        f"https://example.com/od?token={TOKEN}",
    ],
)
def test_a_reason_has_no_key_and_no_query(reason: str) -> None:
    kept = row(FailureReason=reason, SubsequentFailures=1)
    shown = f"{kept!r} {judge(kept, NOW, 0)!r} {judge(kept, NOW, 0).why}"
    assert TOKEN not in shown
    assert KEY not in shown
    assert "https://example.com/od" in shown


def test_what_an_office_says_is_short_and_printable() -> None:
    kept = row(
        Workstation="\x1b[2J" * 99, WatchTable="\n" * 99, FailureReason="y " * 9999, SubsequentFailures=1
    )
    found = judge(kept, NOW, 0)
    assert max(len(found.workstation), len(found.kind)) <= 60
    assert len(found.why) < 400
    assert f"{found.workstation}{found.kind}{found.why}".isprintable()
