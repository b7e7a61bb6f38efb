"""What waits in an inbox, for people and for scripts."""

from __future__ import annotations

import datetime as dt
import json

from odapi_async.cli.events import status_view
from odapi_async.events import InboxStatus, PracticeInbox

NOW = dt.datetime(2026, 11, 28, 9, 12)
HARBOUR = PracticeInbox(
    practice="harbour",
    waiting=1_200,
    oldest_waiting=NOW - dt.timedelta(minutes=6),
    last_received=NOW - dt.timedelta(minutes=1),
)
SMILE = PracticeInbox(practice="smile", set_aside=1, last_received=NOW - dt.timedelta(days=1))
STATUS = InboxStatus(at=NOW, practices=(HARBOUR, SMILE))


def test_the_table_has_the_problems_below_it() -> None:
    assert status_view.as_text(STATUS, 300, dt.UTC).splitlines() == [
        "practice  waiting  set aside  oldest waiting     last received",
        "harbour     1,200          0           09:06             09:11",
        "smile           0          1               -  2026-11-27 09:12",
        "harbour: 1,200 events wait, the oldest for 6 min",
        "smile: 1 event failed too often and was set aside -> see: odapi events set-aside",
    ]


def test_unknown_events_are_told_and_are_no_problem() -> None:
    status = InboxStatus(at=NOW, practices=(PracticeInbox(practice="harbour", unknown=3),))
    assert status_view.problems(status, 300) == []
    assert status_view.as_text(status, None, dt.UTC).splitlines()[-1] == (
        "harbour: 3 events of a kind that this version does not know; a newer odapi-async may"
    )
    assert json.loads(status_view.as_json(status, None))["practices"][0]["unknown"] == 3


def test_what_waits_counts_only_after_the_time() -> None:
    assert len(status_view.problems(STATUS, 300)) == 2
    assert len(status_view.problems(STATUS, 360)) == 1
    assert len(status_view.problems(STATUS, None)) == 1


def test_practices_of_which_nothing_came_are_shown() -> None:
    found = status_view.with_practices(STATUS, ["smile", "quay", "abbey"])
    assert [each.practice for each in found.practices] == ["abbey", "harbour", "quay", "smile"]
    assert status_view.with_practices(InboxStatus(at=NOW, practices=()), ()).practices == ()
    assert status_view.as_text(InboxStatus(at=NOW, practices=()), None) == "nothing was received yet"


def test_json_has_times_in_utc() -> None:
    found = json.loads(status_view.as_json(STATUS, None))
    assert (found["at"], found["ok"], found["waiting"], found["set_aside"]) == (
        "2026-11-28T09:12:00Z",
        False,
        1_200,
        1,
    )
    assert found["practices"][0] == {
        "practice": "harbour",
        "waiting": 1_200,
        "set_aside": 0,
        "unknown": 0,
        "oldest_waiting": "2026-11-28T09:06:00Z",
        "last_received": "2026-11-28T09:11:00Z",
    }
