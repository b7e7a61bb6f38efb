"""Which fields of a struct a body really has."""

from datetime import date, datetime
from typing import Annotated

from odapi_async._wire import Alias
from odapi_async._wire.present import present_fields
from odapi_async.resources.base import Row


class Fee(Row, frozen=True):
    FeeNum: int = 0
    AdjType: int = 0
    adjType: str = ""
    Note: Annotated[str, Alias("Nte")] = ""
    Day: date | None = None
    Time: datetime | None = None


def test_fields_that_the_server_left_out_are_not_there() -> None:
    assert present_fields(Fee, b'{"FeeNum": 1, "Other": 2}') == {"FeeNum"}
    assert present_fields(Fee, b'[{"FeeNum": 1, "Note": ""}, {}]') == {"FeeNum", "Note"}
    assert present_fields(Fee, b"[]") == present_fields(Fee, b"") == present_fields(Fee, b"<html>") == set()
    assert present_fields(dict, b'{"FeeNum": 1}') == set()


def test_other_spellings_count_unless_they_may_mean_another_field() -> None:
    assert present_fields(Fee, b'{"feenum": 1, "Note ": ""}') == {"FeeNum", "Note"}
    assert present_fields(Fee, b'{"Nte": ""}') == {"Note"}
    assert present_fields(Fee, b'{"adjType": ""}') == {"adjType"}
    assert present_fields(Fee, b'{"ADJTYPE": ""}') == set()


def test_dates_in_a_format_of_the_caller_do_not_count() -> None:
    body = b'{"FeeNum": 1, "Day": "Nov", "Time": "11"}'
    assert present_fields(Fee, body, dates=False) == {"FeeNum"}
    assert present_fields(Fee, body) == {"FeeNum", "Day", "Time"}
