"""Subscriptions: a table that exists, polled every so many seconds, or an event of the user interface."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.offices import Asked

URL = {"EndPointUrl": "https://example.com/events"}
TABLE = {**URL, "WatchTable": "Patient", "PollingSeconds": 5}
EVENT = {**URL, "UiEventType": "PatientSelected"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({**TABLE, "PollingSeconds": 0}, "PollingSeconds is invalid."),
        ({**TABLE, "PollingSeconds": -5}, "PollingSeconds is invalid."),
        ({**EVENT, "PollingSeconds": -1}, "PollingSeconds is invalid."),
        ({**URL, "WatchTable": "Patient"}, "PollingSeconds is required."),
        ({**TABLE, "WatchTable": "Patients"}, "WatchTable is invalid."),
        ({**TABLE, "WatchTable": "patient"}, "WatchTable is invalid."),
        ({**TABLE, "WatchTable": ""}, "WatchTable is invalid."),
        ({**EVENT, "UiEventType": "Nothing"}, "UiEventType is invalid"),
        (URL, "WatchTable or UiEventType is required."),
        ({**TABLE, **EVENT}, "Only one of WatchTable, UiEventType is allowed."),
    ],
)
def test_a_wrong_subscription_is_refused(body: dict[str, Any], text: str) -> None:
    asked = Asked()
    response = asked.send("POST", "/subscriptions", body)
    assert (response.status, response.body.decode()) == (400, f'"{text}"')
    assert len(asked.list("/subscriptions")) == 0


def test_a_right_subscription_is_kept() -> None:
    asked = Asked()
    created = asked.one("POST", "/subscriptions", TABLE)
    assert (created["WatchTable"], created["PollingSeconds"], created["UiEventType"]) == ("Patient", 5, "")
    created = asked.one("POST", "/subscriptions", EVENT)
    assert (created["WatchTable"], created["PollingSeconds"]) == ("", 0)


@pytest.mark.parametrize(
    ("version", "table", "status"),
    [
        ("22.4.34", "AppointmentDeleted", 400),
        ("22.4.35", "AppointmentDeleted", 201),
        ("25.4.13", "LabCase", 400),
        ("25.4.14", "LabCase", 201),
        ("25.3", "ScheduleDeleted", 400),
        ("22.1", "Patient", 201),
    ],
)
def test_an_office_watches_no_table_that_is_newer_than_it(version: str, table: str, status: int) -> None:
    assert Asked(version=version).status("POST", "/subscriptions", {**TABLE, "WatchTable": table}) == status


def test_a_change_of_the_seconds_is_checked_against_the_subscription_itself() -> None:
    asked = Asked()
    of_table = asked.one("POST", "/subscriptions", TABLE)["SubscriptionNum"]
    of_event = asked.one("POST", "/subscriptions", EVENT)["SubscriptionNum"]
    statuses = {
        (number, seconds): asked.status("PUT", f"/subscriptions/{number}", {"PollingSeconds": seconds})
        for number in (of_table, of_event)
        for seconds in (-1, 0, 30)
    }
    assert statuses == {
        (of_table, -1): 400, (of_table, 0): 400, (of_table, 30): 200,
        (of_event, -1): 400, (of_event, 0): 200, (of_event, 30): 200,
    }  # fmt: skip
    assert asked.list("/subscriptions")[0]["PollingSeconds"] == 30
    assert asked.status("PUT", f"/subscriptions/{of_table}", {"Note": "new"}) == 200


def test_made_up_subscriptions_keep_the_rules() -> None:
    rows = Asked(rows={"subscriptions": 300}).list("/subscriptions")
    assert {bool(row["WatchTable"]) for row in rows} == {True, False}
    assert all(bool(row["WatchTable"]) != bool(row["UiEventType"]) for row in rows)
    assert all((row["PollingSeconds"] > 0) == bool(row["WatchTable"]) for row in rows)
    assert all(row["EndPointUrl"].startswith("https://events.example.com/") for row in rows)
    assert {(row["FailureReason"], row["SubsequentFailures"]) for row in rows} == {("", 0)}


def test_nobody_has_subscribed_at_a_new_office() -> None:
    assert Asked().list("/subscriptions") == []
