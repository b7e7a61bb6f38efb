"""What an office posts is read whatever it looks like, and what is accepted can be read later, too."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import msgspec
import pytest

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
from tests.support.posts import BODY, HEADERS, NAME, ROW, examples, without

NOW = dt.datetime(2026, 11, 29, 3, 22, tzinfo=dt.UTC)
SELECTED = {**HEADERS, "event-type": "UiEventType: PatientSelected"}


def of_kind(name: str) -> dict[str, str]:
    return {**HEADERS, "event-type": f"WatchTable: {name}"}


def delivery_of(body: bytes, headers: dict[str, str] = HEADERS, query: str = "") -> Delivery:
    return read_delivery("harbour", headers, query, body)


def event_of(body: bytes, headers: dict[str, str] = HEADERS, query: str = "") -> Event:
    return to_event(delivery_of(body, headers, query), NOW)


def row(**fields: Any) -> bytes:
    return json.dumps([{**ROW, **fields}]).encode()


@pytest.mark.parametrize("example", examples(), ids=lambda each: each["event"])
def test_the_examples_of_the_reference(example: Any) -> None:
    headers = {name.lower(): value for name, value in example["headers"].items()}
    event = event_of(json.dumps(example["body"]).encode(), headers)
    assert (event.practice, event.workstation, event.received_at) == ("harbour", "MOLLYR", NOW)
    match event:
        case Changed(table="appointments", rows=(appointment,)):
            assert (appointment.AptNum, appointment.provAbbr) == (18, "DOC1")
            assert appointment.DateTStamp == dt.datetime(2021, 5, 3, 8, 30, 12)
        case PatientSelected(patient=patient):
            assert (patient.PatNum, patient.LName, patient.ClinicNum) == (28, "Harrison", 1)
        case _:
            pytest.fail(f"{type(event)}")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"  ", b"hello", b"null", b"3", b'"[]"', b"NaN", b"[", b"[{]", b"[] x", b"[][]", b"{}{}"),
        BODY[:-1],
        BODY.decode().encode("utf-16"),
        b'[{"AptNum": NaN}]',
        b"--boundary\r\n" + BODY,
    ],
)
def test_a_body_that_is_no_array_and_no_object_did_not_arrive_as_it_was_sent(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        delivery_of(body)
    assert refused.value.status == 400
    assert "no JSON array and no JSON object" in refused.value.reason
    assert refused.value.__context__ is None  # it would quote the body


@pytest.mark.parametrize("depth", [33, 900, 100_000])
@pytest.mark.parametrize("form", ["[%b]", '[{"AptNum": 1, "Note": %b}]', '{"a": %b}'])
def test_a_body_that_is_nested_too_deep_is_refused(form: str, depth: int) -> None:
    for nested in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
        with pytest.raises(Refused) as refused:
            delivery_of(form.encode() % nested)
        assert refused.value.status == 400


def test_what_is_accepted_can_be_read_with_less_of_the_stack_left() -> None:
    nested = b"[" * 30 + b"1e999" + b"]" * 30
    delivery = delivery_of(b'[{"AptNum": 1, "Op": %b}]' % nested)

    def read(frames: int) -> Event:
        return to_event(delivery, NOW) if frames == 0 else read(frames - 1)

    depth, frame = 0, sys._getframe()
    while (frame := frame.f_back) is not None:  # type: ignore[assignment]
        depth += 1
    assert isinstance(read(sys.getrecursionlimit() - depth - 200), Unknown)


def test_too_many_rows_are_refused() -> None:
    assert len(delivery_of(b"[%b]" % b",".join([b"{}"] * 100_000)).items) == 100_000
    with pytest.raises(Refused) as refused:
        delivery_of(b"[%b]" % b",".join([b"{}"] * 100_001))
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("sent", "note"),
    [
        (b"\xef\xbb\xbf" + BODY, NAME),
        (b" \r\n\t" + BODY + b"\n", NAME),
        (b'[{"AptNum":18,"Note":"a\\u0000b"}]', "a\0b"),
        (b'[{"AptNum":18,"Note":"a\x00b"}]', "a\0b"),
        (b'[{"AptNum":18,"Note":"a\tb\nc"}]', "a\tb\nc"),
        (b'[{"AptNum":18,"Note":"\\ud83e\\uddb7"}]', "\N{TOOTH}"),
        (b'[{"AptNum":18,"Note":"x\\ud83e"}]', "x\ufffd"),
        (b'[{"AptNum":18,"Note":"\\uddb7x"}]', "\ufffdx"),
        (b'[{"AptNum":18,"Note":"caf\xe9"}]', "caf\ufffd"),
        (b'\xef\xbb\xbf[{"AptNum":18,"Note":"caf\xe9"}]', "caf\ufffd"),
    ],
)
def test_a_text_of_another_encoding_does_not_stop_a_subscription(sent: bytes, note: str) -> None:
    delivery = delivery_of(sent)
    (item,) = delivery.items
    item.raw.decode()  # databases hold valid text
    assert b"\x00" not in item.raw
    event = to_event(delivery, NOW)
    assert isinstance(event, Changed)
    assert (event.rows[0].AptNum, event.rows[0].Note) == (18, note)


@pytest.mark.parametrize(
    "number",
    ["18446744073709551616", "9223372036854775808", "-9223372036854775809", "1e999", "-1e999", "1.5"],
)
def test_an_implausible_number_is_kept_for_people(number: str) -> None:
    for field in ("AptNum", "Op"):
        delivery = delivery_of(f'[{{"AptNum":18,"PatNum":17,"{field}":{number}}}]'.encode())
        assert delivery.items[0].row_id == (None if field == "AptNum" else 18)
        event = to_event(delivery, NOW)
        assert isinstance(event, Unknown)
        assert float(event.payload[0][field]) == float(number)
        assert number not in event.problem
        assert field in event.problem


@pytest.mark.parametrize(
    ("value", "row_id"),
    [
        *(("18", 18), ('"18"', 18), ('"018"', 18), ("9223372036854775807", 2**63 - 1)),
        *(
            (bad, None)
            for bad in ("0", "-1", "true", "null", '""', '"x"', '" 18"', '"-1"', "18.0", "[18]", "{}")
        ),
        *((bad, None) for bad in ('"9223372036854775808"', f'"{"9" * 5000}"', '"\u0661"')),
    ],
)
def test_ids(value: str, row_id: int | None) -> None:
    (item,) = delivery_of(f'[{{"AptNum":{value}}}]'.encode()).items
    assert item.row_id == row_id


def test_the_last_of_two_equal_names_counts_everywhere() -> None:
    body = b'[{"AptNum":1,"Note":"a","DateTStamp":"2020-01-01 00:00:00","AptNum":2,"Note":"b"}]'
    delivery = delivery_of(body)
    assert delivery.items[0].row_id == 2
    event = to_event(delivery, NOW)
    assert isinstance(event, Changed)
    assert (event.rows[0].AptNum, event.rows[0].Note) == (2, "b")


def test_an_empty_list_is_an_event_without_rows() -> None:
    event = event_of(b"[]")
    assert isinstance(event, Changed)
    assert event.rows == ()
    assert event_of(b"[]", of_kind("AppointmentDeleted")) == Deleted(
        practice="harbour",
        kind="AppointmentDeleted",
        workstation="FRONTDESK",
        received_at=NOW,
        table="appointments",
        ids=(),
    )
    nothing = event_of(b"[]", SELECTED)
    assert isinstance(nothing, Unknown)
    assert nothing.payload == []


def test_a_thousand_patients_with_long_notes() -> None:
    note = "caf\xe9 " * 1000
    rows = [{"PatNum": number, "LName": "A", "FamFinUrgNote": note} for number in range(1, 1001)]
    body = json.dumps(rows, ensure_ascii=False).encode()
    event = event_of(body, of_kind("Patient"))
    assert isinstance(event, Changed)
    assert [each.PatNum for each in event.rows] == [*range(1, 1001)]
    assert {each.FamFinUrgNote for each in event.rows} == {note}


@pytest.mark.parametrize(
    "rows", [b'[{"PatNum":1,"LName":"A"}]', b'[null,1,"a",[]]', b"[{}]", b'[{"AptNum":1},{}]']
)
def test_rows_of_another_table_are_unknown(rows: bytes) -> None:
    event = event_of(rows)
    assert isinstance(event, Unknown)
    assert event.problem == "a row has no AptNum"
    assert event.payload == json.loads(rows)


def test_an_error_of_a_row_names_its_field_and_no_value() -> None:
    event = event_of(row(AptDateTime=NAME))
    assert isinstance(event, Unknown)
    assert event.problem == "the event is not a valid Appointment in row 0, field AptDateTime"
    assert NAME not in repr(event)


def test_kinds_that_are_not_known_are_kept_as_they_came() -> None:
    for body in (b'[{"X":1.5}]', b'{"X":1.5}'):
        event = event_of(body, of_kind("Recall"))
        assert isinstance(event, Unknown)
        assert (event.kind, event.payload) == ("Recall", json.loads(body))
        assert "does not know" in event.problem


def test_one_row_is_read_with_and_without_its_list() -> None:
    for body in (b'{"AptNum":18}', b'[{"AptNum":18}]'):
        deleted = event_of(body, of_kind("AppointmentDeleted"))
        assert isinstance(deleted, Deleted)
        assert deleted.ids == (18,)
        assert isinstance(event_of(body), Changed)
    for body in (b'{"PatNum":28}', b'[{"PatNum":28}]'):
        selected = event_of(body, SELECTED)
        assert isinstance(selected, PatientSelected)
        assert selected.patient.PatNum == 28
    assert isinstance(event_of(b'[{"PatNum":28},{"PatNum":29}]', SELECTED), Unknown)


@pytest.mark.parametrize("kind", WATCHED)
def test_rows_of_every_table_are_read(kind: str) -> None:
    watched = WATCHED[kind]
    event = event_of(json.dumps([{watched.id_field: 7}]).encode(), of_kind(kind))
    assert isinstance(event, Deleted if watched.is_deletion else Changed)
    assert event.table == watched.table


@pytest.mark.parametrize(
    "value",
    [
        *(
            "WatchTable: Appointment",
            "WatchTable:Appointment",
            "WatchTable:\tAppointment",
            "watchtable: appointment",
        ),
        *("  WatchTable :  Appointment ", "WATCHTABLE: APPOINTMENT", "UiEventType: Appointment"),
    ],
)
def test_a_kind_in_the_header(value: str) -> None:
    assert delivery_of(BODY, {**HEADERS, "event-type": value}, "table=Patient").kind == "Appointment"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        *(("table=Appointment", "Appointment"), ("token=a&table=appointment", "Appointment")),
        *(("table=%41ppointment&", "Appointment"), ("table=PATIENTSELECTED", "PatientSelected")),
        *(("table=Appointment&table=Patient", "Appointment"), ("table=Recall", "Recall")),
        *(
            ("", ""),
            ("table", ""),
            ("table=", ""),
            ("table=a%00b", ""),
            ("table=A/B", ""),
            ("table=" + "A" * 65, ""),
        ),
        *(("table=%ff", ""), ("table=\udc80", ""), ("&" * 10_000, ""), ("%", "")),
    ],
)
def test_old_offices_send_no_header(query: str, kind: str) -> None:
    headers = without(HEADERS, "event-type", "workstation")
    delivery = delivery_of(BODY, headers, query)
    assert (delivery.kind, delivery.workstation) == (kind, "")


@pytest.mark.parametrize(
    "value", ["", "Appointment", "WatchTable:", "WatchTable: A B", "x WatchTable: A", "Other: A"]
)
def test_a_header_that_is_none_leaves_it_to_the_query(value: str) -> None:
    headers = {**HEADERS, "event-type": value}
    assert delivery_of(BODY, headers).kind == ""
    assert delivery_of(BODY, headers, "table=Appointment").kind == "Appointment"


def test_a_workstation_is_bounded_and_printable() -> None:
    assert len(delivery_of(BODY, {**HEADERS, "workstation": "x" * 5000}).workstation) == 100
    assert delivery_of(BODY, {**HEADERS, "workstation": "A\x1b[2J"}).workstation == ""
    assert delivery_of(BODY, {**HEADERS, "workstation": " FRONT DESK "}).workstation == "FRONT DESK"


def test_digests_tell_states_of_a_row_apart() -> None:
    def digest(body: bytes) -> bytes:
        return delivery_of(body).items[0].digest

    same = [b'[{"AptNum":1,"Op":2}]', b'[ { "Op" : 2, "AptNum" : 1 } ]']
    same += [b'[{"AptNum":1,"Op":2,"serverDateTime":"%d"}]' % each for each in (1, 2)]
    assert len({digest(each) for each in same}) == 1
    others = [
        b'[{"AptNum":1,"Op":3}]',
        b'[{"AptNum":1}]',
        b'[{"AptNum":1,"Op":null}]',
        b'[{"AptNum":1,"Op":"2"}]',
    ]
    assert len({digest(each) for each in [*same, *others]}) == 5


def test_stamps() -> None:
    assert delivery_of(BODY).items[0].stamp == ROW["DateTStamp"]
    assert delivery_of(row(DateTStamp=5)).items[0].stamp == ""
    assert delivery_of(row(), of_kind("Operatory")).items[0].stamp == ""


def test_the_json_of_a_row_is_that_of_the_office() -> None:
    sent = b'{"AptNum":1, "Amount":0.10,"Note":"\\u00e9"}'
    assert delivery_of(b"[%b]" % sent).items[0].raw == sent
    assert msgspec.json.decode(delivery_of(sent).items[0].raw) == json.loads(sent)


def test_nothing_shows_a_row() -> None:
    delivery = delivery_of(BODY)
    events = [
        event_of(BODY),
        event_of(b'{"PatNum":1,"LName":"%b"}' % NAME.encode(), SELECTED),
        event_of(BODY, {}),
    ]
    assert NAME not in repr([delivery, *events])
