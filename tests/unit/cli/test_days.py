"""Days in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from odapi_async.cli.days import parse_day
from odapi_async.cli.endpoints import find_by_name
from odapi_async.cli.values import _today

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-03-01"),
        ("Yesterday", "2026-02-28"),
        ("tomorrow", "2026-03-02"),
        ("today-7", "2026-02-22"),
        ("today+3", "2026-03-04"),
        ("tomorrow+0", "2026-03-02"),
        ("today-99999", "1752-05-17"),
        *((text, text) for text in ("", "2026-03-01", "today-", "today 7", "today+1h", "today+100000", "to")),
    ],
)
def test_a_word_becomes_a_day_and_another_text_stays(text: str, day: str) -> None:
    assert parse_day(text, TODAY) == day


def test_days_are_those_of_this_machine_in_filters_and_in_dates_that_are_written() -> None:
    day = (_today() - timedelta(7)).isoformat()
    listed = find_by_name("appointments.list").convert({"date": "today-7", "DateTStamp": "today-7"})
    assert listed == {"date": day, "DateTStamp": day}
    written = find_by_name("procedure_logs.create").convert({"ProcDate": "today-7"})
    assert written == {"ProcDate": day}


def test_a_moment_that_is_written_is_no_day() -> None:
    found = find_by_name("appointments.update").convert({"AptDateTime": "today"})
    assert found == {"AptDateTime": "today"}


def test_a_text_field_keeps_the_word() -> None:
    assert find_by_name("patients.update").convert({"LName": "today"}) == {"LName": "today"}
