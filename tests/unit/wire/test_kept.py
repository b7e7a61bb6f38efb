"""Whether a row has what was sent, in whatever form an office writes it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async._wire import encode_untyped
from odapi_async._wire.kept import (
    alias,
    any_case,
    contains,
    is_kept,
    is_same,
    nine_hours,
    not_before,
    one_of,
    same_digits,
    same_interval,
    same_items,
)

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
    lambda each: each.replace(microsecond=0)
)
AMOUNTS = st.decimals(-100_000, 100_000, places=2)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]))
VALUES = st.one_of(
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.booleans(),
    AMOUNTS,
    TEXTS,
    MOMENTS,
    MOMENTS.map(datetime.date),
    MOMENTS.map(datetime.time),
)


@given(VALUES)
def test_what_comes_back_as_it_was_sent_is_kept(value: Any) -> None:
    assert is_kept(encode_untyped({"": value})[""], value)


@given(TEXTS, TEXTS)
def test_another_text_is_not_kept(sent: str, read: str) -> None:
    if sent.strip() != read.strip() and sent not in {"true", "false"}:
        assert not is_kept(sent, read)


@given(MOMENTS, MOMENTS)
def test_another_moment_is_not_kept(sent: datetime, read: datetime) -> None:
    assert is_kept(f"{sent:%Y-%m-%d %H:%M:%S}", read) is (sent == read)
    assert is_kept(sent.date().isoformat(), read.date()) is (sent.date() == read.date())


@given(AMOUNTS, AMOUNTS)
def test_another_amount_is_not_kept(sent: Decimal, read: Decimal) -> None:
    assert is_kept(sent, read) is (sent == read)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("0001-01-01", None),
        ("0001-01-01 00:00:00", None),
        ("", None),
        (-1, None),
        (None, None),
        (None, ""),
        (None, 0),
        ("2026-11-30", date(2026, 11, 30)),
        ("2026-11-30 09:00:00", date(2026, 11, 30)),
        ("2026-11-30", datetime(2026, 11, 30)),
        ("2026-11-30 09:00:00", datetime(2026, 11, 30, 9, 0, 0, 400_000)),
        ("2026-11-30 09:00:00.7", datetime(2026, 11, 30, 9)),
        ("09:30:00", datetime(2026, 11, 30, 9, 30)),
        ("09:30:00", time(9, 30)),
        ("-01:00:00", timedelta(hours=-1)),
        ("08:30:00", timedelta(hours=8, minutes=30)),
        ("true", True),
        ("false", False),
        ("true", "True"),
        ("true", "1"),
        ("false", "0"),
        (5, 5),
        ("5", 5),
        (Decimal("5.0"), 5),
        (Decimal("10.1"), Decimal("10.10")),
        (Decimal("10.104"), Decimal("10.10")),
        (Decimal("10.105"), Decimal("10.11")),
        (Decimal("10.105"), Decimal("10.10")),
        ("17.00", Decimal("17.0")),
        (17, 17.0),
        (32, "32"),
        (" Salem ", "Salem"),
        ("Salem", " Salem "),
        ("One.\r\nTwo.", "One. Two."),
        ("One.\r\nTwo.", "One.  Two."),
        ("One.\nTwo.\n", "One.\r\nTwo."),
        ([1, 2, 2], [2, 1]),
        ([1, 2], "1,2"),
        ("5,6", [5, 6]),
        ([], []),
    ],
)
def test_forms_in_which_an_office_writes_a_value_that_it_keeps(sent: Any, read: Any) -> None:
    assert is_kept(sent, read)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-11-30", None),
        (0, None),
        ("Smith", None),
        ("0001-01-01", date(2026, 11, 30)),
        ("2026-11-30 09:00:00", datetime(2026, 11, 30, 9, 0, 1)),
        ("09:30:00", datetime(2026, 11, 30, 9, 31)),
        ("09:30:00", time(9, 31)),
        ("08:30:00", timedelta(hours=8)),
        ("soon", timedelta(hours=8)),
        ("soon", date(2026, 11, 30)),
        ("true", False),
        ("true", ""),
        (5, 6),
        ("five", 5),
        (Decimal("10.11"), Decimal("10.10")),
        (Decimal("10.106"), Decimal("10.10")),
        (32, "33"),
        (32, "thirty-two"),
        ("Smith", "smith"),
        ("Smith", ""),
        ("", "Smith"),
        (None, "Smith"),
        ("One.\r\n\r\nTwo.", "One. Two."),
        ([1, 2], [1]),
        ([1, 2], []),
    ],
)
def test_other_values_are_not_kept(sent: Any, read: Any) -> None:
    assert not is_kept(sent, read)


@pytest.mark.parametrize(
    ("same", "sent", "read", "kept"),
    [
        (any_case, "Standard Account", "standard account", True),
        (any_case, "AtLeastOne", "1", True),  # a number in the place of the name of a value
        (any_case, "AtLeastOne", "All", False),
        (any_case, "AtLeastOne", "", False),
        (any_case, "true", False, False),
        (any_case, [1, 2], [2, 1], True),
        (same_digits, "503-456-8910", "(503)456-8910", True),
        (same_digits, "5034568910", "(503)456-8910", True),
        (same_digits, "503-456-8910", "(503)456-8911", False),
        (same_digits, "503-456-8910", "", False),
        (same_digits, "", "", True),
        (same_digits, "none", "unknown", False),
        (same_digits, "503-456-8910 x5", "(503)456-8910 X5", True),
        (same_digits, "503-456-8910 ask for Bob", "(503)456-8910", False),
        (same_items, "1-5,8", "1,2,3,4,5,8", True),
        (same_items, "A-C", "A,B,C", True),
        (same_items, "1-5,8", "1-5,8", True),
        (same_items, "1-5,8", "1,2,3,4,5", False),
        (same_items, "1-99999999", "1", False),
        (same_items, "UR-UL", "UR", False),
        (same_interval, "0y6m0w1d", "6m1d", True),
        (same_interval, "0y6m0w1d", "6m", False),
        (same_interval, "0d", "", False),
        (same_interval, "", "", True),
        (nine_hours, "X" * 120, "X" * 108, True),
        (nine_hours, "X" * 120, "X" * 107, False),
        (nine_hours, "XXXX", "XX", False),
        (nine_hours, "XXXX", "XXXX", True),
        (nine_hours, "XX", "", False),
        (nine_hours, "XX", "X/", False),
        (contains, "Called.", "Booked.\r\nCalled.", True),
        (contains, "One.\r\nTwo.", "Note: One. Two. Signed.", True),
        (contains, "Called.", "Booked.", False),
        (not_before, "2026-11-30 09:00:00", datetime(2026, 11, 30, 9, 5), True),
        (not_before, "2026-11-30 09:00:00", datetime(2026, 11, 30, 8), False),
        (not_before, "2026-11-30 09:00:00", None, False),
        (alias(No=""), "No", "", True),
        (alias(No=""), "No", "no", True),
        (alias(No=""), "A", "", False),
        (one_of("Broken", "UnschedList"), "Broken", "UnschedList", True),
        (one_of("Broken", "UnschedList"), "Broken", "Scheduled", False),
    ],
)
def test_fields_that_come_back_in_another_form(same: Any, sent: Any, read: Any, *, kept: bool) -> None:
    assert same(sent, read) is kept


def test_two_values_are_the_same_if_they_are_written_alike() -> None:
    assert is_same("2026-11-30", date(2026, 11, 30))
    assert not is_same("Smith ", "Smith")
    assert not is_same(Decimal("10.104"), Decimal("10.10"))


def test_values_without_a_form_of_their_own_are_compared_as_they_are() -> None:
    assert is_kept({"a": 1}, {"a": 1})
    assert not is_kept({"a": 1}, {"a": 2})
