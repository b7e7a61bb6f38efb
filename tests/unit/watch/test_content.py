"""The page's content, made from the status of a fleet or of a mirror."""

from __future__ import annotations

import datetime as dt

import pytest

from odapi_async.fleet.status import WorkerStatus
from odapi_async.watch import fleet_view, mirror_view
from odapi_async.watch.data import (
    Fact,
    Level,
    PaceLine,
    View,
    age_in_words,
    duration,
    level_of,
)
from odapi_async.watch.pace import RunSpan, fleet_pace, mirror_pace
from tests.unit.watch.views import AT, NAIVE, OFFLINE, ago, failing, fleet, mirror, practice, table, worker

NO_PACE = PaceLine(AT, ())


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (0.0, Level.CURRENT),
        (-5.0, Level.CURRENT),
        (600.0, Level.CURRENT),
        (600.1, Level.LATE),
        (3_000.0, Level.LATE),
        (3_000.1, Level.VERY_LATE),
        (None, Level.FIRST_COPY),
    ],
)
def test_the_level_depends_on_the_interval(age: float | None, level: Level) -> None:
    assert level_of(age, 300.0) is level
    assert level_of(age, 300.0, enabled=False) is Level.DISABLED


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (172_799, "47 h")),
        *((172_800, "2 d"), (864_000_000, "10,000 d"), (-3, "0 s")),
    ],
)
def test_a_duration_has_one_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_an_age_changes_once_a_minute_at_most() -> None:
    assert [age_in_words(each) for each in (None, 0.0, 59.0, 61.0, 119.0)] == [
        *("", "under 1 min old", "under 1 min old", "1 min old", "1 min old")
    ]


def problems(view: View) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.words, each.practices) for each in view.problems]


def test_problems_of_one_kind_are_one_group_and_offline_practices_come_last() -> None:
    found = fleet_view.view(
        fleet(
            failing("a", OFFLINE, 5),
            failing("b", OFFLINE, 171),
            failing("c", OFFLINE, 3),
            failing("d", "KeyRefused: not enabled", 1),
            practice("e"),
        )
    )
    assert problems(found) == [("KeyRefused", ("d",)), ("offline", ("b", "a", "c"))]
    offline = found.problems[1]
    assert offline.since == ago(171)
    assert offline.advice == "it is read again when the eConnector runs"


def test_an_error_that_begins_with_its_table_is_grouped_by_its_class() -> None:
    found = fleet_view.view(
        fleet(
            failing("a", f"patients: {OFFLINE}", 5),
            failing("b", OFFLINE, 6),
            failing("c", "KeyNotFound: no", 1),
        )
    )
    assert problems(found) == [("KeyNotFound", ("c",)), ("offline", ("b", "a"))]
    assert found.cells[0].failing == "offline"
    assert (
        found.problems[0].advice == "provide the key there; workers that find it read the practice meanwhile"
    )


def test_a_disabled_practice_needs_nobody_whatever_its_last_error() -> None:
    found = fleet_view.view(fleet(failing("a", OFFLINE, 5, enabled=False, lag=9e6)))
    assert found.problems == ()
    assert (found.cells[0].level, found.cells[0].failing) == (Level.DISABLED, "")


def test_late_practices_that_do_not_fail_are_one_group_the_worst_first() -> None:
    found = fleet_view.view(
        fleet(practice("a", lag=700.0), practice("b", lag=9_000.0), failing("c", OFFLINE, 200))
    )
    assert problems(found) == [("offline", ("c",)), ("late", ("b", "a"))]


@pytest.mark.parametrize("workers", [(), (worker(silence=15.1),)])
def test_if_no_worker_gives_a_sign_this_is_the_first_problem_and_nobody_is_called_late(
    workers: tuple[WorkerStatus, ...],
) -> None:
    found = fleet_view.view(fleet(practice("a", lag=9_000.0), workers=workers))
    assert [each.words for each in found.problems] == ["no worker is running, so nothing is read"]
    assert "odapi fleet work" in found.problems[0].advice


def test_an_empty_fleet_needs_no_worker() -> None:
    assert fleet_view.view(fleet(workers=())).problems == ()


def test_a_worker_is_silent_after_15_seconds() -> None:
    found = fleet_view.view(fleet(workers=(worker(1, 14.9), worker(2, 15.1), worker(3, 7_300.0))))
    assert found.workers is not None
    assert [each.silent for each in found.workers] == ["", "15 s", "2 h"]


def test_the_details_say_when_a_practice_is_read_next() -> None:
    def facts(**values: object) -> dict[str, object]:
        return {each.name: each.value for each in fleet_view.details(practice("a", **values), ()).facts}

    assert facts()["next"] == "in 4 min"
    assert facts(due_in=-130.0)["next"] == "overdue by 2 min"
    assert facts(reading=True)["now"] == "a worker reads it"
    assert "next" not in facts(enabled=False)
    assert facts(lag=None)["copy"] == "the first copy is not complete"
    assert facts(outcome="stopped")["last slice"] == "goes on in the next slice"


def test_the_details_of_a_failing_practice_have_its_error_and_its_tables() -> None:
    found = fleet_view.details(failing("a", OFFLINE, 5), (table("a"), table("a", "claims", None, OFFLINE)))
    assert Fact("error", OFFLINE) in found.facts
    assert Fact("failing since", ago(5)) in found.facts
    assert Fact("failed", "3 times in a row") in found.facts
    assert [(each.table, each.read_at) for each in found.tables] == [("patients", ago(1)), ("claims", None)]


def test_a_mirrored_practice_is_as_old_as_its_oldest_table() -> None:
    tables = (table("a"), table("a", "claims", 4_000.0), table("b"), table("c"), table("c", "claims", None))
    found = mirror_view.view(mirror(*tables), 300.0, NO_PACE)
    assert [(each.practice, each.level, each.age) for each in found.cells] == [
        ("a", Level.VERY_LATE, "1 h old"),
        ("b", Level.CURRENT, "1 min old"),
        ("c", Level.FIRST_COPY, ""),
    ]
    assert problems(found) == [("late", ("a",))]
    assert "--every" in found.problems[0].advice
    assert (found.workers, found.at) == (None, AT)


def test_a_practice_with_several_errors_shows_the_one_that_needs_a_person() -> None:
    refused = "MissingPermission: no"
    tables = (table("a", "claims", error=OFFLINE), table("a", "codes", error=refused), table("a"))
    found = mirror_view.view(mirror(*tables), 300.0, NO_PACE)
    assert found.cells[0].failing == "MissingPermission"
    assert problems(found) == [("MissingPermission", ("a",)), ("offline", ("a",))]
    assert Fact("failing", "2 tables") in mirror_view.details("a", tables, 300.0).facts


def test_the_pace_of_a_fleet_is_59_minutes_and_the_current_one_is_left_out() -> None:
    found = fleet_view.view(fleet()).pace
    assert found.end == AT.replace(second=0)
    assert (len(found.requests), found.requests[-1], sum(found.requests)) == (59, 90.0, 90.0)
    assert found.allowed[-1] == 100.0
    assert fleet_pace((), AT).requests == (0.0,) * 59


def test_the_requests_of_a_run_are_spread_over_its_minutes() -> None:
    minute = NAIVE.replace(second=0)
    begin = minute - dt.timedelta(minutes=3, seconds=30)
    found = mirror_pace([RunSpan(begin, begin + dt.timedelta(minutes=2), 40)], NAIVE).requests
    assert found[-5:] == (0.0, 10.0, 20.0, 10.0, 0.0)
    assert sum(found) == 40.0


def test_runs_at_the_edges_of_the_hour_count_with_their_part_only() -> None:
    minute = NAIVE.replace(second=0)
    hour = dt.timedelta(hours=1)
    before = RunSpan(minute - 2 * hour, minute - hour / 2, 90)
    goes_on = RunSpan(minute - dt.timedelta(minutes=1), None, 65)  # 60 s of 65
    at_once = RunSpan(minute - dt.timedelta(minutes=2), minute - dt.timedelta(minutes=2), 7)
    set_back = RunSpan(minute, minute - hour, 5)
    assert sum(mirror_pace([before], NAIVE).requests) == pytest.approx(29.0)
    assert mirror_pace([goes_on, at_once, set_back], NAIVE).requests[-2:] == (7.0, 60.0)
