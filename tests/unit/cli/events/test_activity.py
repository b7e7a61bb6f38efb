"""What a receiver tells of: changes of state once, counts, and neither rows nor keys."""

from __future__ import annotations

import datetime as dt
import json
from http import HTTPStatus

import pytest

from odapi_async.cli.events.activity import Activity, Counts, Note, post_line
from odapi_async.events import Cause, InboxStatus, PracticeInbox, Reading, Received

NOW = dt.datetime(2026, 11, 28, 9, 12, tzinfo=dt.UTC)
OK = Received("harbour", "Appointment", 3, 2, 200)


class Told:
    """An activity, what it told, and the time."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.now = NOW
        self.activity = Activity(self.notes.append, lambda: self.now)

    def take(self) -> list[str]:
        texts = [each.text for each in self.notes]
        self.notes.clear()
        return texts


@pytest.fixture
def told() -> Told:
    return Told()


def test_the_first_event_of_a_practice_is_told_once(told: Told) -> None:
    for _ in range(3):
        told.activity.received(OK)
    assert told.take() == ["harbour: the first event was received"]
    assert told.activity.counts == Counts(events=3, rows=9, new=6)


def test_strangers_are_told_once_and_counted(told: Told) -> None:
    for _ in range(3):
        told.activity.received(Received(None, "", 0, 0, 401))
    assert told.take() == ["a request without a known customer key was refused; further ones are counted"]
    assert told.activity.counts == Counts(strangers=3)


def test_a_database_that_stores_nothing_is_told_with_its_end(told: Told) -> None:
    told.activity.received(OK)
    told.take()
    for _ in range(2):
        told.activity.received(Received("harbour", "Appointment", 3, 0, 503))
    told.now += dt.timedelta(minutes=4)
    told.activity.received(OK)
    assert all(each.is_problem for each in told.notes)
    assert told.take() == [
        "events cannot be stored; offices send them again later",
        "events are stored again, after 4 min",
    ]
    assert told.activity.counts.refused == 2


def test_each_reason_of_a_refusal_is_told_once(told: Told) -> None:
    for status in (413, 413, 400):
        told.activity.received(Received("harbour", "", 0, 0, status))
    assert told.take() == [
        f"harbour: an event was refused with 413 {HTTPStatus(413).phrase}",  # Python 3.13 has another one
        "harbour: an event was refused with 400 Bad Request",
    ]


def test_a_table_that_cannot_be_read_is_told_until_it_can(told: Told) -> None:
    failed = Reading("harbour", ("patients", "appointments"), Cause.START, "OfficeOffline: no answer")
    for reading in (failed, failed, failed._replace(error=""), failed._replace(error="")):
        told.activity.read(reading)
    assert told.take() == [
        "harbour, patients and 1 more table: OfficeOffline: no answer",
        "harbour, patients and 1 more table: read again",
        "harbour, patients and 1 more table: read; from now on events tell what changes",
    ]


def test_a_silence_is_told_once_an_hour(told: Told) -> None:
    silent = Reading("harbour", ("patients",), Cause.SILENCE)
    told.activity.read(silent)
    told.now += dt.timedelta(minutes=15)
    told.activity.read(silent)
    assert len(told.take()) == 1
    told.now += dt.timedelta(minutes=61)
    told.activity.read(silent)
    assert told.take() == [
        "harbour, patients: no subscription is alive, so it is read instead; see: odapi events check"
    ]


def test_incomplete_rows_are_no_news(told: Told) -> None:
    told.activity.read(Reading("harbour", ("patients",), Cause.INCOMPLETE))
    assert told.take() == []


def test_events_that_are_set_aside_are_told_when_they_become_more(told: Told) -> None:
    for number in (0, 1, 1, 2, 0, 1):
        inbox = PracticeInbox(practice="harbour", waiting=4, set_aside=number)
        told.activity.looked(InboxStatus(at=NOW, practices=(inbox,)))
    assert told.take() == [
        "harbour: 1 event failed too often; see: odapi events set-aside",
        "harbour: 2 events failed too often; see: odapi events set-aside",
        "harbour: 1 event failed too often; see: odapi events set-aside",
    ]
    assert told.activity.waiting == 4


def test_a_mirror_that_cannot_be_written_is_told_once(told: Told) -> None:
    for error in ("the disk is full", "the disk is full"):
        told.activity.mirror_failed(error)
    assert told.take() == [
        "events are kept, but cannot be applied to the mirror: the disk is full; trying again"
    ]


def test_names_are_printable(told: Told) -> None:
    told.activity.received(OK._replace(practice="har\x1b[2Jbour"))
    assert told.take() == ["har [2Jbour: the first event was received"]


def test_a_line_of_json_has_these_fields() -> None:
    assert json.loads(post_line(OK, NOW)) == {
        "at": "2026-11-28T09:12:00Z",
        "practice": "harbour",
        "kind": "Appointment",
        "rows": 3,
        "new": 2,
        "status": 200,
    }


def test_counts_name_what_there_is() -> None:
    assert str(Counts(1, 1, 0)) == "1 event, 1 row (0 new)"
    assert str(Counts(2_000, 3, 3, 1, 4)) == (
        "2,000 events, 3 rows (3 new), 1 refused, 4 without a known key"
    )
