"""How far the demo is: a live table on a terminal, plain lines elsewhere, nothing for scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from odapi_async.cli.demo.run import Progress, Standing

_COLUMNS: Final = ("rows", "answered", "waiting", "under way", "next slot")
_BAR: Final = 20


class Silent:
    """Shows nothing."""

    every = 60.0

    def show(self, seconds: float, standings: Sequence[Standing]) -> None:
        """Show nothing."""


class PlainLines:
    """Writes a line for each practice now and then.

    Args:
        write: gets each line.
    """

    every = 5.0

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def show(self, seconds: float, standings: Sequence[Standing]) -> None:
        """Write the standings."""
        for each in standings:
            words = zip(_COLUMNS, _cells(each), strict=True)
            self._write(f"{seconds:4.0f} s  {each.practice}: {', '.join(f'{a} {b}' for a, b in words)}")


class LiveTable:
    """Draws a table and draws it anew over the old one.

    Args:
        live: where.
    """

    every = 0.2

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, seconds: float, standings: Sequence[Standing]) -> None:
        """Draw the standings."""
        self._live.update(_table(seconds, standings), refresh=True)


@contextmanager
def showing(write: Callable[[str], None], *, silent: bool) -> Generator[Progress]:
    """Choose how to show progress: on a terminal a live table, for scripts nothing, and else plain lines."""
    if silent:
        yield Silent()
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with Live(console=Console(), auto_refresh=False) as live:
            yield LiveTable(live)
    else:
        yield PlainLines(write)


def _cells(each: Standing) -> tuple[str, ...]:
    return (
        f"{each.rows:,} of {each.rows_expected:,}",
        f"{each.requests}",
        f"{each.queued}",
        f"{each.in_flight}",
        f"in {each.next_slot:.1f} s" if each.next_slot else "now",
    )


def _table(seconds: float, standings: Sequence[Standing]) -> Table:
    table = Table(title=f"{seconds:.0f} s", title_justify="left")
    table.add_column("practice")
    table.add_column("")
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for each in standings:
        bar = ProgressBar(total=each.rows_expected, completed=each.rows, width=_BAR)
        table.add_row(each.practice, bar, *_cells(each))
    return table
