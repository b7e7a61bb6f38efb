"""An opening and a search have values that are possible, and errors name the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from odapi_async import InvalidRequest
from odapi_async.recipes.openings.opening import Opening, pattern_of, step_of, window_of
from tests.unit.recipes.openings.rows import CHAIR, DENTIST, at


def test_an_opening_knows_its_end_and_its_pattern() -> None:
    opening = Opening(at("08:00"), CHAIR, DENTIST, 15)
    assert (opening.end, opening.Pattern) == (at("08:15"), "XXX")
    assert Opening(at("08:00"), CHAIR, DENTIST, 15, Pattern="/X/").Pattern == "/X/"
    assert Opening(at("08:00"), CHAIR, DENTIST, 540).end == at("17:00")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"start": at("08:00").replace(tzinfo=UTC)}, "start"),
        ({"start": at("08:02")}, "start"),
        ({"start": at("08:00") + timedelta(microseconds=1)}, "start"),
        ({"start": "2026-11-30 08:00:00"}, "start"),
        ({"start": at("08:00").date()}, "start"),
        ({"minutes": 12}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 545}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": 30.0}, "minutes"),
        ({"Pattern": "XXXXx/"}, "Pattern"),
        ({"Pattern": "XXXXXXX"}, "Pattern"),
        ({"Pattern": "XXX"}, "Pattern"),
    ],
)
def test_an_opening_that_cannot_be_is_refused(fields: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {"start": at("08:00"), "Op": CHAIR, "ProvNum": DENTIST, "minutes": 30}
    with pytest.raises(InvalidRequest) as raised:
        Opening(**values | fields)
    assert raised.value.field == field


@pytest.mark.parametrize("every", [0, 7, -5, 1445, "5", None])
def test_a_step_is_a_multiple_of_five_minutes(every: Any) -> None:
    with pytest.raises(InvalidRequest, match="every"):
        step_of(every)
    assert step_of(1440) == timedelta(days=1)


def test_a_window_has_a_length_and_no_time_zone() -> None:
    assert window_of(at("08:00"), at("09:00")) == (at("08:00"), at("09:00"))
    with pytest.raises(InvalidRequest, match="end: must be after start"):
        window_of(at("09:00"), at("09:00"))
    for start, end in (
        (datetime(2026, 11, 30, tzinfo=UTC), at("09:00")),
        (at("08:00"), at("08:00").astimezone()),
    ):
        with pytest.raises(InvalidRequest, match="to_office_time"):
            window_of(start, end)


def test_a_pattern_has_one_character_for_five_minutes() -> None:
    assert pattern_of(20, "/XX/") == "/XX/"
    with pytest.raises(InvalidRequest, match="has 4 characters, but 30 minutes are 6"):
        pattern_of(30, "/XX/")


def test_an_opening_ends_while_there_are_dates() -> None:
    last = datetime(9999, 12, 31, 23)
    assert Opening(last, 1, 1, 55).end == datetime(9999, 12, 31, 23, 55)
    with pytest.raises(InvalidRequest, match="start: must be earlier"):
        Opening(last, 1, 1, 60)
