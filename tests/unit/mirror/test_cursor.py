"""What is due, the filters it is read with, and how the bookmark is determined."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec
import pytest

from odapi_async import Checkpoint
from odapi_async.mirror.cursor import (
    OVERLAP,
    Cursor,
    SyncMode,
    completed,
    due_mode,
    filters,
    is_ahead,
    record_server_time,
    started,
)
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
        (PATIENTS, Cursor(), SyncMode.SWEEP),
        (PATIENTS, Cursor(swept_at=EARLIER, bookmark=EARLIER), SyncMode.CHANGES),
        (PATIENTS, Cursor(swept_at=EARLIER), SyncMode.SWEEP),
        (PATIENTS, Cursor(swept_at=NOON - dt.timedelta(days=7), bookmark=EARLIER), SyncMode.SWEEP),
        (PATIENTS, Cursor(swept_at=LATER, bookmark=EARLIER), SyncMode.CHANGES),
        (PATIENTS, Cursor(sync_mode=SyncMode.CHANGES, swept_at=None), SyncMode.CHANGES),
        (RECALLS, Cursor(swept_at=EARLIER), SyncMode.NOTHING),
        (RECALLS, Cursor(swept_at=NOON - dt.timedelta(days=1)), SyncMode.SWEEP),
    ],
)
def test_what_is_due(plan: Plan, cursor: Cursor, expected: SyncMode) -> None:
    assert due_mode(cursor, plan, NOON, sweep_days=None, sweep=False) is expected


def test_a_requested_sweep_waits_for_the_sync_in_progress() -> None:
    current = Cursor(swept_at=EARLIER, bookmark=EARLIER)
    assert due_mode(current, PATIENTS, NOON, sweep_days=None, sweep=True) is SyncMode.SWEEP
    assert due_mode(current, PATIENTS, NOON, sweep_days=1 / 24, sweep=False) is SyncMode.SWEEP
    running = msgspec.structs.replace(current, sync_mode=SyncMode.CHANGES)
    assert due_mode(running, PATIENTS, NOON, sweep_days=None, sweep=True) is SyncMode.CHANGES
    assert started(running, SyncMode.CHANGES, NOON, PATIENTS) is running


def test_only_a_sweep_updates_the_number_and_time_of_the_last_sweep() -> None:
    cursor = Cursor(
        sweep=3, bookmark=EARLIER, next_bookmark=NOON, checkpoint=Checkpoint(5, (1,)), part=1, parent=7
    )
    for reading, sweep in ((SyncMode.SWEEP, 4), (SyncMode.CHANGES, 3)):
        found = started(cursor, reading, NOON, PATIENTS)
        assert found == Cursor(sync_mode=reading, sweep=sweep, bookmark=EARLIER, began_at=NOON)
        done = completed(msgspec.structs.replace(found, next_bookmark=NOON), LATER)
        assert done.read_at == NOON, "changes after it began may be missing"
        assert done.swept_at == (LATER if reading is SyncMode.SWEEP else None)
        assert (done.bookmark, done.next_bookmark, done.sync_mode) == (NOON, None, SyncMode.NOTHING)
    assert completed(found, LATER).bookmark == EARLIER, "an empty answer does not move it"


def test_changes_are_requested_with_an_overlap() -> None:
    cursor = Cursor(sync_mode=SyncMode.CHANGES, bookmark=NOON)
    assert filters(cursor, PATIENTS) == {"DateTStamp": NOON - OVERLAP}
    assert filters(cursor, PAYMENTS) == {"DateEntry": NOON.date()}
    assert filters(msgspec.structs.replace(cursor, part=1), BY_TABLE["procedure_logs"]) == {
        "ProcStatus": "D",
        "DateTStamp": NOON - OVERLAP,
    }
    assert filters(msgspec.structs.replace(cursor, sync_mode=SyncMode.SWEEP), PATIENTS) == {}


def test_the_server_time_becomes_the_bookmark() -> None:
    page = rows(PATIENTS, EARLIER, LATER, PatNum=1, serverDateTime=NOON)
    assert record_server_time(Cursor(), PATIENTS.changes, page, None).next_bookmark == NOON


def test_without_server_time_the_latest_known_time_becomes_the_bookmark() -> None:
    page = rows(CLAIMS, EARLIER, None, NOON, ClaimNum=1)
    assert record_server_time(Cursor(), CLAIMS.changes, page, None).next_bookmark == NOON
    assert record_server_time(Cursor(), CLAIMS.changes, page, LATER).next_bookmark == LATER
    assert record_server_time(Cursor(bookmark=LATER), CLAIMS.changes, page, None).next_bookmark == LATER
    assert (
        record_server_time(Cursor(), CLAIMS.changes, rows(CLAIMS, None, ClaimNum=1), None).next_bookmark
        is None
    )


def test_a_stamp_without_a_time_is_the_start_of_its_day() -> None:
    page = rows(PAYMENTS, dt.date(2026, 11, 23), PayNum=1)
    assert record_server_time(Cursor(), PAYMENTS.changes, page, None).next_bookmark == dt.datetime(
        2026, 11, 23
    )


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor(checkpoint=Checkpoint(100, (1, 2))),
        Cursor(part=1),
        Cursor(next_bookmark=EARLIER),
    ],
)
def test_later_pages_do_not_move_the_bookmark(cursor: Cursor) -> None:
    page = rows(PATIENTS, LATER, PatNum=1, serverDateTime=LATER)
    assert record_server_time(cursor, PATIENTS.changes, page, LATER) is cursor


def test_empty_pages_and_tables_without_stamps_do_not_move_the_bookmark() -> None:
    cursor = Cursor()
    assert record_server_time(cursor, PATIENTS.changes, [], LATER) is cursor
    assert record_server_time(cursor, None, rows(PATIENTS, LATER, PatNum=1), LATER) is cursor


def test_a8_a_stamp_in_the_future_moves_the_bookmark_no_further_than_the_office_time() -> None:
    page = rows(CLAIMS, EARLIER, dt.datetime(2035, 1, 1), ClaimNum=1)
    assert record_server_time(Cursor(), CLAIMS.changes, page, NOON).next_bookmark == NOON
    assert record_server_time(Cursor(), CLAIMS.changes, page, None, NOON).next_bookmark == NOON
    wrong = Cursor(bookmark=dt.datetime(2035, 1, 1))
    assert record_server_time(wrong, CLAIMS.changes, page, NOON).next_bookmark == NOON


def test_a8_a_sweep_lowers_the_bookmark_also_if_the_office_tells_no_time() -> None:
    page = rows(CLAIMS, EARLIER, ClaimNum=1)
    wrong = Cursor(bookmark=dt.datetime(2035, 1, 1), sync_mode=SyncMode.SWEEP)
    assert record_server_time(wrong, CLAIMS.changes, page, None).next_bookmark == EARLIER


def test_a8_a_clock_that_is_years_behind_says_nothing_of_a_bookmark() -> None:
    cursor = Cursor(bookmark=NOON)
    assert is_ahead(cursor, NOON - dt.timedelta(days=3))
    assert not is_ahead(cursor, NOON - dt.timedelta(days=1))
    assert not is_ahead(cursor, dt.datetime(2001, 1, 1))
    assert not is_ahead(cursor, None)
    assert not is_ahead(Cursor(), NOON)


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_a8_an_implausible_time_is_no_bookmark(year: int) -> None:
    time = dt.datetime(year, 1, 1, 0, 0, 30)
    page = rows(CLAIMS, EARLIER, time, ClaimNum=1)
    assert record_server_time(Cursor(), CLAIMS.changes, page, None).next_bookmark == EARLIER
    cursor = Cursor(bookmark=time, swept_at=NOON)
    assert due_mode(cursor, CLAIMS, NOON, sweep_days=None, sweep=False) is SyncMode.SWEEP
