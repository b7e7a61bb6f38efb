"""Spans are joined, cut and aligned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from odapi_async.recipes.openings.spans import Span, after, merged, next_start, touching, without
from tests.unit.recipes.openings.rows import at


def spans(*texts: str) -> list[Span]:
    """Return spans such as 08:00-09:00."""
    return [(at(start), at(end)) for start, end in (text.split("-") for text in texts)]


def test_spans_that_touch_or_overlap_are_joined() -> None:
    assert merged(spans("09:00-10:00", "08:00-09:00", "08:30-08:40")) == spans("08:00-10:00")
    assert merged(spans("08:00-09:00", "09:05-10:00")) == spans("08:00-09:00", "09:05-10:00")
    assert merged(spans("08:00-08:00", "09:00-08:00")) == []


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], ["08:00-12:00"]),
        (["08:00-12:00"], []),
        (["07:00-08:30", "11:00-13:00"], ["08:30-11:00"]),
        (["09:00-10:00", "09:30-10:30"], ["08:00-09:00", "10:30-12:00"]),
        (["06:00-08:00", "12:00-13:00"], ["08:00-12:00"]),
    ],
)
def test_what_is_taken_is_cut_out(taken: list[str], left: list[str]) -> None:
    assert without(spans("08:00-12:00"), spans(*taken)) == spans(*left)


def test_what_is_taken_is_cut_out_of_each_span() -> None:
    hours = spans("13:00-17:00", "08:00-12:00", "18:00-19:00")
    taken = spans("11:00-14:00", "18:30-20:00", "06:00-08:30", "15:00-15:30")
    assert without(hours, taken) == spans("08:30-11:00", "14:00-15:00", "15:30-17:00", "18:00-18:30")


def test_the_spans_that_touch_another_are_found() -> None:
    ordered = spans("08:00-09:00", "09:30-10:00", "11:00-12:00")
    assert touching(ordered, spans("09:00-09:30")[0]) == []
    assert touching(ordered, spans("08:30-11:00")[0]) == ordered[:2]
    assert touching(ordered, spans("09:40-09:45")[0]) == ordered[1:2]
    assert touching(ordered, spans("11:59-13:00")[0]) == ordered[2:]


class Moment(datetime):
    """A moment that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: Any) -> bool:
        Moment.compared += 1
        return super().__lt__(other)

    def __le__(self, other: Any) -> bool:
        Moment.compared += 1
        return super().__le__(other)


def test_the_spans_of_a_year_are_not_compared_with_each_other() -> None:
    days = [Moment(2026, 1, 1) + timedelta(days=number) for number in range(400)]
    hours = [(day, day + timedelta(hours=9)) for day in days]
    taken = [(day + timedelta(hours=1), day + timedelta(hours=2)) for day in days]
    Moment.compared = 0
    left = without(hours, taken)
    assert len(left) == 800
    assert [touching(merged(taken), each) for each in left[:20]] == [[]] * 20
    assert 0 < Moment.compared < 100 * len(days), "of 160000 pairs"


def test_starts_are_multiples_after_midnight() -> None:
    quarter = timedelta(minutes=15)
    assert next_start(at("08:00"), quarter) == at("08:00")
    assert next_start(at("08:00") + timedelta(seconds=1), quarter) == at("08:15")
    assert next_start(at("23:55"), quarter) == at("00:00") + timedelta(days=1)
    assert next_start(datetime.max, quarter) == datetime.max


def test_nothing_is_after_the_last_moment() -> None:
    assert after(datetime.max, timedelta(days=1)) == datetime.max
    assert after(at("08:00"), timedelta(minutes=5)) == at("08:05")
