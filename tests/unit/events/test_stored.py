"""Deliveries as rows, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.events.delivery import Delivery, Item
from odapi_async.events.stored import Arrival, Claimed, plain, to_claimed, to_stored, version_of
from tests.support.inbox import NOON

ITEM = Item(7, "2026-05-03 12:00:00", b"d" * 16, b"{}")


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(1, 2**63 - 1), st.sampled_from([b"{}", b'{"a":[1,"]"]}', b'"\\u0000"'])
        ),
        max_size=5,
    )
)
def test_a_list_comes_back_as_it_was(rows: list[tuple[int | None, bytes]]) -> None:
    items = tuple(Item(row_id, "", b"", raw) for row_id, raw in rows)
    delivery = Delivery("harbour", "Appointment", "W", items, True)
    stored = to_stored(Arrival(delivery, NOON), items)
    assert to_claimed(3, 2, stored) == Claimed(3, 2, NOON, delivery)
    assert stored.rows == len(rows)
    assert repr(stored) == f"StoredEvent(Appointment of harbour, {len(rows)} rows)"


def test_an_object_comes_back_as_it_was() -> None:
    items = (Item(None, "", b"", b'{"PatNum":[1]}'),)
    delivery = Delivery("harbour", "PatientSelected", "W", items, False)
    assert to_claimed(3, 2, to_stored(Arrival(delivery, NOON), items)).delivery == delivery


@pytest.mark.parametrize(
    ("kind", "item", "digest", "latest"),
    [
        ("Appointment", ITEM, b"d" * 16, None),
        ("Appointment", ITEM._replace(stamp=""), b"", b"d" * 16),
        ("Appointment", ITEM._replace(stamp="0001-01-01 00:00:00"), b"", b"d" * 16),
        ("Operatory", ITEM._replace(stamp=""), b"", b"d" * 16),
        ("AppointmentDeleted", ITEM, b"", None),
    ],
)
def test_a_repetition_is_known_by_its_digest_or_its_id(
    kind: str, item: Item, digest: bytes, latest: bytes | None
) -> None:
    found = version_of(Delivery("harbour", kind, "", (item,), True), item)
    assert found == ("harbour", kind, 7, digest, latest)


@pytest.mark.parametrize(
    ("kind", "row_id"),
    [("Weather", 7), ("PatientSelected", 7), ("Appointment", None), ("Appointment", 2**63)],
)
def test_what_cannot_be_told_is_no_repetition(kind: str, row_id: int | None) -> None:
    item = ITEM._replace(row_id=row_id)
    assert version_of(Delivery("harbour", kind, "", (item,), True), item) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("Zoë", "Zoë"), ("a\0b", "a\N{REPLACEMENT CHARACTER}b"), ("\ud800", "?")]
)
def test_texts_can_be_stored(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_a_claimed_event_shows_no_row() -> None:
    delivery = Delivery("harbour", "Appointment", "W", (ITEM._replace(raw=b'"secret"'),), True)
    assert "secret" not in repr(Claimed(3, 2, NOON, delivery))
