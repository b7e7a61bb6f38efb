"""Decoding of pages and single rows into structs of all kinds, cached decoders, and invalid bodies."""

import gc
import json
import weakref
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest

from odapi_async._wire import Alias, decoder, encode
from odapi_async._wire.cleaning import are_plausible
from odapi_async._wire.formats import format_parameters
from odapi_async._wire.hints import attributes_of
from odapi_async._wire.present import present_fields
from odapi_async._wire.tolerant import read_rows
from odapi_async.errors import DecodeError, InvalidRequest
from odapi_async.resources.benefits import Benefit, BenefitUpdate
from odapi_async.resources.claim_procs import ClaimProc


class Row(msgspec.Struct, frozen=True):
    PatNum: int = 0
    LName: str = ""
    Birthdate: date | None = None
    DateTStamp: datetime | None = None


class Mine(msgspec.Struct, rename={"key": "PatNum", "born": "Birthdate"}):
    key: int
    born: Annotated[date | None, "since 1"]
    noted: Annotated[date, "note"] | None = msgspec.field(name="DateNoted", default=None)


class Misspelled(msgspec.Struct):
    LinkNum: Annotated[int, Alias("LnikNum")] = 0
    Note: Annotated[str, Alias("Note ")] = ""


class Strict(msgspec.Struct):
    Birthdate: date
    DateTStamp: datetime


NO_DATES = b'{"PatNum":5,"Birthdate":"0001-01-01","DateTStamp":"0001-01-01 00:00:00"}'
IRREGULAR = b'{"PatNum":"","Birthdate":"0001-01-01","DateTStamp":"0001-01-01 00:00:00"}'

BROKEN = {
    "empty": b"",
    "blank": b" \r\n",
    "torn": b'[{"PatNum":5,"LNa',
    "not JSON": b"<html>Service Unavailable</html>",
    "a trailing comma": b'[{"PatNum":5},]',
    "a control character outside texts": b'[{"LName":"a"},\x1a]',
    "not UTF-8 outside texts": b'[{"PatNum":5}\xe9]',
    "a text": b'"done"',
    "a number": b"5",
    "null": b"null",
    "a row that is null": b'[{"PatNum":5},null]',
    "a row that is a text": b'[{"PatNum":5},"done"]',
    "a row that is a list": b'[[{"PatNum":5}]]',
    "two bodies": b"[{}][{}]",
}


def test_a_decoder_is_cached() -> None:
    assert decoder(Row) is decoder(Row)
    assert decoder(Row).row_type is Row
    assert decoder(Mine).row_type is Mine


def test_types_that_are_made_at_run_time_are_let_go() -> None:
    def make(number: int) -> weakref.ref[type]:
        fields = [("PatNum", int, 0), ("DateTStamp", datetime | None, None)]
        kind = msgspec.defstruct(f"Row{number}", fields)
        assert are_plausible(decoder(kind).row(NO_DATES))
        assert decoder(kind).page(b"[%b]" % IRREGULAR) == [kind(0)]
        assert "PatNum" in present_fields(kind, NO_DATES)
        assert "PatNum" in attributes_of(kind)
        assert format_parameters(kind) is not None
        return weakref.ref(kind)

    made = [make(number) for number in range(600)]
    gc.collect()
    assert sum(each() is not None for each in made) <= 256


@pytest.mark.parametrize("row", [NO_DATES, IRREGULAR])
def test_the_minimum_date_is_none(row: bytes) -> None:
    for read in (decoder(Row).page(b"[" + row + b"]")[0], decoder(Row).row(row)):
        assert (read.Birthdate, read.DateTStamp) == (None, None)


def test_a_field_that_must_be_a_date_keeps_the_minimum_date() -> None:
    row = decoder(Strict).row(NO_DATES)
    assert (row.Birthdate, row.DateTStamp) == (date.min, datetime.min)


@pytest.mark.parametrize("key", [b"48", b'"48"', b'" 48"'])
def test_a_custom_struct_may_rename_and_annotate(key: bytes) -> None:
    row = decoder(Mine).row(b'{"PatNum":' + key + b',"Birthdate":"0001-01-01","DateNoted":"2026-11-23"}')
    assert row == Mine(48, None, date(2026, 11, 23))


@pytest.mark.parametrize("key", [b"48", b'" 48"'])
def test_an_annotation_inside_an_optional_date_hides_no_minimum(key: bytes) -> None:
    row = decoder(Mine).row(b'{"PatNum":' + key + b',"Birthdate":"","DateNoted":"0001-01-01"}')
    assert row.noted is None


@pytest.mark.parametrize("birthdate", ["2026-11-23", "2026-11-23 00:00:00"])
def test_unknown_fields_are_ignored_and_the_last_duplicate_is_used(birthdate: str) -> None:
    body = b'{"Newer":{"a":[1.5]},"PatNum":4,"patNum":9,"PatNum":5,"Birthdate":"%b"}' % birthdate.encode()
    assert decoder(Row).row(body) == Row(5, "", date(2026, 11, 23))


@pytest.mark.parametrize("key", ["5", '" 5"'])
def test_a_misspelled_name_is_read_and_a_text_is_not_changed(key: str) -> None:
    note = '{"LnikNum":7} Note "LnikNum":'
    body = f'{{"LnikNum":{key},"Note ":{json.dumps(note)}}}'.encode()
    assert decoder(Misspelled).row(body) == Misspelled(5, note)
    assert decoder(Misspelled).page(b'[{"LinkNum":5,"Note":"well spelt"}]') == [Misspelled(5, "well spelt")]


@pytest.mark.parametrize("body", [b"[]", b" [ ]\n"])
def test_an_empty_page_has_no_rows(body: bytes) -> None:
    assert decoder(Row).page(body) == []


def test_a_single_object_is_a_page_of_one_row() -> None:
    assert decoder(Row).page(b'{"PatNum":5}') == [Row(5)]
    assert decoder(dict[str, Any]).page(b'{"Count":"5"}') == [{"Count": "5"}]


def test_one_irregular_row_does_not_fail_its_page() -> None:
    rows = decoder(Row).page(b'[{"PatNum":4},{"PatNum":"","LName":97301},{"PatNum":6}]')
    assert rows == [Row(4), Row(0, "97301"), Row(6)]


@pytest.mark.parametrize("name", BROKEN)
def test_an_invalid_page_is_an_error_with_the_body(name: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(Row).page(BROKEN[name])
    error = raised.value
    assert (error.type_name, error.row, error.field) == ("Row", None, None)
    assert error.raw == BROKEN[name]


@pytest.mark.parametrize("name", BROKEN)
def test_an_invalid_row_is_an_error_with_the_body(name: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(Row).row(BROKEN[name])
    assert raised.value.raw == BROKEN[name]


@pytest.mark.parametrize("body", [b"[]", b'[{"PatNum":5}]', b'{"PatNum":5},{"PatNum":6}'])
def test_a_row_is_one_object(body: bytes) -> None:
    with pytest.raises(DecodeError):
        decoder(Row).row(body)


def test_an_error_names_the_row_and_the_field_by_its_wire_name() -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(Mine).page(b'[{"PatNum":4,"Birthdate":null}, {"PatNum":5,"Birthdate":"soon"}]')
    error = raised.value
    assert (error.type_name, error.row, error.field) == ("Mine", 1, "Birthdate")
    assert error.raw == b'{"PatNum":5,"Birthdate":"soon"}'


def test_a_missing_field_without_a_default_is_named() -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(Mine).row(b'{"PatNum":4}')
    assert (raised.value.field, raised.value.raw) == ("Birthdate", b'{"PatNum":4}')


@pytest.mark.parametrize("number", ["1e99999999999999999999", "-1e-99999999999999999999", "9" * 5000])
def test_a_huge_number_is_at_most_a_decode_error(number: str) -> None:
    body = f'[{{"Unknown":{number},"PatNum":""}}]'.encode()
    raw = b""
    try:
        rows = decoder(Row).page(body)
    except DecodeError as error:
        rows, raw = [], error.raw
    assert rows == [Row()] or raw == body


@pytest.mark.parametrize("key", ["5", '""'])
def test_very_deep_nesting_is_a_decode_error(key: str) -> None:
    body = f'[{{"PatNum":{key},"Unknown":{"[" * 100_000}{"]" * 100_000}}}]'.encode()
    with pytest.raises(DecodeError):
        decoder(Row).page(body)
    with pytest.raises(DecodeError):
        decoder(Row).row(body[1:-1])


def test_rows_with_unknown_columns_are_dictionaries() -> None:
    assert decoder(dict).page(b'[{"a":1,"b":"x"},{}]') == [{"a": 1, "b": "x"}, {}]
    assert decoder(dict[str, Any]).row(b'{"a":null}') == {"a": None}
    assert decoder(object).row(b'[{"a":1}]') == [{"a": 1}]


def test_a_number_in_an_unknown_column_has_one_type() -> None:
    listed = decoder(dict[str, Any]).page(b'[{"a":1.5}]')[0]["a"]
    bare = decoder(dict[str, Any]).page(b'{"a":1.5}')[0]["a"]
    assert type(bare) is type(listed)


def test_optional_text_that_is_empty_stays_text() -> None:
    struct = msgspec.defstruct("Text", [("Note", str | None, None), ("PatNum", int, 0)])
    for key in (5, ""):
        (row,) = decoder(struct).page(json.dumps([{"Note": "", "PatNum": key}]).encode())
        assert msgspec.structs.asdict(row)["Note"] == ""


def test_a_type_without_a_reader_is_decoded_by_msgspec() -> None:
    struct = msgspec.defstruct(
        "Wide", [("Either", int | str), ("Whatever", Any), ("Inner", Row), ("Balance", Decimal)]
    )
    body = b'{"Either":"x","Whatever":{"a":[1]},"Inner":{"PatNum":5},"Balance":""}'
    (row,) = read_rows(body, struct)
    assert msgspec.structs.astuple(row) == ("x", {"a": [1]}, Row(5), Decimal(0))
    with pytest.raises(DecodeError) as raised:
        read_rows(b'{"Either":"x","Whatever":1,"Inner":{"PatNum":[]},"Balance":""}', struct)
    assert raised.value.field == "Inner"


def test_a9_minus_one_is_none_where_it_means_that_and_a_number_elsewhere() -> None:
    body = (
        b'[{"ClaimProcNum":1,"AllowedOverride":-1.0,"PercentOverride":-1,"CopayAmt":"-1","WriteOff":-1.0},'
        b'{"ClaimProcNum":2,"AllowedOverride":-1,"PercentOverride":50,"CopayAmt":0.0},{"ClaimProcNum":3}]'
    )
    rows = decoder(ClaimProc).page(body)
    assert [each.AllowedOverride for each in rows] == [None, None, None]
    assert [each.PercentOverride for each in rows] == [None, 50, None]
    assert [each.CopayAmt for each in rows] == [None, Decimal(0), None]
    assert rows[0].WriteOff == Decimal(-1)
    assert decoder(Benefit).row(b'{"BenefitNum":4,"Percent":-1,"MonetaryAmt":""}') == Benefit(4)


def test_a9_an_estimate_that_was_not_worked_out_is_none_in_whatever_column() -> None:
    body = b'[{"ClaimProcNum":1,"Percentage":-1,"PaidOtherIns":-1.0,"DedEst":"-1","BaseEst":-1.0}]'
    (row,) = decoder(ClaimProc).page(body)
    assert (row.Percentage, row.PaidOtherIns, row.DedEst) == (None, None, None)
    assert row.BaseEst == Decimal(-1), "it always has a value"


def test_a9_none_is_written_as_minus_one_where_it_means_that() -> None:
    given = {"Percent": None, "MonetaryAmt": None}
    assert encode("PUT /benefits", BenefitUpdate, given) == {"Percent": -1, "MonetaryAmt": -1}
    assert encode("PUT /benefits", BenefitUpdate, {"Percent": 0})["Percent"] == 0
    with pytest.raises(InvalidRequest, match=r"^CodeNum: must be a whole number, not NoneType$"):
        encode("PUT /benefits", BenefitUpdate, {"CodeNum": None})
