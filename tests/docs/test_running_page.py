"""The figures and codes of docs/running-the-mirror.md are those of the benchmarks and of the program."""

from __future__ import annotations

import re
import signal
from typing import Final

from odapi_async.cli import exit_codes
from tests.docs.pages import ROOT, pages

PAGE: Final = "docs/running-the-mirror.md"


def test_the_size_of_a_row_is_that_of_the_benchmark() -> None:
    page, figures = " ".join(pages()[PAGE].split()), pages()["docs/benchmarks.md"]
    shown = re.search(r"copies ([\d,]+) invented .+? of ([\d,.]+) MiB", page)
    rows = re.search(r"rows of ([\d,]+) that are missing", figures)
    size = re.search(r"size of the database \| ([\d,.]+) MiB", figures)
    assert shown
    assert rows
    assert size
    assert (shown[1], shown[2]) == (rows[1], size[1])
    each = float(size[1].replace(",", "")) * 2**20 / int(rows[1].replace(",", ""))
    assert "About half a kilobyte for each row" in page
    assert 400 < each < 600


def test_the_table_of_exit_codes_has_those_of_the_program_and_of_signals() -> None:
    section = pages()[PAGE].partition("## What do the exit codes mean?")[2].partition("\n## ")[0]
    codes = [int(each) for each in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)]
    killed = {128 + number for number in (signal.SIGTERM, signal.SIGKILL)}  # as a shell reports them
    # the code of SIGTERM is that of a program that does not handle it
    folders = [ROOT / "odapi_async" / each for each in ("mirror", "cli/mirror")]
    files = [each for folder in folders for each in folder.rglob("*.py")]
    assert files
    assert [each.name for each in files if "import signal" in each.read_text()] == []
    assert set(codes) == {0, exit_codes.FAILED, exit_codes.USAGE, exit_codes.INTERRUPTED, *killed}
