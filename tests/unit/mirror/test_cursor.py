"""What is due, where it begins, and what a bookmark is made of: plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec
import pytest

from odapi_async import Place
from odapi_async.mirror.cursor import OVERLAP, Cursor, Reading, begun, due, ended, filters, seen
from odapi_async.mirror.plans import BY_TABLE, Plan

NOON: Final = dt.datetime(2026, 11, 23, 12)
EARLIER: Final = NOON - dt.timedelta(hours=1)
LATER: Final = NOON + dt.timedelta(hours=1)
PATIENTS: Final = BY_TABLE["patients"]
CLAIMS: Final = BY_TABLE["claims"]
PAYMENTS: Final = BY_TABLE["payments"]
RECALLS: Final = BY_TABLE["recalls"]


def rows(plan: Plan, *stamps: Any, **others: Any) -> list[Any]:
    assert plan.changes is not None
    return [plan.operation.returns(**{plan.changes.stamp: stamp, **others}) for stamp in stamps]


@pytest.mark.parametrize(
    ("plan", "cursor", "expected"),
    [
        (PATIENTS, Cursor(), Reading.SWEEP),
        (PATIENTS, Cursor(swept_at=EARLIER, bookmark=EARLIER), Reading.CHANGES),
        (PATIENTS, Cursor(swept_at=EARLIER), Reading.SWEEP),
        (PATIENTS, Cursor(swept_at=NOON - dt.timedelta(days=7), bookmark=EARLIER), Reading.SWEEP),
        (PATIENTS, Cursor(swept_at=LATER, bookmark=EARLIER), Reading.CHANGES),
        (PATIENTS, Cursor(reading=Reading.CHANGES, swept_at=None), Reading.CHANGES),
        (RECALLS, Cursor(swept_at=EARLIER), Reading.NOTHING),
        (RECALLS, Cursor(swept_at=NOON - dt.timedelta(days=1)), Reading.SWEEP),
    ],
)
def test_what_is_due(plan: Plan, cursor: Cursor, expected: Reading) -> None:
    assert due(cursor, plan, NOON, sweep_days=None, sweep=False) is expected


def test_a_sweep_that_is_asked_for_waits_for_what_is_under_way() -> None:
    current = Cursor(swept_at=EARLIER, bookmark=EARLIER)
    assert due(current, PATIENTS, NOON, sweep_days=None, sweep=True) is Reading.SWEEP
    assert due(current, PATIENTS, NOON, sweep_days=1 / 24, sweep=False) is Reading.SWEEP
    running = msgspec.structs.replace(current, reading=Reading.CHANGES)
    assert due(running, PATIENTS, NOON, sweep_days=None, sweep=True) is Reading.CHANGES
    assert begun(running, Reading.CHANGES) is running


def test_only_a_sweep_counts_as_one() -> None:
    cursor = Cursor(sweep=3, bookmark=EARLIER, next_bookmark=NOON, place=Place(5, (1,)), part=1, parent=7)
    for reading, sweep in ((Reading.SWEEP, 4), (Reading.CHANGES, 3)):
        found = begun(cursor, reading)
        assert found == Cursor(reading=reading, sweep=sweep, bookmark=EARLIER)
        done = ended(msgspec.structs.replace(found, next_bookmark=NOON), LATER)
        assert done.swept_at == (LATER if reading is Reading.SWEEP else None)
        assert (done.bookmark, done.next_bookmark, done.reading) == (NOON, None, Reading.NOTHING)
    assert ended(found, LATER).bookmark == EARLIER, "an empty answer does not move it"


def test_changes_are_asked_for_with_an_overlap() -> None:
    cursor = Cursor(reading=Reading.CHANGES, bookmark=NOON)
    assert filters(cursor, PATIENTS) == {"DateTStamp": NOON - OVERLAP}
    assert filters(cursor, PAYMENTS) == {"DateEntry": NOON.date()}
    assert filters(msgspec.structs.replace(cursor, part=1), BY_TABLE["procedure_logs"]) == {
        "ProcStatus": "D",
        "DateTStamp": NOON - OVERLAP,
    }
    assert filters(msgspec.structs.replace(cursor, reading=Reading.SWEEP), PATIENTS) == {}


def test_the_servers_own_time_is_the_best_bookmark() -> None:
    page = rows(PATIENTS, EARLIER, LATER, PatNum=1, serverDateTime=NOON)
    assert seen(Cursor(), PATIENTS.changes, page, None).next_bookmark == NOON


def test_without_it_the_latest_stamp_is_never_earlier_than_what_was_known() -> None:
    page = rows(CLAIMS, EARLIER, None, NOON, ClaimNum=1)
    assert seen(Cursor(), CLAIMS.changes, page, None).next_bookmark == NOON
    assert seen(Cursor(), CLAIMS.changes, page, LATER).next_bookmark == LATER
    assert seen(Cursor(bookmark=LATER), CLAIMS.changes, page, None).next_bookmark == LATER
    assert seen(Cursor(), CLAIMS.changes, rows(CLAIMS, None, ClaimNum=1), None).next_bookmark is None


def test_a_stamp_that_is_a_day_means_its_beginning() -> None:
    page = rows(PAYMENTS, dt.date(2026, 11, 23), PayNum=1)
    assert seen(Cursor(), PAYMENTS.changes, page, None).next_bookmark == dt.datetime(2026, 11, 23)


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor(place=Place(100, (1, 2))),
        Cursor(part=1),
        Cursor(next_bookmark=EARLIER),
    ],
)
def test_later_pages_say_nothing_of_time(cursor: Cursor) -> None:
    page = rows(PATIENTS, LATER, PatNum=1, serverDateTime=LATER)
    assert seen(cursor, PATIENTS.changes, page, LATER) is cursor


def test_neither_do_empty_pages_and_tables_without_stamps() -> None:
    cursor = Cursor()
    assert seen(cursor, PATIENTS.changes, [], LATER) is cursor
    assert seen(cursor, None, rows(PATIENTS, LATER, PatNum=1), LATER) is cursor
