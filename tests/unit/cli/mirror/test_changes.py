"""Failures begin once and end once, over all rounds of a run."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest

from odapi_async.cli.mirror.changes import Change, FailureTracker, PracticeChange
from odapi_async.mirror import Outcome, Status, TableFreshness, TableStatus
from tests.unit.cli.mirror.runs import NAIVE_NOON, NOON, OFFLINE, REFUSED, TOO_OLD, failed, running, status

TABLES: Final = tuple(f"table_{number}" for number in range(12))
WAITING: Final = Outcome.WAITING


def all_offline(practice: str = "harbour") -> tuple[TableStatus, ...]:
    return tuple(failed(practice, table) for table in TABLES)


def all_done(practice: str = "harbour") -> tuple[TableStatus, ...]:
    return tuple(status(Outcome.DONE, practice, table, rows=2, requests=1) for table in TABLES)


class Run:
    """The rounds of a run, one look after the other."""

    def __init__(self, earlier: Status | None = None, *, fail_after: float = 0.0) -> None:
        self.tracker = FailureTracker(earlier, follow=True, fail_after=fail_after)
        self.at, self.seconds = NOON, 0.0

    def look(self, *statuses: TableStatus, seconds: float = 60.0) -> list[PracticeChange]:
        self.at += dt.timedelta(seconds=seconds)
        self.seconds += seconds
        return [*self.tracker.update(statuses, self.at, self.seconds).practices]

    def kinds(self, *statuses: TableStatus) -> list[tuple[Change, str]]:
        return [(each.change, each.problem.kind if each.problem else "") for each in self.look(*statuses)]


def test_an_office_that_is_offline_for_many_rounds_is_two_changes() -> None:
    run = Run()
    assert run.kinds(*all_done()) == [(Change.DONE, "")]
    (began,) = run.look(*all_offline())
    assert (began.practice, began.change, began.failing) == ("harbour", Change.FAILING, 12)
    assert began.problem
    assert (began.problem.kind, began.problem.tables) == ("OfficeOffline", TABLES)
    assert [run.look(*all_offline()) for _ in range(100)] == [[]] * 100
    (ended,) = run.look(*all_done())
    assert (ended.change, ended.failing) == (Change.RECOVERED, 0)
    assert ended.problem
    assert run.at - (ended.problem.since or NOON) == dt.timedelta(seconds=101 * 60)
    assert run.look(*all_done()) == []


def test_a_failure_is_announced_when_it_is_old_enough() -> None:
    run = Run(fail_after=3_600.0)
    assert run.kinds(*all_done()) == [(Change.DONE, "")]
    assert [run.look(*all_offline()) for _ in range(30)] == [[]] * 30
    assert run.look(*all_done()) == [], "an end without a beginning"
    assert [run.look(*all_offline()) for _ in range(60)] == [[]] * 60
    assert run.kinds(*all_offline()) == [(Change.FAILING, "OfficeOffline")]
    assert [run.look(*all_offline()) for _ in range(30)] == [[]] * 30
    assert run.kinds(*all_done()) == [(Change.RECOVERED, "OfficeOffline")]


@pytest.mark.parametrize(("hours", "announced"), [(2.0, []), (4.0, [(Change.FAILING, "OfficeOffline")])])
def test_a_failure_of_an_earlier_run_is_announced_when_it_becomes_old_enough(
    hours: float, announced: list[tuple[Change, str]]
) -> None:
    run = Run(
        Status(at=NAIVE_NOON, tables=(freshness("harbour", "patients", OFFLINE),)), fail_after=3_600 * hours
    )
    assert run.kinds(failed("harbour", "patients")) == [], "it fails since three hours before"
    run.at += dt.timedelta(hours=1.5)
    assert run.kinds(failed("harbour", "patients")) == announced


def test_a_missing_key_is_announced_at_once() -> None:
    run = Run(fail_after=3_600.0)
    missing = failed("hill", "patients", "MissingKeyError: key_file is empty")
    assert run.kinds(missing) == [(Change.FAILING, "MissingKeyError")]


def test_each_class_of_error_is_a_problem_of_its_own() -> None:
    run = Run()
    last = (failed("harbour", "fees", TOO_OLD),)
    assert run.kinds(*all_done(), *last) == [(Change.DONE, ""), (Change.FAILING, "NeedsVersion")]
    assert run.kinds(*all_offline(), *last) == [(Change.FAILING, "OfficeOffline")]
    (ended,) = run.look(*all_done(), *last)
    assert (ended.change, ended.failing) == (Change.RECOVERED, 1)
    assert ended.problem
    assert ended.problem.kind == "OfficeOffline"


def test_a_table_that_fails_in_two_ways_in_turn_is_announced_twice_and_ends_twice() -> None:
    run = Run()
    found = [run.kinds(failed(error=OFFLINE if number % 2 else REFUSED)) for number in range(20)]
    assert found == [[(Change.FAILING, "KeyRefused")], [(Change.FAILING, "OfficeOffline")], *[[]] * 18]
    assert sorted(run.kinds(status())) == [
        (Change.DONE, ""),
        (Change.RECOVERED, "KeyRefused"),
        (Change.RECOVERED, "OfficeOffline"),
    ]


def test_a_failure_is_announced_when_the_practice_ends_or_after_half_a_minute() -> None:
    run = Run()
    tables = (failed(table="a"), running(table="b"), status(WAITING, table="c"))
    assert [*run.tracker.update(tables, NOON, 1.0).practices] == []
    tables[1].outcome, tables[1].error, tables[2].outcome = Outcome.FAILED, OFFLINE, Outcome.RUNNING
    assert [*run.tracker.update(tables, NOON, 30.9).practices] == []
    (began,) = run.tracker.update(tables, NOON, 31.0).practices
    assert began.problem
    assert began.problem.tables == ("a", "b")
    tables[2].outcome, tables[2].error = Outcome.FAILED, OFFLINE
    assert [*run.tracker.update(tables, NOON, 32.0).practices] == []
    (ended,) = run.look(status(table="a"), status(table="b"), status(table="c"))[:1]
    assert ended.problem
    assert ended.problem.tables == ("a", "b", "c")


def test_failed_then_running_then_done_between_two_looks_is_an_end() -> None:
    tracker = FailureTracker()
    table = failed()
    round_ = (table,)
    (end,) = tracker.update(round_, NOON, 0.0).tables
    assert (end.change, end.since) == (Change.FAILING, NOON)
    table.outcome, table.error = Outcome.RUNNING, ""
    table.outcome = Outcome.DONE
    (end,) = tracker.update(round_, NOON, 1.0).tables
    assert end.change is Change.RECOVERED
    table.outcome = Outcome.RUNNING
    assert tracker.update(round_, NOON, 2.0).tables == ()
    table.outcome = Outcome.DONE
    assert [each.change for each in tracker.update(round_, NOON, 3.0).tables] == [Change.NONE]


def test_a_round_that_was_not_looked_at_hides_nothing_that_lasts() -> None:
    run = Run()
    run.kinds(failed())
    assert run.kinds(status()) == [(Change.RECOVERED, "OfficeOffline"), (Change.DONE, "")]
    assert run.kinds(failed()) == [(Change.FAILING, "OfficeOffline")]


def test_nothing_due_also_ends_a_failure() -> None:
    run = Run()
    run.kinds(failed(error="KeyChanged: the rows of main were read with another key"))
    assert (Change.RECOVERED, "KeyChanged") in run.kinds(status(Outcome.UP_TO_DATE))


def test_an_incomplete_table_is_a_failure() -> None:
    run = Run()
    table = status(Outcome.INCOMPLETE, error="NotFound: GET /documents failed with status 404")
    assert run.kinds(table) == [(Change.FAILING, "NotFound")]


def test_a_practice_is_done_for_the_first_time_once() -> None:
    run = Run()
    (done,) = run.look(*all_done(), seconds=1.0)
    assert done == PracticeChange("harbour", Change.DONE, None, 24, 12, 0)
    assert run.look(*all_done()) == []
    assert [each.change for each in run.look(*all_offline("hill"))] == [Change.FAILING]  # nothing was read
    assert [each.change for each in run.look(status(practice="lake"), failed("lake", "fees"))] == [
        Change.DONE,
        Change.FAILING,
    ]


def test_withheld_rows_are_a_change_of_their_sweep_alone() -> None:
    run = Run()
    (first, second) = run.look(status(withheld=1_200))
    assert (first.change, first.rows, second.change) == (Change.WITHHELD, 1_200, Change.DONE)
    assert run.look(status()) == []


def freshness(practice: str, table: str, error: str = "") -> TableFreshness:
    since = NAIVE_NOON - dt.timedelta(hours=3) if error else None
    return TableFreshness(
        practice=practice,
        table=table,
        read_at=NAIVE_NOON,
        swept_at=NAIVE_NOON,
        failing_since=since,
        error=error,
        age=60.0,
    )


def test_what_failed_before_this_run_has_begun_already() -> None:
    tables = (
        freshness("harbour", "patients", OFFLINE),
        freshness("harbour", "recalls", OFFLINE),
        freshness("main", "patients"),
        freshness("gone", "patients", OFFLINE),  # not in this run any more
    )
    run = Run(Status(at=NAIVE_NOON, tables=tables))
    offline = failed("harbour", "patients"), failed("harbour", "recalls")
    assert run.kinds(*offline, status()) == [(Change.DONE, "")]
    assert [each.since for each in run.tracker.problems()] == [NOON - dt.timedelta(hours=3)]
    run.look(*offline, failed("hill"))
    assert [each.practice for each in run.tracker.problems()] == ["harbour", "hill"]
    (ended, done) = run.look(status(practice="harbour"), status(practice="harbour", table="recalls"))
    assert (ended.change, done.change) == (Change.RECOVERED, Change.DONE)
    assert ended.problem
    assert ended.problem.since == NOON - dt.timedelta(hours=3)


def test_problems_are_of_the_tables_of_this_round() -> None:
    run = Run()
    run.look(*all_offline("hill"), failed("harbour", error=REFUSED), status(practice="main"))
    assert [(each.practice, each.kind, len(each.tables)) for each in run.tracker.problems()] == [
        ("harbour", "KeyRefused", 1),
        ("hill", "OfficeOffline", 12),
    ]
    run.look(status(practice="main"))
    assert run.tracker.problems() == []


@pytest.mark.parametrize("jump", [dt.timedelta(days=-400), dt.timedelta(days=400)])
def test_a_clock_that_jumps_neither_repeats_nor_hides_a_change(jump: dt.timedelta) -> None:
    run = Run()
    run.look(failed())
    run.at += jump
    assert run.look(failed()) == []
    assert run.kinds(status())[0] == (Change.RECOVERED, "OfficeOffline")


def test_the_moment_before_a_round_knows_its_tables_changes_nothing() -> None:
    run = Run()
    run.look(failed())
    assert run.look() == []
    assert run.look(failed()) == []
    assert run.kinds(status())[0] == (Change.RECOVERED, "OfficeOffline")
