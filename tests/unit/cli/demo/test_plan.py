"""The numbers of rows and calls of the demo."""

from __future__ import annotations

import math

import pytest

from odapi_async.cli.demo.plan import DEFAULT, LONGEST, SHORTEST, DemoPractice, make_plan


def pages(plan: DemoPractice) -> int:
    return math.ceil(plan.patients / 100) + math.ceil(plan.appointments / 100)


@pytest.mark.parametrize("seconds", range(SHORTEST, LONGEST + 1))
def test_a_throttled_practice_is_busy_for_the_whole_time(seconds: int) -> None:
    read_all, standard, _ = make_plan(seconds).practices
    for plan in (read_all, standard):
        duration = (pages(plan) + plan.calls - 1) * plan.interval
        assert seconds - plan.interval < duration <= seconds
        assert plan.calls >= 1
        assert plan.patients > 0
        assert plan.appointments > 0


@pytest.mark.parametrize("seconds", range(SHORTEST, LONGEST + 1))
def test_the_interactive_calls_fit_into_the_time(seconds: int) -> None:
    for plan in make_plan(seconds).practices:
        assert plan.first_call + plan.calls * plan.interval + (plan.calls - 1) * plan.call_interval <= (
            seconds + plan.interval
        )


def test_even_the_shortest_demo_has_the_intervals_of_the_api() -> None:
    assert [plan.interval for plan in make_plan(SHORTEST).practices] == [5.0, 1.0, 0.0]


def test_the_last_page_of_a_throttled_list_is_not_full() -> None:
    for plan in make_plan(DEFAULT).practices[:2]:
        assert plan.patients % 100
        assert plan.appointments % 100


def test_it_ends_within_a_minute() -> None:
    assert make_plan(LONGEST).time_limit < 60
