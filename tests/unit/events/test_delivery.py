"""From headers and a body to a delivery and an event."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.events import (
    WATCHED,
    Changed,
    Deleted,
    Delivery,
    Event,
    PatientSelected,
    Refused,
    Unknown,
    read_delivery,
    to_event,
)
from odapi_async.events.delivery import kind_of
from odapi_async.resources import operations
from tests.support.posts import APPOINTMENT, BODY, SELECTED, headers, patients

NOW: Final = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
UI: Final = "UiEventType: PatientSelected"


def read(body: bytes, kind: str = "WatchTable: Appointment", query: str = "") -> Delivery:
    return read_delivery("harbour", headers(kind), query, body)


def read_rows(*rows: Any, kind: str = "WatchTable: Appointment") -> Delivery:
    return read(json.dumps(rows).encode(), kind)


def event_of(delivery: Delivery) -> Event:
    return to_event(delivery, NOW)


def problem_of(delivery: Delivery) -> str:
    event = event_of(delivery)
    assert isinstance(event, Unknown)
    return event.problem


@pytest.mark.parametrize(
    ("told", "query", "kind"),
    [
        ({"event-type": "WatchTable: Appointment"}, "", "Appointment"),
        ({"event-type": "UiEventType: PatientSelected"}, "", "PatientSelected"),
        ({"event-type": " WatchTable:Patient "}, "", "Patient"),
        ({"event-type": "WatchTable: Recall"}, "", "Recall"),
        ({"event-type": "WatchTable: Patient"}, "table=Appointment", "Patient"),
        ({}, "token=secret&table=Appointment", "Appointment"),
        ({"event-type": "Something else"}, "table=Appointment", "Appointment"),
        ({"event-type": "WatchTable: A, WatchTable: B"}, "", ""),
        ({"event-type": f"WatchTable: {'A' * 65}"}, "", ""),
        ({"event-type": "WatchTable: Patiënt"}, "", ""),
        ({}, "table=", ""),
        ({}, "table=a%0ab", ""),
        ({}, "table=Pati%C3%ABnt", ""),
        ({}, "", ""),
    ],
)
def test_the_header_tells_the_kind_and_old_offices_tell_it_in_the_url(
    told: Mapping[str, str], query: str, kind: str
) -> None:
    assert kind_of(told, query) == kind


def test_the_example_of_the_reference_is_a_changed_appointment() -> None:
    delivery = read(BODY)
    (item,) = delivery.items
    assert (delivery.practice, delivery.kind, delivery.workstation) == ("harbour", "Appointment", "MOLLYR")
    assert (item.row_id, item.stamp) == (18, "2021-05-03 08:30:12")
    assert json.loads(item.raw) == APPOINTMENT
    event = event_of(delivery)
    assert isinstance(event, Changed)
    assert (event.table, event.received_at) == ("appointments", NOW)
    assert event.rows[0].AptDateTime == dt.datetime(2020, 7, 31, 8, 30)
    assert event.rows[0].IsNewPatient is False


def test_the_example_of_the_reference_is_a_selected_patient() -> None:
    delivery = read(json.dumps(SELECTED).encode(), UI)
    event = event_of(delivery)
    assert isinstance(event, PatientSelected)
    assert (event.patient.PatNum, event.patient.ClinicNum, event.patient.EstBalance) == (28, 1, 0)
    assert not delivery.is_list


@pytest.mark.parametrize("kind", [kind for kind, watched in WATCHED.items() if watched.is_deletion])
def test_a_deletion_needs_no_field_but_the_id(kind: str) -> None:
    watched = WATCHED[kind]
    more = {"PatNum": 5, "DateTimeDeleted": "2026-10-01 08:00:00", "DeletedBy": "x", "ClinicNum": 0}
    event = event_of(
        read_rows({watched.id_field: 7}, {**more, watched.id_field: "8"}, kind=f"WatchTable: {kind}")
    )
    assert isinstance(event, Deleted)
    assert (event.table, event.ids) == (watched.table, (7, 8))


@pytest.mark.parametrize("kind", [kind for kind, watched in WATCHED.items() if not watched.is_deletion])
def test_rows_of_every_watched_table_are_typed(kind: str) -> None:
    watched = WATCHED[kind]
    event = event_of(read_rows({watched.id_field: 7, "OfTomorrow": [1]}, kind=f"WatchTable: {kind}"))
    assert isinstance(event, Changed)
    assert event.table == watched.table
    assert getattr(event.rows[0], watched.id_field) == 7


def test_no_row_is_an_event_without_rows() -> None:
    event = event_of(read(b" [] "))
    assert isinstance(event, Changed)
    assert event.rows == ()


def test_a_thousand_patients_with_long_notes_are_read() -> None:
    body = patients(1000, note=3000)
    assert 6 << 20 < len(body) < 8 << 20, "it fits into the default of max_body"
    event = event_of(read(body, "WatchTable: Patient"))
    assert isinstance(event, Changed)
    assert [row.PatNum for row in event.rows] == list(range(1, 1001))
    assert event.rows[-1].FamFinUrgNote == "é" * 3000


# --- what tells repeats ---


def digest(**changes: Any) -> bytes:
    return read_rows({**APPOINTMENT, **changes}).items[0].digest


def test_the_same_row_has_the_same_digest_in_any_order_and_spelling() -> None:
    turned = dict(reversed(list(APPOINTMENT.items())))
    assert read(json.dumps([turned], indent=1).encode()).items[0].digest == digest()
    assert digest(serverDateTime="2026-11-01 08:00:00") == digest()
    escaped, plain = read(b'[{"Note":"\\u00e9"}]').items[0], read('[{"Note":"é"}]'.encode()).items[0]
    assert escaped.digest == plain.digest
    assert escaped.raw != plain.raw


def test_any_changed_value_changes_the_digest() -> None:
    found = {
        digest(),
        digest(Note="x"),
        digest(Op=4),
        digest(Op="3"),
        digest(DateTStamp=""),
        digest(New=None),
    }
    assert len(found) == 6


@pytest.mark.parametrize(
    ("value", "row_id"),
    [
        (1, 1),
        ("1", 1),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        (10**30, None),
        ("9" * 5000, None),
        (0, None),
        (-1, None),
        (1.0, None),
        (True, None),
        (None, None),
        ("", None),
        ("²", None),
        ([1], None),
    ],
)
def test_an_id_is_a_positive_whole_number_that_databases_hold(value: Any, row_id: int | None) -> None:
    delivery = read_rows({"AptNum": value})
    assert delivery.items[0].row_id == row_id
    assert isinstance(event_of(delivery), Changed if row_id else Unknown)


def test_a_stamp_that_is_no_text_is_none() -> None:
    assert read_rows({"AptNum": 1, "DateTStamp": 5}).items[0].stamp == ""
    assert read_rows({"OperatoryNum": 1}, kind="WatchTable: Operatory").items[0].stamp == ""


@pytest.mark.parametrize("sent", ["", "a\tb", "a\x1bb", " MOLLYR ", "M" * 101])
def test_the_workstation_is_one_short_line(sent: str) -> None:
    workstation = read_delivery("harbour", headers() | {"workstation": sent}, "", b"[]").workstation
    assert workstation == {" MOLLYR ": "MOLLYR", "M" * 101: "M" * 100}.get(sent, "")


# --- what is kept, though nobody knows it ---


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("WatchTable: Recall", [{"RecallNum": 1}], "this version does not know events of this kind"),
        ("UiEventType: ChartOpened", {"PatNum": 1}, "this version does not know events of this kind"),
        ("", [{"AptNum": 1}], "this version does not know events of this kind"),
        ("WatchTable: Appointment", {"AptNum": 1}, "it is one object instead of a list"),
        (UI, [{"PatNum": 1}], "it is a list instead of one object"),
        (UI, {}, "it is no valid Patient in row 0, field PatNum"),
        ("WatchTable: Appointment", [{"AptNum": 1}, {}], "a row has no AptNum or is of another table"),
        ("WatchTable: Appointment", [1, "x", None], "a row has no AptNum or is of another table"),
        ("WatchTable: Appointment", [[{"AptNum": 1}]], "a row has no AptNum or is of another table"),
        (
            "WatchTable: Appointment",
            [{"AptNum": 1}, {"AptNum": 2, "Confirmed": "secret"}],
            "it is no valid Appointment in row 1, field Confirmed",
        ),
    ],
)
def test_json_that_this_version_does_not_know_is_kept_as_it_is(kind: str, body: Any, problem: str) -> None:
    event = event_of(read(json.dumps(body).encode(), kind))
    assert isinstance(event, Unknown)
    assert (event.payload, event.problem) == (body, problem)


IDS: Final = {watched.id_field for watched in WATCHED.values()}
OTHERS: Final = [
    (kind, other)
    for kind, watched in WATCHED.items()
    for other, its in WATCHED.items()
    if watched.table != its.table and not its.is_deletion
]


@pytest.mark.parametrize(("kind", "other"), OTHERS)
def test_rows_of_another_table_than_the_header_says_change_nothing(kind: str, other: str) -> None:
    row_type = operations(WATCHED[other].table)["list"].returns
    row = {field: 3 for field in row_type.__struct_fields__ if field in IDS}
    delivery = read_rows(row, kind=f"WatchTable: {kind}")
    assert "of another table" in problem_of(delivery)
    assert delivery.items[0].row_id is None, "nor is it a repeat of a row of that table"


def test_an_appointment_is_no_patient() -> None:
    assert "of another table" in problem_of(read_rows(APPOINTMENT, kind="WatchTable: Patient"))
    assert "of another table" in problem_of(read_rows(APPOINTMENT, kind="WatchTable: Operatory"))


# --- what is refused ---

NO_JSON: Final = {
    "nothing": b"",
    "blank": b" \r\n",
    "text": b"hello",
    "form": b"AptNum=1",
    "null": b"null",
    "number": b"1",
    "string": b'"x"',
    "torn": BODY[:-1],
    "torn in a text": BODY[:40],
    "torn damage": b'[{"AptNum":1,"Note":"caf\xe9',
    "two lists": b"[][]",
    "two objects": b"{},{}",
    "two damaged objects": b'{"a":"\xe9"},{"b":1}',
    "an end and a start": b'{"a":1}],[{"b":2}',
    "one quote": b"{'AptNum': 1}",
    "NaN": b'[{"AptNum":NaN}]',
    "utf-16": '[{"AptNum":1}]'.encode("utf-16"),
    "brackets": b"[" * 100_000,
    "deep": b'[{"AptNum":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
    "long number": b'[{"AptNum":' + b"9" * 5_000 + b"}]",
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
@pytest.mark.parametrize("kind", ["WatchTable: Appointment", UI, ""])
def test_what_is_no_json_did_not_arrive_as_it_was_sent(body: bytes, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        read(body, kind)
    assert (refused.value.status, refused.value.reason) == (
        400,
        "the body is no JSON array and no JSON object",
    )


def test_millions_of_tiny_rows_are_refused_before_they_cost_time() -> None:
    with pytest.raises(Refused) as refused:
        read(b"[" + b"1," * 100_000 + b"1]")
    assert refused.value.status == 413
    assert len(read(b"[" + b"1," * 99_999 + b"1]").items) == 100_000


@pytest.mark.parametrize("damage", [b"\xe9", b"\\ud83d", b"\n", b"\xff\xfe", b"\xc3"])
@pytest.mark.parametrize("kind", ["WatchTable: Appointment", UI])
def test_a_damaged_text_stops_no_subscription(damage: bytes, kind: str) -> None:
    row = b'{"AptNum":1,"PatNum":1,"Note":"caf' + damage + b'"}'
    event = event_of(read(b"\xef\xbb\xbf" + (row if kind == UI else b"[" + row + b"]"), kind))
    assert isinstance(event, PatientSelected if kind == UI else Changed)
    if isinstance(event, Changed):
        assert event.rows[0].Note == (
            "caf\n" if damage == b"\n" else "caf\ufffd" + "\ufffd" * (len(damage) == 2)
        )


def test_damage_that_comes_again_has_the_same_digest() -> None:
    one, two = (read(b'[{"AptNum":1,"Note":"caf\xe9"}]').items for _ in range(2))
    assert one == two


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["AptNum", "PatNum", "x"]), inner),
    max_leaves=20,
)


@given(
    st.binary() | JSON.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([*WATCHED, "PatientSelected", ""]),
)
def test_any_body_is_an_event_or_refused(body: bytes, kind: str) -> None:
    with suppress(Refused):
        assert event_of(read_delivery("harbour", {}, f"table={kind}", body)).kind == kind


@pytest.mark.parametrize(
    "value", ["watchtable: appointment", " WatchTable :APPOINTMENT ", "WATCHTABLE:Appointment"]
)
def test_a_kind_is_known_in_any_case(value: str) -> None:
    assert kind_of({"event-type": value}, "") == "Appointment"
    assert kind_of({}, "table=patientselected") == "PatientSelected"
    assert kind_of({"event-type": "WatchTable: Novelty"}, "") == "Novelty"


def test_a_number_beyond_all_is_kept() -> None:
    delivery = read_delivery("harbour", {}, "table=Novelty", b'[{"Big": 1e999}]')
    assert [each.raw for each in delivery.items] == [b'{"Big": 1e999}']
    assert isinstance(to_event(delivery, dt.datetime(2026, 1, 5)), Unknown)


def test_millions_of_lists_and_objects_are_refused_before_they_are_read() -> None:
    for inside in (b"[]", b"{}"):
        body = b'[{"AptNum":1,"x":[' + b",".join([inside] * 299_997) + b"]}]"
        assert len(read(body).items) == 1
        with pytest.raises(Refused, match="too many lists and objects") as caught:
            read(body.replace(b"]}]", b",[]]}]"))
        assert caught.value.status == 413


def test_what_is_nested_too_deep_for_later_readers_is_refused() -> None:
    for depth, refused in ((31, False), (33, True), (500, True)):
        body = b'[{"a": ' + b"[" * depth + b"]" * depth + b"}]"
        if refused:
            with pytest.raises(Refused, match="too deep"):
                read_delivery("harbour", {}, "", body)
        else:
            assert len(read_delivery("harbour", {}, "", body).items) == 1
