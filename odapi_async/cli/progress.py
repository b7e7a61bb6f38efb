"""Displays of a run's progress: a live table on a terminal, plain lines elsewhere, nothing for scripts."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from rich.console import Console, RenderableType
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType
from rich.text import Text

from odapi_async.cli.screen import unfiltered

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class ProgressView(Protocol[T_contra]):
    """Turns the progress of a run into text."""

    @property
    def line_interval(self) -> float:
        """Seconds between two calls of `lines`."""
        ...

    def lines(self, progress: T_contra) -> Iterable[str]:
        """Return the lines to print now."""
        ...

    def table(self, progress: T_contra, height: int) -> RenderableType:
        """Return a table for a terminal of this height in lines."""
        ...


class ProgressDisplay(Protocol[T_contra]):
    """Shows the progress of a run."""

    @property
    def interval(self) -> float:
        """Seconds between two calls of `show`."""
        ...

    def show(self, progress: T_contra) -> None:
        """Show the progress."""
        ...


class SilentDisplay:
    """Shows nothing."""

    interval = 60.0

    def show(self, progress: object) -> None:
        """Show nothing."""


class LineDisplay(Generic[T]):
    """Prints the lines of a view.

    Args:
        view: makes the lines.
        write: called with each line.
    """

    def __init__(self, view: ProgressView[T], write: Callable[[str], None]) -> None:
        self.interval = view.line_interval
        self._view = view
        self._write = write

    def show(self, progress: T) -> None:
        """Print the lines."""
        for line in self._view.lines(progress):
            self._write(line)


class LiveDisplay(Generic[T]):
    """Draws the table of a view over the one before.

    Args:
        view: makes the table.
        live: the terminal.
        with_lines: whether the lines of the view are printed above the table, where they stay.
    """

    interval = 0.2

    def __init__(self, view: ProgressView[T], live: Live, *, with_lines: bool = False) -> None:
        self._view = view
        self._live = live
        self._with_lines = with_lines
        self._drawn: RenderableType | None = None
        self._size = live.console.size

    def show(self, progress: T) -> None:
        """Draw the table for the size that the terminal has now."""
        console, size = self._live.console, self._live.console.size
        if size != self._size:
            self._erase_broken_lines(size.width)
        if self._with_lines:
            for line in self._view.lines(progress):
                console.print(Text(line), soft_wrap=True)
        self._drawn, self._size = self._view.table(progress, size.height), size
        self._live.update(self._drawn, refresh=True)

    def _erase_broken_lines(self, width: int) -> None:
        """Erase the lines that the terminal has added below the others, because the old ones are too wide."""
        if self._drawn is None:
            return
        console = self._live.console
        options = console.options.update_width(self._size.width)
        lines = console.render_lines(self._drawn, options, pad=False)
        cells = (sum(segment.cell_length for segment in line) for line in lines)
        added = sum(max(0, -(-length // width) - 1) for length in cells)
        if added:
            up = [(ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)] * added
            console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2), *up))


def has_terminal() -> bool:
    """Return whether standard output is a terminal that can draw a table over another one."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def progress_display(
    view: ProgressView[T],
    write: Callable[[str], None],
    *,
    silent: bool,
    keep_table: bool,
    with_lines: bool = False,
) -> Generator[ProgressDisplay[T]]:
    """Choose the display of a view, by whether standard output is a terminal.

    Args:
        view: makes the table and the lines.
        write: called with each line, if standard output is not a terminal.
        silent: whether nothing is shown.
        keep_table: whether the last table stays on the terminal.
        with_lines: whether the lines are printed on a terminal, too, above the table.
    """
    if silent:
        yield SilentDisplay()
    elif has_terminal():
        with Live(
            console=Console(file=unfiltered(sys.stdout)),
            auto_refresh=False,
            transient=not keep_table,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as live:
            yield LiveDisplay(view, live, with_lines=with_lines)
    else:
        yield LineDisplay(view, write)


async def repeat(show: Callable[[], None], interval: float) -> None:
    """Call a function every `interval` seconds until this task is cancelled."""
    while True:
        show()
        await asyncio.sleep(interval)
