"""The choice of a progress display: a live table, plain lines, or nothing."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterable
from typing import IO, cast

import pytest
from rich.console import Console
from rich.live import Live
from rich.text import Text

from odapi_async.cli.mirror.view import FittedLines
from odapi_async.cli.progress import LineDisplay, LiveDisplay, SilentDisplay, progress_display, repeat
from tests.unit.cli.screens import Screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class View:
    """Shows a number."""

    line_interval = 7.0

    def lines(self, progress: int) -> Iterable[str]:
        return [f"{progress} rows", f"{progress} requests"]

    def table(self, progress: int, height: int) -> Text:
        return Text(f"{progress} rows, at most {height} lines")


def test_a_line_display_prints_the_lines_at_the_interval_of_its_view() -> None:
    lines: list[str] = []
    display = LineDisplay(View(), lines.append)
    display.show(3)
    assert (display.interval, lines) == (7.0, ["3 rows", "3 requests"])


def test_a_live_display_draws_a_table_for_the_height_of_the_terminal() -> None:
    out = io.StringIO()
    with Live(console=Console(file=out, width=120, height=24), auto_refresh=False) as live:
        LiveDisplay(View(), live).show(3)
    assert "3 rows, at most 24 lines" in out.getvalue()


def test_a_script_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    with progress_display(View(), print, silent=True, keep_table=True) as display:
        assert isinstance(display, SilentDisplay)
        display.show(3)
    assert out.getvalue() == ""


@pytest.mark.parametrize("keep_table", [True, False])
def test_a_terminal_gets_the_live_table(monkeypatch: pytest.MonkeyPatch, keep_table: bool) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", "xterm")
    with progress_display(View(), print, silent=False, keep_table=keep_table) as display:
        assert isinstance(display, LiveDisplay)
        display.show(3)
    assert "3 rows" in out.getvalue()


@pytest.mark.parametrize(("out", "term"), [(io.StringIO(), "xterm"), (Terminal(), "dumb")])
def test_without_a_full_terminal_there_are_plain_lines(
    monkeypatch: pytest.MonkeyPatch, out: io.StringIO, term: str
) -> None:
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("TERM", term)
    with progress_display(View(), print, silent=False, keep_table=True) as display:
        assert isinstance(display, LineDisplay)


async def test_the_progress_is_shown_until_the_task_is_cancelled() -> None:
    shown: list[int] = []
    third = asyncio.Event()

    def show() -> None:
        shown.append(len(shown))
        if len(shown) == 3:
            third.set()

    task = asyncio.create_task(repeat(show, 0.0))
    await third.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


class Lines:
    """Draws lines as wide as the terminal, and has a line for each frame."""

    line_interval = 1.0

    def lines(self, progress: int) -> Iterable[str]:
        return [f"line {progress}"]

    def table(self, progress: int, height: int) -> FittedLines:
        return FittedLines(lambda width: [str(progress) * width] * min(3, height))


def live_on(screen: Screen, console: Console, **options: bool) -> tuple[Live, LiveDisplay[int]]:
    live = Live(
        console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
    )
    return live, LiveDisplay(Lines(), live, **options)


def console_on(screen: Screen) -> Console:
    return Console(file=cast("IO[str]", screen), width=screen.width, height=24, force_terminal=True)


@pytest.mark.parametrize("widths", [(40, 20), (40, 7, 80), (20, 40, 39, 38, 5), (80, 80, 3)])
def test_a_terminal_that_is_resized_keeps_nothing_of_the_frames_before(widths: tuple[int, ...]) -> None:
    screen = Screen(widths[0])
    screen.write("$ odapi mirror\n")
    console = console_on(screen)
    live, display = live_on(screen, console)
    with live:
        for number, width in enumerate(widths):
            screen.resize(width)
            console.width = width
            display.show(number)
            display.show(number)
            shown = "".join(screen.rows)
            assert shown == "$ odapi mirror" + str(number) * width * 3
    assert "".join(screen.rows) == "$ odapi mirror"


def test_lines_above_the_table_stay() -> None:
    screen = Screen(30)
    live, display = live_on(screen, console_on(screen), with_lines=True)
    with live:
        display.show(1)
        display.show(2)
        assert screen.rows == ["line 1", "line 2", "2" * 30, "2" * 30, "2" * 30]
    assert [row for row in screen.rows if row] == ["line 1", "line 2"]


def test_a_long_line_above_the_table_is_broken_by_the_terminal_alone() -> None:
    class Long(Lines):
        def lines(self, progress: int) -> Iterable[str]:
            return [f"{'x' * 50} [bold]harbour[/bold]"]

    screen = Screen(30)
    live = Live(console=console_on(screen), auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    with live:
        LiveDisplay(Long(), live, with_lines=True).show(1)
    assert "".join(screen.rows).startswith(f"{'x' * 50} [bold]harbour[/bold]111")
