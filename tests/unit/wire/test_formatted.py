"""Rows whose dates have a format of the caller: the same values as with the default format."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async._wire import Alias, DateFormats, DateTimeFormats, decoder, decoder_for, format_parameters
from odapi_async.errors import DecodeError, InvalidRequest
from tests.opponent.dotnet import render

US: Final = {"DateFormatString": "M/d/yyyy", "DateTimeFormatString": "M/d/yyyy h:mm:ss tt"}
EUROPE: Final = {"DateFormatString": "dd/MM/yyyy"}
DIGITS: Final = {"DateTimeFormatString": "yyyyMMddHHmmss"}
SWAPPED: Final = {"DateFormatString": "yyyy-dd-MM"}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row with each kind of field."""

    PatNum: int = 0
    LName: str = ""
    Birthdate: date | None = None
    noted: Annotated[date | None, "a remark"] = msgspec.field(name="DateNoted", default=None)
    DateTStamp: Annotated[datetime | None, Alias("DateTStmp")] = None
    nums: list[int] = []


ROWS: Final = st.lists(
    st.builds(
        Row,
        PatNum=st.integers(0, 9),
        LName=st.sampled_from(["", "3/7/2022", '"DateNoted":"']),
        Birthdate=st.none() | st.dates(date(1, 1, 2)),
        noted=st.none() | st.dates(date(1, 1, 2)),
        DateTStamp=st.none() | st.datetimes(datetime(1, 1, 2)).map(lambda each: each.replace(microsecond=0)),
        nums=st.lists(st.integers(0, 9), max_size=2),
    ),
    max_size=4,
)


def written(rows: list[Row], query: dict[str, str], *, irregular: bool = False) -> bytes:
    """Return a page as an office writes it; "no date" is a date there."""
    forms = {"DateFormatString": "yyyy-MM-dd", "DateTimeFormatString": "yyyy-MM-dd HH:mm:ss"} | query

    def text(moment: date | None, name: str) -> str:
        day = moment or date.min
        day = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
        return render(day, forms[name], day.utcoffset() or timedelta())

    page = [
        {
            "PatNum": str(row.PatNum),
            "LName": row.LName,
            "Birthdate": text(row.Birthdate, "DateFormatString"),
            "DateNoted": text(row.noted, "DateFormatString"),
            "DateTStmp": text(row.DateTStamp, "DateTimeFormatString"),
            "nums": ",".join(map(str, row.nums)) if irregular else row.nums,
        }
        for row in rows
    ]
    return json.dumps(page).encode()


@pytest.mark.parametrize("irregular", [False, True])
@pytest.mark.parametrize("query", [{}, US, EUROPE, SWAPPED, {"DateTimeFormatString": "yyyyMMdd HHmmss zzz"}])
@given(rows=ROWS)
def test_rows_are_the_same_in_every_format(query: dict[str, str], irregular: bool, rows: list[Row]) -> None:
    read = decoder_for(Row, query)
    page = written(rows, query, irregular=irregular)
    zone = UTC if "zzz" in query.get("DateTimeFormatString", "") else None
    expected = [
        msgspec.structs.replace(row, DateTStamp=row.DateTStamp and row.DateTStamp.replace(tzinfo=zone))
        for row in rows
    ]
    assert read.page(page) == expected
    assert [read.row(written([row], query)[1:-1]) for row in rows] == expected


def test_a_day_before_a_month_is_no_guess() -> None:
    [row] = decoder_for(Row, EUROPE).page(b'[{"Birthdate":"07/03/2022"}]')
    assert row.Birthdate == date(2022, 3, 7)


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        (EUROPE, b'{"Birthdate":"13/13/2022"}', "Birthdate"),
        (EUROPE, b'{"Birthdate":"3/7/2022"}', "Birthdate"),
        (SWAPPED, b'{"Birthdate":"2022-03-25"}', "Birthdate"),
        (SWAPPED, b'{"Birthdate":20220325}', "Birthdate"),
        (US, b'{"DateTStamp":"3/7/2022"} ', None),
    ],
)
def test_a_text_in_another_form_is_refused_or_unmistakable(
    query: dict[str, str], body: bytes, field: str | None
) -> None:
    page = b'[{"Birthdate":""},' + body + b"]"
    if field is None:
        assert decoder_for(Row, query).page(page)[1].DateTStamp == datetime(2022, 3, 7)
        return
    with pytest.raises(DecodeError) as raised:
        decoder_for(Row, query).page(page)
    assert (raised.value.row, raised.value.field) == (1, field)


def test_a_server_that_ignores_the_format_is_understood() -> None:
    body = b'{"Birthdate":"2022-03-25","DateTStamp":"2022-03-25 09:05:03"}'
    read = decoder_for(Row, US).row(body)
    assert (read.Birthdate, read.DateTStamp) == (date(2022, 3, 25), datetime(2022, 3, 25, 9, 5, 3))


def test_a_date_that_comes_as_a_date_time_has_its_format() -> None:
    read = decoder_for(Row, {"DateTimeFormatString": "M/d/yyyy HH:mm:ss"})
    assert read.row(b'{"Birthdate":"3/7/2022 00:00:00"}').Birthdate == date(2022, 3, 7)
    with pytest.raises(DecodeError):
        read.row(b'{"Birthdate":"3/7/2022"}')


def test_text_fields_and_dictionaries_have_the_text_as_it_came() -> None:
    class Texts(msgspec.Struct):
        Birthdate: str
        DateTStamp: str | None = None

    anything = {"DateFormatString": "ddd", "DateTimeFormatString": "t"}
    body = b'[{"Birthdate":"Mon","DateTStamp":"9:05 AM"}]'
    assert decoder_for(Texts, anything).page(body) == [Texts("Mon", "9:05 AM")]
    assert decoder_for(dict[str, Any], anything).page(body) == json.loads(body)


def test_the_default_formats_have_the_default_decoder() -> None:
    default = {"DateFormatString": "yyyy-MM-dd", "DateTimeFormatString": "yyyy-MM-dd HH:mm:ss"}
    assert decoder_for(Row, default) is decoder_for(Row, {}) is decoder(Row)
    assert decoder_for(Row, US) is decoder_for(Row, dict(US))


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A struct with an option that only its own decoder knows."""

    Birthdate: date


class Bounded(msgspec.Struct):
    """A struct with constraints and defaults of its own."""

    DateTStamp: Annotated[datetime, msgspec.Meta(tz=True)]
    Birthdate: date = date(2000, 1, 1)


class Checked(msgspec.Struct):
    """A struct that checks its values."""

    Birthdate: date
    notes: list[str] = msgspec.field(default_factory=lambda: ["none"])

    def __post_init__(self) -> None:
        if self.Birthdate.year < 2000:
            raise ValueError("too early")


def test_a_struct_of_the_callers_keeps_its_options() -> None:
    assert decoder_for(Strict, EUROPE).page(b'[{"Birthdate":"07/03/2022"}]') == [Strict(date(2022, 3, 7))]
    with pytest.raises(DecodeError):
        decoder_for(Strict, EUROPE).page(b'[{"Birthdate":"07/03/2022","Other":1}]')
    zone = {"DateTimeFormatString": "yyyy-MM-dd HH:mm:ss zzz"} | EUROPE
    [bounded] = decoder_for(Bounded, zone).page(b'[{"DateTStamp":"2022-03-07 09:05:03 -07:00"}]')
    assert (bounded.DateTStamp.utcoffset(), bounded.Birthdate) == (timedelta(hours=-7), date(2000, 1, 1))
    with pytest.raises(DecodeError):
        decoder_for(Bounded, {"DateTimeFormatString": "yyyyMMddHHmmss"}).page(
            b'[{"DateTStamp":"20220307090503"}]'
        )
    assert decoder_for(Checked, EUROPE).page(b'[{"Birthdate":"07/03/2022"}]') == [
        Checked(date(2022, 3, 7), ["none"])
    ]
    with pytest.raises(DecodeError):
        decoder_for(Checked, EUROPE).page(b'[{"Birthdate":"07/03/1999"}]')


class Outer(msgspec.Struct):
    """A struct with another one inside."""

    rows: list[Strict]
    inner: "Outer | None" = None


def test_dates_deeper_inside_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="make them str") as caught:
        decoder_for(Outer, EUROPE)
    assert caught.value.field == "rows"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"DateFormatString": "dd/MM"}, "DateFormatString"),
        ({"DateTimeFormatString": "dd/MM/yyyy"}, "DateTimeFormatString"),
        ({"DateTimeFormatString": "g"}, "DateTimeFormatString"),
    ],
)
def test_what_cannot_be_read_back_is_refused_with_advice(query: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        decoder_for(Row, query)
    assert caught.value.field == field
    assert "practice.rows()" in str(caught.value) or "standard format" in str(caught.value)


def test_the_parameters_follow_from_the_fields() -> None:
    assert format_parameters(Strict) is DateFormats
    assert format_parameters(msgspec.defstruct("Row", [("a", list[datetime])])) is DateTimeFormats
    assert format_parameters(dict[str, Any]) is None


def test_a_struct_whose_dates_cannot_be_missing_is_read_too() -> None:
    read = decoder_for(Strict, {"DateFormatString": "M/d/yyyy"})
    assert read.row(b'{"Birthdate":"3/7/2022"}') == Strict(date(2022, 3, 7))
