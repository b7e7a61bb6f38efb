"""Lists as JSON lines, as CSV and as a table."""

from __future__ import annotations

import csv
import io
import json
import weakref
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.output import cells
from odapi_async.cli.output.formats import row_table, row_writer
from odapi_async.cli.output.options import Layout, ListFormat


class Fee(msgspec.Struct, frozen=True, weakref=True):
    FeeNum: int = 0
    Note: str = ""
    Amount: Decimal = Decimal(0)
    Day: date | None = None
    At: datetime | None = None
    IsHidden: bool = False


ONE = Fee(1, 'Ring first, "please"\n\x1b[31mred', Decimal("12.50"), date(2026, 11, 23), None, True)
TWO = Fee(2, "", Decimal(3), None, datetime(2026, 11, 23, 9, 5))


def written(layout: Layout, *pages: list[Any], kind: type = Fee) -> tuple[str, str]:
    out = io.StringIO()
    to = row_writer(layout, kind, out.write)
    for page in pages:
        to.write_page(page)
    remark = to.finish()
    return out.getvalue(), remark


def test_json_lines_are_rows() -> None:
    text, remark = written(Layout(ListFormat.NDJSON), [ONE], [TWO])
    assert [json.loads(line, parse_float=Decimal) for line in text.splitlines()] == [
        {
            "FeeNum": 1,
            "Note": ONE.Note,
            "Amount": Decimal("12.50"),
            "Day": "2026-11-23",
            "At": None,
            "IsHidden": True,
        },
        {"FeeNum": 2, "Note": "", "Amount": 3, "Day": None, "At": "2026-11-23T09:05:00", "IsHidden": False},
    ]
    assert '"Amount":12.50' in text
    assert remark == ""


def test_csv_can_be_read_back() -> None:
    text, _ = written(Layout(ListFormat.CSV), [ONE], [TWO])
    assert list(csv.reader(io.StringIO(text))) == [
        ["FeeNum", "Note", "Amount", "Day", "At", "IsHidden"],
        ["1", ONE.Note, "12.50", "2026-11-23", "", "true"],
        ["2", "", "3", "", "2026-11-23 09:05:00", "false"],
    ]


@pytest.mark.parametrize("note", ["lone\rreturn", "\r", "\r\n", "a\r1,2,3"])
def test_e5_a_carriage_return_in_csv_reads_back(note: str) -> None:
    text, _ = written(Layout(ListFormat.CSV, columns="FeeNum,Note"), [Fee(1, note), ONE])
    found = [*csv.reader(io.StringIO(text, newline=""))]
    assert found == [["FeeNum", "Note"], ["1", note], ["1", ONE.Note]]
    assert text.startswith("FeeNum,Note\n")


def test_a_list_without_rows_has_a_header_as_csv_and_a_remark_as_a_table() -> None:
    assert written(Layout(ListFormat.NDJSON)) == ("", "")
    assert written(Layout(ListFormat.CSV, "Note,FeeNum")) == ("Note,FeeNum\n", "")
    assert written(Layout(ListFormat.TABLE)) == ("", "no rows")
    assert written(Layout(ListFormat.CSV), kind=dict) == ("", "")


@pytest.mark.parametrize(("row", "kind"), [(ONE, Fee), ({"FeeNum": 1, "Note": "x", "Amount": 12.5}, dict)])
def test_columns_come_in_the_order_of_the_option(row: Any, kind: type) -> None:
    columns = "Amount, FeeNum"
    lines, _ = written(Layout(ListFormat.NDJSON, columns), [row], [row], kind=kind)
    assert [list(json.loads(line)) for line in lines.splitlines()] == [["Amount", "FeeNum"]] * 2
    text, _ = written(Layout(ListFormat.CSV, columns), [row], [row], kind=kind)
    assert text.splitlines()[0] == "Amount,FeeNum"
    assert len(text.splitlines()) == 3
    table, remark = written(Layout(ListFormat.TABLE, columns), [row], kind=kind)
    assert table.splitlines()[0].split() == ["Amount", "FeeNum"]
    assert remark == ""


@pytest.mark.parametrize("form", ListFormat)
def test_a_column_that_does_not_exist_is_refused_before_anything_is_written(form: ListFormat) -> None:
    with pytest.raises(UsageError, match="there is no column Amuont; did you mean Amount"):
        written(Layout(form, "FeeNum,Amuont"))
    with pytest.raises(UsageError, match="there is no column Zz; there are FeeNum, Note"):
        written(Layout(form, "Zz"))
    with pytest.raises(UsageError, match="needs at least one name"):
        written(Layout(form, " ,"))


@pytest.mark.parametrize("form", ListFormat)
def test_open_columns_are_checked_with_the_first_row(form: ListFormat) -> None:
    out = io.StringIO()
    to = row_writer(Layout(form, "LNam"), dict, out.write)
    with pytest.raises(UsageError, match="there is no column LNam; did you mean LName"):
        to.write_page([{"PatNum": 1, "LName": "Smith"}])
    assert out.getvalue() == ""


def test_a_table_is_aligned_and_omits_empty_columns() -> None:
    text, remark = written(Layout(ListFormat.TABLE, width=200), [ONE, TWO])
    note = 'Ring first, "please"  [31mred'
    assert text.splitlines() == [
        f"FeeNum  {'Note':<{len(note)}}  Amount  Day         At                   IsHidden",
        f"     1  {note}   12.50  2026-11-23                       true",
        f"     2  {'':<{len(note)}}       3              2026-11-23 09:05:00  false",
    ]
    assert remark == ""
    text, remark = written(Layout(ListFormat.TABLE, width=200), [TWO])
    assert text.splitlines()[0].split() == ["FeeNum", "Amount", "At", "IsHidden"]
    assert remark.startswith("2 more columns")


def test_a_table_fits_the_terminal_and_later_pages_fit_the_table() -> None:
    text, remark = written(Layout(ListFormat.TABLE, width=20), [TWO], [Fee(123456789, "", Decimal(4))])
    assert text.splitlines() == ["FeeNum  Amount", "     2       3", "12345…       4"]
    assert remark.startswith("4 more columns")
    text, _ = written(Layout(ListFormat.TABLE, width=1), [TWO])
    assert text.splitlines()[0] == "FeeNum"


def test_wide_characters_are_aligned() -> None:
    rows = [{"a": "日本", "b": "x"}, {"a": "abcd", "b": "y"}]
    text, _ = written(Layout(ListFormat.TABLE), rows, [{"a": "日本語", "b": "z"}], kind=dict)
    assert text.splitlines() == ["a     b", "日本  x", "abcd  y", "日 …  z"]


def test_a_long_text_is_shortened_in_a_table() -> None:
    text, _ = written(Layout(ListFormat.TABLE, width=200), [Fee(1, "x" * 500)])
    assert max(map(len, text.splitlines())) < 100


@pytest.mark.parametrize("form", ListFormat)
def test_no_page_is_kept_in_memory(form: ListFormat) -> None:
    to = row_writer(Layout(form), Fee, lambda _: None)
    for _ in range(3):
        row = Fee(1, "x")
        there = weakref.ref(row)
        to.write_page([row])
        del row
        assert there() is None


def test_a_single_row_has_a_line_for_each_column() -> None:
    assert row_table(ONE).splitlines() == [
        "FeeNum    1",
        'Note      Ring first, "please"  [31mred',
        "Amount    12.50",
        "Day       2026-11-23",
        "At",
        "IsHidden  true",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("Smith", "Smith"),
        ('"quoted"', '"quoted"'),
        (True, "true"),
        (48, "48"),
        (1.5, "1.5"),
        (Decimal("0.00"), "0.00"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 9), "2026-11-23 09:00:00"),
        (time(9, 5), "09:05:00"),
        ([1, 2], "[1,2]"),
        ({"a": 1}, '{"a":1}'),
    ],
)
def test_a_cell_is_written_as_in_the_api(value: object, text: str) -> None:
    assert cells.cell(value) == text


def test_indented_json_keeps_all_digits_of_money() -> None:
    assert '"Amount": 12.50' in cells.indented_json(ONE)


def test_json_is_one_array() -> None:
    text, _ = written(Layout(ListFormat.JSON), [ONE], [TWO])
    lines, _ = written(Layout(ListFormat.NDJSON), [ONE], [TWO])
    assert json.loads(text) == [json.loads(line) for line in lines.splitlines()]
    assert json.loads(written(Layout(ListFormat.JSON, "Note"), [TWO])[0]) == [{"Note": ""}]
    assert written(Layout(ListFormat.JSON))[0] == "[]\n"


def test_a_file_for_excel_has_a_byte_order_mark_and_no_formula() -> None:
    notes = [
        "=1+1",
        "+cmd|' /C calc'!A1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "x;=1",
        "=日本",
        "a-b",
        "-5",
    ]
    layout = Layout(ListFormat.CSV, "FeeNum,Note,Amount", excel=True)
    text, _ = written(
        layout, [Fee(-1, note, Decimal("-12.50")) for note in notes[:3]], [Fee(2, n) for n in notes[3:]]
    )
    assert text.startswith("\ufeffFeeNum,Note,Amount\r\n")
    assert text.count("\ufeff") == 1
    rows = [*csv.reader(io.StringIO(text[1:], newline=""))]
    assert rows[1] == ["-1", "'=1+1", "-12.50"]  # numbers keep their minus
    cells_of_notes = [row[1] for row in rows[1:]]
    assert [note for note in cells_of_notes if note.lstrip()[:1] in {"=", "+", "@"}] == []
    assert cells_of_notes[2:] == [
        "'-2+3",
        "'@SUM(A1)",
        "'\t'=1",
        "'\r'=1",
        "' =1",
        "x;'=1",
        "'=日本",
        "a-b",
        "-5",
    ]


def test_a_file_for_excel_has_a_header_without_formulas_too() -> None:
    text, _ = written(Layout(ListFormat.CSV, excel=True), [{"=1": "=2"}], kind=dict)
    assert text == "\ufeff'=1\r\n'=2\r\n"
