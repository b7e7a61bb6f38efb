"""What an event changes, from what the mirror holds: in any order it is the same in the end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.events.patch import Held, Sent, by_columns, make_patch, sent_fields
from tests.support.inbox import NOON


def at(second: int) -> dt.datetime:
    return NOON + dt.timedelta(seconds=second)


def sent(row_id: int, second: int | None, **values: Any) -> Sent:
    return Sent(row_id, None if second is None else at(second), {"id": row_id, **values})


class Table:
    """A mirrored table that patches are written into, one event at a time."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.stamps: dict[int, dt.datetime | None] = {}
        self.deleted: set[int] = set()

    def change(self, rows: Sequence[Sent], gone: set[int]) -> None:
        held = {row_id: Held(self.stamps[row_id], is_deleted=row_id in self.deleted) for row_id in self.rows}
        patch = make_patch(rows, held, gone)
        assert not patch.inserted.keys() & self.rows.keys()
        assert patch.updated.keys() <= self.rows.keys()
        assert patch.revived == patch.updated.keys() & self.deleted
        for row_id, values in (patch.inserted | patch.updated).items():
            self.rows.setdefault(row_id, {}).update(values)
            stamps = [row.stamp for row in rows if row.row_id == row_id and row.stamp]
            self.stamps[row_id] = max([*stamps, self.stamps.get(row_id) or dt.datetime.min])
        self.deleted -= patch.revived


versions = st.tuples(st.integers(1, 3), st.integers(0, 5))
events = st.lists(st.one_of(st.integers(1, 3), st.lists(versions, min_size=1, max_size=4)), max_size=10)


@given(events)
def test_in_any_order_the_last_version_stays_and_what_is_deleted_stays_deleted(
    posted: list[int | list[tuple[int, int]]],
) -> None:
    table, gone, newest = Table(), set[int](), dict[int, int]()
    for event in posted:
        if isinstance(event, int):
            gone.add(event)  # known as soon as it is received
            table.deleted |= gone & table.rows.keys()
            continue
        table.change([sent(row_id, second, value=second) for row_id, second in event], gone)
        for row_id, second in event:
            if row_id not in gone:
                newest[row_id] = max(second, newest.get(row_id, 0))
    assert {row_id: row["value"] for row_id, row in table.rows.items()} == newest
    assert table.deleted == gone & newest.keys()


@pytest.mark.parametrize(
    ("second", "held", "is_ignored"),
    [
        (5, Held(at(4)), False),
        (5, Held(at(5)), False),
        (5, Held(at(6)), True),
        (5, Held(None), False),
        (None, Held(at(5)), False),
        (None, Held(None), False),
        (5, Held(at(4), is_deleted=True), False),
        (5, Held(at(5), is_deleted=True), True),
        (5, Held(None, is_deleted=True), True),
        (None, Held(at(5), is_deleted=True), True),
    ],
)
def test_a_row_that_is_late_is_ignored(second: int | None, held: Held, is_ignored: bool) -> None:
    patch = make_patch([sent(1, second)], {1: held}, ())
    assert (patch.ignored, bool(patch.updated)) == (int(is_ignored), not is_ignored)
    assert patch.revived == ({1} if held.is_deleted and not is_ignored else set())


def test_a_later_part_of_a_row_does_not_undo_an_earlier_one() -> None:
    patch = make_patch([sent(1, 1, a=1, b=1), sent(1, 2, b=2)], {}, ())
    assert patch.inserted == {1: {"id": 1, "a": 1, "b": 2}}
    patch = make_patch([sent(1, 1, a=1, b=1), sent(1, 2, b=2), sent(1, 0, a=0)], {1: Held()}, ())
    assert (patch.updated, patch.ignored) == ({1: {"id": 1, "a": 1, "b": 2}}, 1)


def test_rows_of_the_same_columns_are_together() -> None:
    rows = {1: {"a": 1}, 2: {"b": 1, "a": 2}, 3: {"a": 3, "b": 3}, 4: {"a": 4}}
    assert by_columns(rows) == [{1: {"a": 1}, 4: {"a": 4}}, {2: {"b": 1, "a": 2}, 3: {"a": 3, "b": 3}}]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["AptNum", "Note"], {"AptNum", "Note"}),
        (["AptNum", "note"], {"AptNum", "Note"}),
        (["AptNum", "Confirmed"], {"AptNum", "Confirmed"}),
        (["AptNum", "confirmed"], {"AptNum", "confirmed"}),
        (["AptNum", "Weather"], {"AptNum"}),
        (["Weather"], set[str]()),
    ],
)
def test_the_fields_that_were_sent_are_known(names: list[str], expected: set[str]) -> None:
    raw = json.dumps(dict.fromkeys(names, 1)).encode()
    assert (
        sent_fields(raw, ["AptNum", "Note", "Confirmed", "confirmed"])
        & {
            "AptNum",
            "Note",
            "Confirmed",
            "confirmed",
        }
        == expected
    )


def test_neither_a_row_nor_a_patch_shows_a_value() -> None:
    row = sent(3, 1, lname="Quetzalc0atl")
    assert repr(row) == "Sent(3, 2 values)"
    patch = make_patch([row, sent(4, 1, lname="Quetzalc0atl")], {4: Held()}, set[int]())
    assert repr(patch) == "Patch(1 inserted, 1 updated, 0 revived, 0 ignored)"
