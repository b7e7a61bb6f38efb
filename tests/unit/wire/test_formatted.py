"""Rows whose dates have a format of the caller: the same values as with the default format."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Generic, NamedTuple, NewType, TypedDict, TypeVar

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
@pytest.mark.unmeasured
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


class Listed(msgspec.Struct):
    """A row with a date and a date-time that every office writes in US style, and a date in any format."""

    DueDate: date | None = None
    LogDateTime: datetime | None = None
    Birthdate: date | None = None


DAY_FIRST: Final = {"DateFormatString": "d/M/yyyy", "DateTimeFormatString": "d/M/yyyy h:mm:ss tt"}
PADDED: Final = {"DateFormatString": "MM/dd/yyyy"}


@pytest.mark.parametrize("query", [DAY_FIRST, PADDED, SWAPPED, DIGITS])
def test_dates_in_us_style_are_read_so_whatever_the_format_is(query: dict[str, str]) -> None:
    body = b'{"DueDate":"11/5/2026","LogDateTime":"7/6/2023 11:48:55 PM"}'
    row = Listed(date(2026, 11, 5), datetime(2023, 7, 6, 23, 48, 55))
    assert decoder_for(Listed, query).row(body) == row
    assert decoder_for(Listed, query).page(b"[" + body + b"]") == [row]


def test_no_date_in_us_style_is_none() -> None:
    body = b'[{"DueDate":"","LogDateTime":"1/1/0001 12:00:00 AM","Birthdate":"1/1/0001"}]'
    assert decoder_for(Listed, DAY_FIRST).page(body) == [Listed()]


def test_other_dates_of_a_row_with_dates_in_us_style_have_the_format() -> None:
    body = b'[{"DueDate":"11/5/2026","Birthdate":"11/5/2026"}]'
    [row] = decoder_for(Listed, DAY_FIRST).page(body)
    assert (row.DueDate, row.Birthdate) == (date(2026, 11, 5), date(2026, 5, 11))


def test_a_day_first_where_us_style_is_due_is_refused() -> None:
    with pytest.raises(DecodeError) as raised:
        decoder_for(Listed, DAY_FIRST).page(b'[{"DueDate":"25/3/2026"}]')
    assert raised.value.field == "DueDate"


def test_a_server_that_writes_such_a_date_in_the_format_or_the_default_form_is_understood() -> None:
    for text, query in (("20261105", {"DateFormatString": "yyyyMMdd"}), ("2026-11-05", DAY_FIRST)):
        [row] = decoder_for(Listed, query).page(f'[{{"DueDate":"{text}"}}]'.encode())
        assert row.DueDate == date(2026, 11, 5)


class Moment(msgspec.Struct):
    """A struct with a date-time."""

    Birthdate: datetime | None = None


class Day(msgspec.Struct):
    """A struct with a date."""

    DateTStamp: date | None = None


def test_a_date_in_a_field_for_date_times_has_the_format_of_dates() -> None:
    rows = decoder_for(Moment, SWAPPED).page(b'[{"Birthdate":"1976-04-12"}]')
    assert rows == [Moment(datetime(1976, 12, 4))]


def test_a_date_time_in_a_field_for_dates_has_the_format_of_date_times() -> None:
    read = decoder_for(Day, {"DateTimeFormatString": "yyyy-dd-MM HH:mm:ss"})
    assert read.page(b'[{"DateTStamp":"1976-04-12 09:05:03"}]') == [Day(date(1976, 12, 4))]
    assert read.page(b'[{"DateTStamp":"1976-04-12"}]') == [Day(date(1976, 4, 12))]


def test_a_date_time_in_the_default_form_is_not_read_as_a_date() -> None:
    read = decoder_for(Moment, {"DateFormatString": "yyyy-dd-MM HH:mm:ss"})
    assert read.page(b'[{"Birthdate":"1976-04-12 09:05:03"}]') == [Moment(datetime(1976, 4, 12, 9, 5, 3))]


def test_a_format_for_fields_that_are_text_need_not_be_readable() -> None:
    read = decoder_for(Moment, {"DateFormatString": "ddd"})
    assert read.page(b'[{"Birthdate":"1976-04-12 09:05:03"}]') == [Moment(datetime(1976, 4, 12, 9, 5, 3))]


@dataclass
class Plain:
    """A dataclass with a date."""

    Birthdate: date | None = None


class Typed(TypedDict, total=False):
    """A TypedDict with a date-time."""

    Birthdate: datetime


class Named(NamedTuple):
    """A named tuple with a date."""

    Birthdate: date


V = TypeVar("V")
Birthday = NewType("Birthday", date)


class OfAny(msgspec.Struct, Generic[V]):
    """A generic struct with a date."""

    value: V | None = None
    Birthdate: date | None = None


class WithPlain(msgspec.Struct):
    """A struct with a dataclass inside."""

    rows: list[Plain]


class WithBirthday(msgspec.Struct):
    """A struct with a type of the caller's for dates."""

    Birthdate: Birthday


@pytest.mark.parametrize(
    "kind", [Plain, Typed, Named, OfAny[int], list[Moment], dict[str, date], Plain | None]
)
def test_types_that_are_no_structs_are_refused_with_a_custom_format(kind: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"with a custom format pass a msgspec\.Struct") as caught:
        decoder_for(kind, SWAPPED)
    assert caught.value.field == "into"
    assert decoder_for(kind, {}) is decoder_for(kind, {"DateFormatString": "yyyy-MM-dd"})


@pytest.mark.parametrize("kind", [WithPlain, WithBirthday])
def test_dates_in_other_types_inside_a_struct_are_refused(kind: Any) -> None:
    with pytest.raises(InvalidRequest, match="make them str"):
        decoder_for(kind, SWAPPED)


class DateOrText(msgspec.Struct):
    """A struct that msgspec cannot decode into."""

    Birthdate: date | str


@dataclass
class PlainDateOrText:
    """A dataclass that msgspec cannot decode into."""

    Birthdate: date | str


@pytest.mark.parametrize("kind", [DateOrText, PlainDateOrText])
@pytest.mark.parametrize("query", [{}, SWAPPED])
def test_a_field_that_may_be_a_date_or_text_is_refused(query: dict[str, str], kind: Any) -> None:
    with pytest.raises(InvalidRequest, match=f"rows cannot be decoded into {kind.__name__}") as caught:
        decoder_for(kind, query)
    assert caught.value.field == "into"
