"""Encoders: the values that each accepts, their wire forms, and how others are refused."""

import traceback
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odapi_async._wire.values import (
    Encoder,
    encode_bool,
    encode_by_type,
    encode_date,
    encode_datetime,
    encode_ids,
    encode_int,
    encode_money,
    encode_str,
    encode_strings,
    encode_time,
    one_of,
)
from odapi_async.errors import InvalidRequest

SECRET = "Xyzzy-Secret-Name"
AWARE = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class Level(IntEnum):
    HIGH = 3


class Color(StrEnum):
    RED = "Red"


OldColor = Enum("OldColor", {"RED": "Red"}, type=str)


class Euro(float):
    def __str__(self) -> str:
        return f"{float(self)} EUR"


encode_color = one_of(["Red", "Green"])

ACCEPTED: list[tuple[Encoder, object, object]] = [
    (encode_int, 0, 0),
    (encode_int, 48, 48),
    (encode_int, Level.HIGH, 3),
    (encode_str, "", ""),
    (encode_str, "O'Brien, Zoë", "O'Brien, Zoë"),
    (encode_str, Color.RED, "Red"),
    (encode_bool, True, "true"),
    (encode_bool, False, "false"),
    (encode_money, Euro(5), Decimal("5.0")),
    (encode_money, Decimal("1.10"), Decimal("1.10")),
    (encode_money, 0.1, Decimal("0.1")),
    (encode_money, -1, Decimal(-1)),
    (encode_date, None, "0001-01-01"),
    (encode_date, date(976, 5, 4), "0976-05-04"),
    (encode_date, "2026-11-23", "2026-11-23"),
    (encode_datetime, None, "0001-01-01 00:00:00"),
    (encode_datetime, datetime(2026, 11, 23, 8, 30, 1, 999_999), "2026-11-23 08:30:01"),
    (encode_datetime, date(2026, 11, 23), "2026-11-23 00:00:00"),
    (encode_datetime, "2026-11-23 08:30:00", "2026-11-23 08:30:00"),
    (encode_datetime, "2026-11-23T08:30", "2026-11-23 08:30:00"),
    (encode_datetime, "2026-11-23", "2026-11-23 00:00:00"),
    (encode_time, time(8, 30, 0, 5), "08:30:00"),
    (encode_time, "08:30", "08:30:00"),
    (encode_ids, [1, 2], [1, 2]),
    (encode_ids, (0,), [0]),
    (encode_ids, range(2), [0, 1]),
    (encode_ids, [], []),
    (encode_strings, ("a", Color.RED), ["a", "Red"]),
    (encode_color, Color.RED, "Red"),
    (encode_color, "Green", "Green"),
]

REFUSED: list[tuple[Encoder, object, str]] = [
    (encode_int, True, "must be a whole number, not bool"),
    (encode_int, 5.0, "must be a whole number, not float"),
    (encode_int, SECRET, "must be a whole number, not str"),
    (encode_int, None, "must be a whole number, not NoneType"),
    (encode_int, -1, "is an id and must not be negative"),
    (encode_str, None, "must be text, not NoneType"),
    (encode_str, 5, "must be text, not int"),
    (encode_bool, "true", "must be True or False, not str"),
    (encode_bool, 1, "must be True or False, not int"),
    (encode_money, True, "must be a Decimal, int or float, not bool"),
    (encode_money, SECRET, "must be a Decimal, int or float, not str"),
    (encode_money, float("nan"), "must be finite"),
    (encode_money, float("-inf"), "must be finite"),
    (encode_money, Decimal("sNaN"), "must be finite"),
    (encode_date, datetime(2026, 11, 23), "must be a datetime.date or text as yyyy-MM-dd, not datetime"),
    (encode_date, "2026-02-30", "must be a day that exists"),
    (encode_date, "11/23/2026", "must be a datetime.date or text as yyyy-MM-dd, not other text"),
    (encode_date, "2026-11-23 08:30:00", "must be a datetime.date or text as yyyy-MM-dd, not other text"),
    (encode_date, SECRET, "must be a datetime.date or text as yyyy-MM-dd, not other text"),
    (encode_date, 20261123, "must be a datetime.date or text as yyyy-MM-dd, not int"),
    (encode_datetime, AWARE, "must have no time zone"),
    (encode_datetime, "2026-11-23T08:30:00Z", "must have no time zone"),
    (encode_datetime, SECRET, "must be a datetime.datetime or text as yyyy-MM-dd HH:mm:ss, not other text"),
    (encode_datetime, "2026-02-30 08:30:00", "not other text"),
    (encode_datetime, time(8, 30), "must be a datetime.datetime or text as yyyy-MM-dd HH:mm:ss, not time"),
    (encode_time, None, "must be a datetime.time or text as HH:mm:ss, not NoneType"),
    (encode_time, AWARE.timetz(), "must be a datetime.time or text as HH:mm:ss"),
    (encode_time, SECRET, "must be a datetime.time or text as HH:mm:ss, not other text"),
    (encode_ids, "5,6", "must be a list of whole numbers, not other text"),
    (encode_ids, {5, 6}, "must be a list of whole numbers, not set"),
    (encode_ids, [5, -6], "must be a list of whole numbers, none of them negative"),
    (encode_ids, [5, True], "must be a list of whole numbers, none of them negative"),
    (encode_ids, [SECRET], "must be a list of whole numbers, none of them negative"),
    (encode_strings, SECRET, "must be a list of texts, not other text"),
    (encode_strings, 5, "must be a list of texts, not int"),
    (encode_strings, [SECRET, 5], "must be text, not int"),
    (encode_color, SECRET, "must be one of Red, Green"),
    (encode_color, None, "must be text, not NoneType"),
    (encode_by_type, None, "cannot be sent as NoneType; leave it out"),
    (encode_by_type, {SECRET: 1}, "cannot be sent as dict"),
    (encode_by_type, b"bytes", "cannot be sent as bytes"),
    (encode_by_type, [SECRET, None], "must be text, not NoneType"),
    (encode_by_type, [{SECRET: 1}], "must be a list of whole numbers"),
    (encode_by_type, float("nan"), "must be finite"),
]


@pytest.mark.parametrize(("encoder", "value", "wire"), ACCEPTED)
def test_accepted_values_are_encoded_in_the_format_of_the_api(
    encoder: Encoder, value: object, wire: object
) -> None:
    encoded = encoder("PatNum", value)
    assert encoded == wire
    assert type(encoded) is type(wire)


@pytest.mark.parametrize(("encoder", "value", "rule"), REFUSED)
def test_refused_values_are_never_quoted(encoder: Encoder, value: object, rule: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        encoder("PatNum", value)
    error = raised.value
    assert error.field == "PatNum"
    assert rule in error.rule
    assert str(error) == f"PatNum: {error.rule}"
    assert SECRET not in "".join((str(error), repr(error), *traceback.format_exception(error)))


def test_only_ids_must_not_be_negative() -> None:
    assert encode_int("Percent", -1) == -1


BY_TYPE: Mapping[object, object] = {
    True: "true",
    48: 48,
    Decimal("1.5"): Decimal("1.5"),
    0.25: Decimal("0.25"),
    "text": "text",
    datetime(2026, 11, 23, 8): "2026-11-23 08:00:00",
    date(2026, 11, 23): "2026-11-23",
    time(8, 30): "08:30:00",
    (): [],
    (5, 6): [5, 6],
    ("a", "b"): ["a", "b"],
}


@pytest.mark.parametrize(("value", "wire"), BY_TYPE.items())
def test_without_a_declared_type_the_value_determines_the_encoding(value: object, wire: object) -> None:
    assert encode_by_type("any", value) == wire


def test_a_str_enum_mixin_is_sent_as_its_value() -> None:
    assert encode_str("Color", OldColor.RED) == "Red"
    assert encode_color("Color", OldColor.RED) == "Red"


@pytest.mark.parametrize("encoder", [encode_int, encode_money, encode_by_type])
def test_an_integer_beyond_64_bits_is_refused(encoder: Encoder) -> None:
    with pytest.raises(InvalidRequest):
        encoder("PatNum", 10**5000)


def test_text_that_cannot_be_encoded_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        encode_str("LName", "\ud800")


def test_bytes_are_not_a_list_of_ids() -> None:
    with pytest.raises(InvalidRequest):
        encode_ids("clinicNums", b"56")


def test_an_aware_time_is_refused_with_advice() -> None:
    with pytest.raises(InvalidRequest, match="zone"):
        encode_time("StartTime", AWARE.timetz())


@settings(deadline=None)
@given(st.dates())
def test_a_date_and_its_text_are_encoded_alike(value: date) -> None:
    wire = encode_date("Birthdate", value)
    assert encode_date("Birthdate", wire) == wire
    assert date.fromisoformat(str(wire)) == value


@settings(deadline=None)
@given(st.datetimes())
def test_a_datetime_is_encoded_to_the_second(value: datetime) -> None:
    wire = encode_datetime("DateTStamp", value)
    assert encode_datetime("DateTStamp", wire) == wire
    assert datetime.fromisoformat(str(wire)) == value.replace(microsecond=0)


@settings(deadline=None)
@given(st.times())
def test_a_time_is_encoded_to_the_second(value: time) -> None:
    wire = encode_time("StartTime", value)
    assert encode_time("StartTime", wire) == wire
    assert time.fromisoformat(str(wire)) == value.replace(microsecond=0)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False))
@example(1e-309)
def test_a_float_is_encoded_by_its_repr(value: float) -> None:
    amount = encode_money("Amount", value)
    assert str(float(str(amount))) == str(value)
