"""Values round-trip, normal and tolerant decoding agree, and no body causes more than a DecodeError."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypedDict

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odapi_async._wire import (
    DateLike,
    DateTimeLike,
    Decoder,
    Ids,
    Money,
    TimeLike,
    decoder,
    encode,
    encode_body,
    encode_query,
)
from odapi_async._wire.tolerant import read_rows
from odapi_async.errors import DecodeError


class Row(msgspec.Struct, frozen=True):
    PatNum: int = 0
    LName: str = ""
    Amount: Decimal = Decimal(0)
    IsHidden: bool = False
    Birthdate: date | None = None
    DateTStamp: datetime | None = None
    StartTime: time | None = None
    Nums: list[int] = []


class Body(TypedDict, total=False):
    PatNum: int
    LName: str
    Amount: Money
    IsHidden: bool
    Birthdate: DateLike
    DateTStamp: DateTimeLike
    StartTime: TimeLike
    Nums: Ids


KEYS = st.integers(0, 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.fixed_dictionaries(
    {
        "PatNum": KEYS,
        "LName": TEXTS,
        "Amount": st.decimals(allow_nan=False, allow_infinity=False),
        "IsHidden": st.booleans(),
        "Birthdate": st.none() | st.dates(date(1, 1, 2)),
        "DateTStamp": st.none() | st.datetimes(datetime(1, 1, 2)).map(lambda at: at.replace(microsecond=0)),
        "StartTime": st.times().map(lambda at: at.replace(microsecond=0)),
        "Nums": st.lists(KEYS),
    }
)

ODD = [
    "",
    " ",
    "null",
    "0001-01-01",
    "0000-00-00",
    "1/1/0001 12:00:00 AM",
    "NaN",
    "sNaN",
    "-Infinity",
    "5,",
    "True",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from(ODD)
    | st.dates().map(str)
    | st.datetimes().map(str)
    | st.times().map(str)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(Row.__struct_fields__), inner)
    ),
    max_leaves=12,
)


def rows_or_error(reader: Decoder[Any], body: bytes) -> list[Any] | DecodeError:
    try:
        return reader.page(body)
    except DecodeError as error:
        return error


@settings(deadline=None)
@given(VALUES)
def test_a_body_round_trips(values: dict[str, Any]) -> None:
    body = encode_body(encode("POST /x", Body, values))
    assert decoder(Row).row(body) == Row(**values)


@settings(deadline=None)
@given(VALUES)
def test_a_query_round_trips(values: dict[str, Any]) -> None:
    texts = encode_query(encode("GET /x", Body, values))
    assert decoder(Row).row(json.dumps(texts).encode()) == Row(**values)


@settings(deadline=None)
@given(st.lists(VALUES, max_size=3))
def test_tolerant_decoding_equals_normal_decoding_on_regular_pages(values: list[dict[str, Any]]) -> None:
    body = b"[" + b",".join(encode_body(encode("POST /x", Body, each)) for each in values) + b"]"
    regular = msgspec.json.decode(body, type=list[Row], strict=False)
    if all(each["Birthdate"] and each["DateTStamp"] for each in values):
        assert read_rows(body, Row) == regular
    assert decoder(Row).page(body) == [Row(**each) for each in values]


@settings(deadline=None)
@given(JSON)
@example([{"PatNum": "Infinity"}])
@example([{"PatNum": "", "Unknown": [float("inf")]}])
def test_any_json_is_decoded_or_refused(value: object) -> None:
    body = json.dumps(value).encode()
    outcome = rows_or_error(decoder(Row), body)
    if isinstance(outcome, DecodeError):
        assert outcome.raw in body
    else:
        assert {type(row) for row in outcome} <= {Row}
        assert len(outcome) == len(
            msgspec.json.decode(body if body[:1] == b"[" else b"[0]", type=list[object])
        )


@settings(deadline=None)
@given(st.binary())
@example(b"")
@example(b"\xff\xfe[]")
def test_any_bytes_are_decoded_or_refused(body: bytes) -> None:
    outcome = rows_or_error(decoder(Row), body)
    assert isinstance(outcome, list | DecodeError)


@settings(deadline=None)
@given(VALUES, st.data())
def test_a_truncated_body_is_refused(values: dict[str, Any], data: st.DataObject) -> None:
    body = b"[" + encode_body(encode("POST /x", Body, values)) + b"]"
    torn = body[: data.draw(st.integers(0, len(body) - 1))]
    assert isinstance(rows_or_error(decoder(Row), torn), DecodeError)
