"""Every recorded irregular form of a value is decoded."""

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
import pytest
from msgspec.structs import asdict

from odapi_async._wire import NullText, decoder
from odapi_async.errors import DecodeError

WEST = timezone(timedelta(hours=-7))
SPAN = Annotated[timedelta | None, NullText("-01:00:00")]
MORNING = datetime(2023, 7, 6, 9, 48, 55)

FIELD: Final = "DueDate"
"""One of the fields in which the reference shows dates in the form of the USA."""

READ: list[tuple[Any, object, object]] = [
    (bool, True, True),
    (bool, "true", True),
    (bool, "True", True),
    (bool, "FALSE", False),
    (bool, " true", True),
    (bool, "1", True),
    (bool, "0", False),
    (bool, 1, True),
    (bool, 0, False),
    (bool, "", False),
    (bool, None, False),
    (int, 5, 5),
    (int, "5", 5),
    (int, "-5", -5),
    (int, 5.0, 5),
    (int, "5.0", 5),
    (int, "+5", 5),
    (int, "05", 5),
    (int, " 5", 5),
    (int, "", 0),
    (int, None, 0),
    (int | None, "", None),
    (int | None, "5", 5),
    (float, 5, 5.0),
    (float, "5.5", 5.5),
    (float, "1e3", 1000.0),
    (float, "", 0.0),
    (float, None, 0.0),
    (Decimal, 68, Decimal(68)),
    (Decimal, "235.00", Decimal("235.00")),
    (Decimal, "", Decimal(0)),
    (Decimal, None, Decimal(0)),
    (Decimal | None, None, None),
    (Decimal | None, "", None),
    (str, "null", "null"),
    (str, 90011, "90011"),
    (str, True, "true"),
    (str, None, ""),
    (str, " kept as it is ", " kept as it is "),
    (date | None, "2016-12-01", date(2016, 12, 1)),
    (date | None, "0001-01-01", None),
    (date | None, "0000-00-00", None),
    (date | None, "", None),
    (date | None, None, None),
    (date | None, "3/16/2022", date(2022, 3, 16)),
    (date | None, "03/16/2022", date(2022, 3, 16)),
    (date | None, "1/1/0001", None),
    (date | None, "2016-12-01 09:00:00", date(2016, 12, 1)),
    (date | None, "2016-12-01T00:00:00", date(2016, 12, 1)),
    (datetime | None, "2023-07-06 09:48:55", MORNING),
    (datetime | None, "2023-07-06T09:48:55", MORNING),
    (datetime | None, "2023-07-06 09:48:55.25", MORNING.replace(microsecond=250_000)),
    (datetime | None, "2023-07-06 09:48:55-07:00", MORNING.replace(tzinfo=WEST)),
    (datetime | None, "2023-07-06 09:48:55 -07:00", MORNING.replace(tzinfo=WEST)),
    (datetime | None, "0001-01-01 00:00:00", None),
    (datetime | None, "0001-01-01", None),
    (datetime | None, "2016-12-01", datetime(2016, 12, 1)),
    (datetime | None, "7/6/2023 9:48:55 AM", MORNING),
    (datetime | None, "7/6/2023 12:00:00 PM", datetime(2023, 7, 6, 12)),
    (datetime | None, "7/6/2023 21:48:55", MORNING.replace(hour=21)),
    (datetime | None, "1/1/0001 12:00:00 AM", None),
    (datetime | None, "", None),
    (datetime | None, None, None),
    (time | None, "08:30:00", time(8, 30)),
    (time | None, "08:30", time(8, 30)),
    (time | None, "", None),
    (time | None, None, None),
    (SPAN, "01:30:05", timedelta(hours=1, minutes=30, seconds=5)),
    (SPAN, "-02:00:00", timedelta(hours=-2)),
    (SPAN, "120:00:00", timedelta(hours=120)),
    (SPAN, "", None),
    (SPAN, None, None),
    (SPAN, "-01:00:00", None),
    (timedelta | None, "-01:00:00", timedelta(hours=-1)),
    (list[int], [5, 6], [5, 6]),
    (list[int], ["5", 6], [5, 6]),
    (list[int], "5,6", [5, 6]),
    (list[int], "5, 6", [5, 6]),
    (list[int], "5,", [5]),
    (list[int], "5", [5]),
    (list[int], 5, [5]),
    (list[int], "", []),
    (list[int], None, []),
    (list[str], "a, b", ["a", "b"]),
    (list[str], [" a"], [" a"]),
    (list[str], None, []),
    (list[str], ["a", 5], ["a", "5"]),
    (list[str], 5, ["5"]),
]

REFUSED: list[tuple[Any, object]] = [
    (bool, 2),
    (bool, "yes"),
    (bool, []),
    (int, "1,000"),
    (int, "5.5"),
    (int, 5.5),
    (int, "five"),
    (int, "NaN"),
    (int, "Infinity"),
    (int, "1e20000"),
    (int, []),
    (float, "much"),
    (Decimal, "much"),
    (Decimal, {}),
    (str, ["a list"]),
    (str, {"an": "object"}),
    (date, ""),
    (date | None, "2016-02-30"),
    (date | None, "31/12/2016"),
    (date | None, 20161201),
    (datetime | None, "2023-07-06 9:48:55"),
    (datetime | None, "2023-07-06 24:00:00"),
    (datetime | None, "No History"),
    (datetime | None, []),
    (time, ""),
    (time | None, "noon"),
    (time | None, "-01:00:00"),
    (SPAN, "noon"),
    (SPAN, "99999999999999:00:00"),
    (time | None, 8),
    (list[int], "5,six"),
    (list[int], {}),
    (list[int], [[5]]),
    (list[str], [{}]),
]


def struct_of(kind: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct("Row", [(FIELD, kind)])


def page_of(value: object) -> bytes:
    return b'[{"DueDate":' + json.dumps(value).encode() + b"}]"


@pytest.mark.parametrize(("kind", "wire", "meaning"), READ)
@pytest.mark.unmeasured
def test_each_irregular_form_is_decoded(kind: Any, wire: object, meaning: object) -> None:
    (row,) = decoder(struct_of(kind)).page(page_of(wire))
    value = asdict(row)[FIELD]
    assert value == meaning
    assert type(value) is type(meaning)


@pytest.mark.parametrize(("kind", "value", "meaning"), READ)
def test_a_form_is_decoded_alike_next_to_an_irregular_one(kind: Any, value: object, meaning: object) -> None:
    struct = msgspec.defstruct("Row", [(FIELD, kind), ("PatNum", int)])
    body = json.dumps([{FIELD: value, "PatNum": ""}]).encode()
    (row,) = decoder(struct).page(body)
    assert asdict(row) == {FIELD: meaning, "PatNum": 0}


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_an_undecodable_value_is_an_error_that_names_the_field(kind: Any, value: object) -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(struct_of(kind)).page(page_of(value))
    error = raised.value
    assert (error.type_name, error.row, error.field) == ("Row", 0, FIELD)
    assert error.raw == page_of(value)[1:-1]


def test_numbers_are_exact_and_keep_their_digits_in_a_text() -> None:
    numbers = ["111.9", '"1.50"', "0.1", "12345678901234567890.12", '""']
    body = b"[" + ",".join(f'{{"{FIELD}":{each}}}' for each in numbers).encode() + b"]"
    money = [str(asdict(row)[FIELD]) for row in decoder(struct_of(Decimal)).page(body)]
    assert money == ["111.9", "1.50", "0.1", "12345678901234567890.12", "0"]
    (row,) = decoder(struct_of(str)).page(b'[{"DueDate":1.50}]')
    assert asdict(row) == {FIELD: "1.50"}


@pytest.mark.parametrize(("kind", "value"), [(date | None, "3/7/2022"), (datetime, "3/7/2022 9:48:55 AM")])
def test_a_date_in_the_form_of_the_usa_is_not_guessed_where_the_reference_shows_none(
    kind: Any, value: str
) -> None:
    struct = msgspec.defstruct("Row", [("Birthdate", kind)])
    with pytest.raises(DecodeError) as raised:
        decoder(struct).page(json.dumps([{"Birthdate": value}]).encode())
    assert raised.value.field == "Birthdate"
