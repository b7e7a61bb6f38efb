"""How far the demo is, for people at a terminal and elsewhere."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console
from rich.live import Live

from odapi_async.cli.demo.progress import LiveTable, PlainLines, Silent, showing
from odapi_async.cli.demo.run import Standing

STANDINGS = [
    Standing("readall", 75, 150, 2, 1, 1, 3.25),
    Standing("local", 40_000, 40_000, 42, 0, 0, 0.0),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_say_all_there_is_to_say() -> None:
    lines: list[str] = []
    PlainLines(lines.append).show(5.2, STANDINGS)
    assert lines == [
        "   5 s  readall: rows 75 of 150, answered 2, waiting 1, under way 1, next slot in 3.2 s",
        "   5 s  local: rows 40,000 of 40,000, answered 42, waiting 0, under way 0, next slot now",
    ]


def test_the_live_table_says_the_same() -> None:
    out = io.StringIO()
    with Live(console=Console(file=out, width=120), auto_refresh=False) as live:
        LiveTable(live).show(5.2, STANDINGS)
    for word in ("readall", "75 of 150", "in 3.2 s", "local", "40,000 of 40,000", "now"):
        assert word in out.getvalue()


def test_a_script_is_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    with showing(print, silent=True) as progress:
        assert isinstance(progress, Silent)
        progress.show(0.0, STANDINGS)
    assert out.getvalue() == ""


def test_a_terminal_gets_the_live_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with showing(print, silent=False) as progress:
        assert isinstance(progress, LiveTable)


@pytest.mark.parametrize(("out", "term"), [(io.StringIO(), "xterm"), (Terminal(), "dumb")])
def test_without_a_real_terminal_there_are_plain_lines(
    monkeypatch: pytest.MonkeyPatch, out: io.StringIO, term: str
) -> None:
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", term)
    with showing(print, silent=False) as progress:
        assert isinstance(progress, PlainLines)
