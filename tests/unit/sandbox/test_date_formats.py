"""Dates in the format strings of .NET."""

from __future__ import annotations

import pytest

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.date_formats import FormatError, compiled, formatted
from tests.unit.sandbox.offices import Asked

MOMENT = "2026-03-04 15:06:07"  # a Wednesday


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("yyyy-MM-dd HH:mm:ss", "2026-03-04 15:06:07"),
        ("yyyy-MM-ddTHH:mm:sszzz", "2026-03-04T15:06:07-08:00"),
        ("M/d/yyyy", "3/4/2026"),
        ("dd.MM.yyyy", "04.03.2026"),
        ("ddd d MMM yy", "Wed 4 Mar 26"),
        ("dddd, dd MMMM yyyy", "Wednesday, 04 March 2026"),
        ("%y yyy yyyyy", "26 2026 02026"),
        ("%d", "4"),
        ("%M%d", "34"),
        ("%dd", "44"),
        ("%h:%m:%s", "3:6:7"),
        ("hh:mm:ss tt", "03:06:07 PM"),
        ("H%t", "15P"),
        ("z zz zzz", "-8 -08 -08:00"),
        ("HH:mmK", "15:06"),
        ("ss.fff", "07.000"),
        ("fffffff", "0000000"),
        ("ss.FFFFFFF", "07"),
        ("yyyy'y 'MM\"m\"", "2026y 03m"),
        ("yyyy 'o\\'clock'", "2026 o'clock"),
        ("HH\\hmm\\m", "15h06m"),
        ("yyyy Q", "2026 Q"),
        ("gg yyyy", "A.D. 2026"),
    ],
)
def test_a_format_gives_what_dotnet_gives(pattern: str, expected: str) -> None:
    assert formatted(MOMENT, pattern) == expected


def test_midnight_noon_and_the_first_date() -> None:
    assert formatted("2026-03-04 00:06:07", "hh tt t") == "12 AM A"
    assert formatted("2026-03-04 12:06:07", "hh tt t") == "12 PM P"
    assert formatted("0001-01-01", "d/M/yyyy yy y") == "1/1/0001 01 1"


@pytest.mark.parametrize(
    "pattern", ["", "d", "G", "s", "%", "%%", "yyyy%", "'yyyy", 'yyyy"', "yyyy\\", "ffffffff", "%'"]
)
def test_what_is_no_format_is_refused(pattern: str) -> None:
    with pytest.raises(FormatError):
        compiled(pattern)
    asked = Asked()
    for name in ("DateFormatString", "DateTimeFormatString"):
        assert asked.status("GET", "/patients/1", **{name: pattern}) == 400


def test_every_list_takes_both_formats() -> None:
    asked = Asked(rows={"subscriptions": 12})
    changed = 0
    for resource in catalogue.load().values():
        plain = asked.send("GET", resource.path, Limit=20)
        formats = {"DateFormatString": "'D'yy.MM.dd", "DateTimeFormatString": "'T'yy.MM.dd HH.mm"}
        other = asked.send("GET", resource.path, Limit=20, **formats)
        assert other.status == plain.status
        changed += other.body != plain.body
    assert changed > 50


def test_the_formats_hold_for_single_rows_and_for_what_a_write_returns() -> None:
    asked = Asked()
    formats = {"DateFormatString": "M/d/yyyy", "DateTimeFormatString": "yyyy-MM-ddTHH:mm:sszzz"}
    read = asked.one("GET", "/patients/1", **formats)
    assert read["Birthdate"].count("/") == 2
    assert read["DateTStamp"].endswith("-08:00")
    body = {"LName": "Smith", "FName": "Jane", "Birthdate": "1976-05-04"}
    assert asked.one("POST", "/patients", body, **formats)["Birthdate"] == "5/4/1976"
    assert asked.one("PUT", "/patients/1", {"Birthdate": "1980-01-31"}, **formats)["Birthdate"] == "1/31/1980"
    slot = asked.list("/appointments/Slots", DateTimeFormatString="HH.mm")[0]
    assert slot["DateTimeStart"].count(".") == 1
