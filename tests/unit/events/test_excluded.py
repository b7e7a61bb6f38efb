"""Fields that a database does not keep."""

from __future__ import annotations

import json

import pytest

from odapi_async.events import Delivery, read_delivery
from odapi_async.events.excluded import without_fields

EXCLUDED = {"patients": {"SSN"}, "appointments": {"confirmed"}, "pat_fields": {"SecDateTEdit"}}
NUMBER = "987654321"
PATIENT = {"PatNum": 7, "SSN": NUMBER, "LName": "Oak", "DateTStamp": "2026-05-03 12:00:00"}


def kept(kind: str, body: object) -> Delivery:
    """What is kept of a POST."""
    event = {"event-type": f"WatchTable: {kind}"} if kind else {}
    return without_fields(read_delivery("harbour", event, "", json.dumps(body).encode()), EXCLUDED)


def text_of(delivery: Delivery) -> str:
    return b",".join(item.raw for item in delivery.items).decode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Patient", [PATIENT]),
        ("PatientSelected", PATIENT),
        ("", [PATIENT]),  # a proxy has dropped the header, or the office is too old to send it
        ("PatientMerged", PATIENT),
        ("Appointment", [PATIENT]),
        ("Patient", [[PATIENT]]),
        ("Patient", {"rows": [PATIENT | {"ssn": NUMBER}]}),
        ("PatientSelected", [[PATIENT]]),
    ],
)
def test_a_field_is_excluded_also_where_the_event_is_not_known(kind: str, body: object) -> None:
    found = text_of(kept(kind, body))
    assert NUMBER not in found
    assert "Oak" in found


def test_a_digest_tells_nothing_of_an_excluded_field() -> None:
    found = [kept("Patient", [PATIENT | {"SSN": number}]).items[0].digest for number in (NUMBER, "123456789")]
    assert found[0] == found[1]


def test_the_time_of_the_answer_is_still_no_part_of_a_row() -> None:
    times = ("2026-05-03 12:00:00", "2026-05-03 12:00:01")
    found = [kept("Patient", [PATIENT | {"serverDateTime": time}]).items[0].digest for time in times]
    assert found[0] == found[1]


def test_what_is_left_stays_as_it_was_written() -> None:
    body = b'[{"PatNum": 7, "SSN": "1", "EstBalance": 12345678901234567.10}]'
    delivery = read_delivery("harbour", {"event-type": "WatchTable: Patient"}, "", body)
    assert b"12345678901234567.10" in without_fields(delivery, EXCLUDED).items[0].raw


def test_a_digest_still_tells_what_is_kept() -> None:
    found = [kept("Patient", [PATIENT | {"LName": name}]).items[0].digest for name in ("Oak", "Elm")]
    assert found[0] != found[1]


def test_a_field_that_differs_in_case_only_is_kept() -> None:
    row = {"AptNum": 3, "Confirmed": 19, "confirmed": "Not Called"}
    assert json.loads(text_of(kept("Appointment", [row]))) == {"AptNum": 3, "Confirmed": 19}


def test_a_row_whose_stamp_is_excluded_is_known_by_its_last_version() -> None:
    (item,) = kept("PatField", [{"PatFieldNum": 3, "SecDateTEdit": "2026-05-03 12:00:00"}]).items
    assert item.stamp == ""


def test_without_excluded_fields_a_delivery_stays_as_it_is() -> None:
    delivery = read_delivery("harbour", {}, "", b"[{}]")
    assert without_fields(delivery, {"patients": frozenset()}) is delivery
