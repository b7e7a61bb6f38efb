"""Spans are joined, cut and aligned."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from odapi_async.recipes.openings.spans import Span, after, merged, next_start, without
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


def test_starts_are_multiples_after_midnight() -> None:
    quarter = timedelta(minutes=15)
    assert next_start(at("08:00"), quarter) == at("08:00")
    assert next_start(at("08:00") + timedelta(seconds=1), quarter) == at("08:15")
    assert next_start(at("23:55"), quarter) == at("00:00") + timedelta(days=1)
    assert next_start(datetime.max, quarter) == datetime.max


def test_nothing_is_after_the_last_moment() -> None:
    assert after(datetime.max, timedelta(days=1)) == datetime.max
    assert after(at("08:00"), timedelta(minutes=5)) == at("08:05")
