"""Displays of a run's progress: a live table on a terminal, plain lines elsewhere, nothing for scripts."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from rich.console import Console, RenderableType
from rich.live import Live

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
    """

    interval = 0.2

    def __init__(self, view: ProgressView[T], live: Live) -> None:
        self._view = view
        self._live = live

    def show(self, progress: T) -> None:
        """Draw the table."""
        table = self._view.table(progress, self._live.console.size.height)
        self._live.update(table, refresh=True)


@contextmanager
def progress_display(
    view: ProgressView[T], write: Callable[[str], None], *, silent: bool, keep_table: bool
) -> Generator[ProgressDisplay[T]]:
    """Choose the display of a view, by whether standard output is a terminal.

    Args:
        view: makes the table and the lines.
        write: called with each line, if standard output is not a terminal.
        silent: whether nothing is shown.
        keep_table: whether the last table stays on the terminal.
    """
    if silent:
        yield SilentDisplay()
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with Live(
            console=Console(file=unfiltered(sys.stdout)),
            auto_refresh=False,
            transient=not keep_table,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as live:
            yield LiveDisplay(view, live)
    else:
        yield LineDisplay(view, write)


async def repeat(show: Callable[[], None], interval: float) -> None:
    """Call a function every `interval` seconds until this task is cancelled."""
    while True:
        show()
        await asyncio.sleep(interval)
