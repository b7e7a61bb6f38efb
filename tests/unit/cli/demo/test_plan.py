"""The amounts of the demo."""

from __future__ import annotations

import math

import pytest

from odapi_async.cli.demo.plan import LONGEST, SHORTEST, USUAL, PracticePlan, make_plan


def pages(plan: PracticePlan) -> int:
    return math.ceil(plan.patients / 100) + math.ceil(plan.appointments / 100)


@pytest.mark.parametrize("seconds", range(SHORTEST, LONGEST + 1))
def test_a_throttled_practice_is_busy_for_the_time_it_was_given(seconds: int) -> None:
    read_all, standard, _ = make_plan(seconds).practices
    for plan in (read_all, standard):
        lasts = (pages(plan) + plan.asks - 1) * plan.interval
        assert seconds - plan.interval < lasts <= seconds
        assert plan.asks >= 1
        assert plan.patients > 0
        assert plan.appointments > 0


@pytest.mark.parametrize("seconds", range(SHORTEST, LONGEST + 1))
def test_the_interactive_calls_fit_into_it(seconds: int) -> None:
    for plan in make_plan(seconds).practices:
        assert plan.first_ask + plan.asks * plan.interval + (plan.asks - 1) * plan.ask_every <= (
            seconds + plan.interval
        )


def test_the_intervals_are_those_of_the_api_however_short_it_is() -> None:
    assert [plan.interval for plan in make_plan(SHORTEST).practices] == [5.0, 1.0, 0.0]


def test_the_last_page_of_a_throttled_list_is_not_full() -> None:
    for plan in make_plan(USUAL).practices[:2]:
        assert plan.patients % 100
        assert plan.appointments % 100


def test_it_is_cut_before_a_minute_is_over() -> None:
    assert make_plan(LONGEST).cut < 60
