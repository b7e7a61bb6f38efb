"""No data appears in the messages, reprs and tracebacks of errors."""

import json
import traceback
from datetime import date
from enum import Enum
from typing import Literal, TypedDict

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async._wire import DateLike, DateTimeLike, Ids, Money, TimeLike, decoder, encode
from odapi_async.errors import DecodeError, InvalidRequest, OpenDentalError

SECRET = "Xyzzy-Secret-Name"


class Standing(Enum):
    PATIENT = "Patient"


class Row(msgspec.Struct):
    PatNum: int = 0
    Birthdate: date | None = None
    Status: Standing | None = None
    Gender: Literal["Male", "Female"] | None = None
    Short: str = ""
    Nums: list[int] = []


class Body(TypedDict, total=False):
    PatNum: int
    IsHidden: bool
    Birthdate: DateLike
    DateTStamp: DateTimeLike
    StartTime: TimeLike
    Amount: Money
    Nums: Ids


def shown(error: OpenDentalError) -> str:
    return "".join((str(error), repr(error), *traceback.format_exception(error)))


@pytest.mark.parametrize("field", Body.__annotations__)
def test_a_refused_value_is_not_quoted(field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        encode("POST /x", Body, {field: SECRET})
    assert SECRET not in shown(raised.value)
    assert field in str(raised.value)


@pytest.mark.parametrize("field", ["PatNum", "Birthdate", "Status", "Gender", "Nums"])
def test_an_undecodable_value_is_not_quoted(field: str) -> None:
    row = json.dumps({"Short": SECRET, field: SECRET}).encode()
    for read, body in ((decoder(Row).row, row), (decoder(Row).page, b"[" + row + b"]")):
        with pytest.raises(DecodeError) as raised:
            read(body)
        assert SECRET not in shown(raised.value)
        assert field in str(raised.value)
        assert raised.value.raw == row


@pytest.mark.parametrize("end", [b"", b'"', b"\xff", b'\xff"}'])
def test_an_undecodable_body_is_not_quoted(end: bytes) -> None:
    body = b'[{"Short":"' + SECRET.encode() + end
    with pytest.raises(DecodeError) as raised:
        decoder(Row).page(body)
    assert SECRET not in shown(raised.value)
    assert SECRET.encode() in raised.value.raw


@settings(deadline=None)
@given(
    st.recursive(
        st.just(SECRET) | st.none() | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(Row.__struct_fields__), inner, max_size=3)
        ),
    )
)
def test_no_data_ever_appears_in_an_error(value: object) -> None:
    text = ""
    try:
        decoder(Row).page(json.dumps(value).encode())
    except DecodeError as error:
        text = shown(error)
    assert SECRET not in text
