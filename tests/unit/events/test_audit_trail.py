"""The audit trail: which deletions are told, and where to begin in a list of unknown length."""

from __future__ import annotations

import datetime as dt

import pytest

from odapi_async.events import Deleted, to_event
from odapi_async.events.audit_trail import Search, deleted_ids, deliveries, first_moment
from odapi_async.resources.hist_appointments import HistAppointment

NOON = dt.datetime(2026, 11, 20, 12)


def deleted(apt_num: int, at: dt.datetime | None = NOON, action: str = "Deleted") -> HistAppointment:
    return HistAppointment(AptNum=apt_num, HistDateTStamp=at, HistApptAction=action)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(1, dt.datetime(2026, 11, 17, 12), id="two days before the sweep"),
        pytest.param(-9, dt.datetime(2026, 11, 18, 12), id="a clock that was set back"),
        pytest.param(999, dt.datetime(2026, 10, 19, 12), id="not the whole history"),
    ],
)
def test_the_first_reading_begins_shortly_before_the_last_sweep(days: float, expected: dt.datetime) -> None:
    assert first_moment(NOON, dt.timedelta(days=days)) == expected


def test_an_office_without_a_clock_stops_nothing() -> None:
    assert first_moment(dt.datetime.min, dt.timedelta(days=3)).year == 1899


def test_other_actions_and_older_deletions_are_not_told() -> None:
    rows = [
        deleted(1),
        deleted(2, action="Changed"),
        deleted(3, NOON - dt.timedelta(seconds=1)),
        deleted(4, None),
        deleted(0),
        deleted(-5),
        deleted(1),
        deleted(6, NOON + dt.timedelta(days=400)),
    ]
    assert deleted_ids(rows, NOON) == [1, 6]
    assert deleted_ids(rows, dt.datetime.min) == [1, 3, 4, 6]


def test_deletions_are_told_as_an_office_tells_them() -> None:
    found = list(deliveries("harbour", range(1, 2_502)))
    events = [to_event(each, NOON) for each in found]
    assert [len(each.items) for each in found] == [1_000, 1_000, 501]
    assert all(isinstance(each, Deleted) and each.table == "appointments" for each in events)
    assert [row_id for each in events if isinstance(each, Deleted) for row_id in each.ids] == [
        *range(1, 2_502)
    ]
    assert list(deliveries("harbour", [])) == []


def search(older: int, total: int) -> tuple[int, int]:
    """Search in a list whose first rows are older; return the position and the number of probes."""
    assert older <= total
    found, probes = Search(100), 0
    while (probe := found.probe) is not None:
        probes += 1
        found.record(probe, is_older=probe < older)
    return found.found, probes


@pytest.mark.parametrize("older", [0, 1, 99, 100, 101, 5_000, 123_456, 3_000_000])
@pytest.mark.parametrize("newer", [0, 1, 700])
def test_few_probes_find_where_the_newer_rows_begin(older: int, newer: int) -> None:
    position, probes = search(older, older + newer)
    assert position <= older
    assert older - position <= 100
    assert probes <= 25


def test_a_short_list_needs_one_probe() -> None:
    assert search(3, 5) == (0, 1)


def test_an_office_that_ignores_offsets_is_not_asked_for_ever() -> None:
    _, probes = search(10**12, 10**12)
    assert probes < 15
