"""The layout that the options of a list choose."""

from __future__ import annotations

import io
import sys

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.output.options import ListFormat, choose_layout
from odapi_async.cli.output.stream import stdout_writer


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_table_and_a_pipe_gets_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert choose_layout(None, None).format is ListFormat.TABLE
    assert choose_layout(ListFormat.CSV, None).format is ListFormat.CSV
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert choose_layout(None, None).format is ListFormat.NDJSON


def test_a_file_for_excel_is_csv_and_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    layout = choose_layout(ListFormat.CSV, "A,B", excel=True)
    assert (layout.format, layout.columns, layout.excel) == (ListFormat.CSV, "A,B", True)
    for form in (ListFormat.TABLE, ListFormat.JSON, ListFormat.NDJSON):
        with pytest.raises(UsageError, match=f"leave out --format {form}"):
            choose_layout(form, None, excel=True)
    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(UsageError, match=r"> rows\.csv"):
        choose_layout(None, None, excel=True)


@pytest.mark.parametrize("newline", [None, "\r\n"])
def test_the_bytes_of_a_file_for_excel_are_the_same_on_every_system(
    newline: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1", newline=newline)  # as on Windows: both are translated
    monkeypatch.setattr(sys, "stdout", out)
    writer = stdout_writer(choose_layout(None, None, excel=True), dict)
    writer.write_page([{"LName": "Müller 日", "Note": "two\nlines"}])
    writer.finish()
    out.flush()
    assert raw.getvalue() == b'\xef\xbb\xbfLName,Note\r\nM\xc3\xbcller \xe6\x97\xa5,"two\nlines"\r\n'
