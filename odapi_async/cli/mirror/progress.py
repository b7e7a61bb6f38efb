"""How far a mirror is: a live table on a terminal, plain lines elsewhere, nothing for scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from odapi_async.cli.mirror.view import COLUMNS, cells, chosen, counted, practices, totals
from odapi_async.cli.mirror.watch import Moment
from odapi_async.cli.output.cells import printable
from odapi_async.mirror.estimate import span

_AROUND: Final = 3  # lines that are no table: the totals, the head, and the one with the cursor
_TO_THE_LEFT: Final = 2  # columns that hold names


class Progress(Protocol):
    """Shows how far a mirror is."""

    @property
    def every(self) -> float:
        """Seconds between two showings."""
        ...

    def show(self, moment: Moment) -> None:
        """Show a moment."""
        ...


class Silent:
    """Shows nothing."""

    every = 60.0

    def show(self, moment: Moment) -> None:
        """Show nothing."""


class PlainLines:
    """Writes the totals now and then, and a line for each practice that is done.

    Args:
        write: gets each line.
    """

    every = 1.0
    totals_every = 10.0

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._done: set[str] = set()
        self._next = self.totals_every

    def show(self, moment: Moment) -> None:
        """Write what is new."""
        for each in practices(moment):
            if not each.is_open and each.name not in self._done:
                self._done.add(each.name)
                failed = f", {counted(each.failed, 'table')} failed" if each.failed else ""
                self._write(f"{span(moment.seconds)}: {printable(each.name)} is done{failed}")
        if moment.seconds >= self._next:
            self._next = moment.seconds + self.totals_every
            self._write(totals(moment))


class LiveTable:
    """Draws a table and draws it anew over the old one, never higher than the terminal.

    Args:
        live: where.
    """

    every = 0.2

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, moment: Moment) -> None:
        """Draw a moment."""
        room = self._live.console.size.height - _AROUND
        self._live.update(_drawn(moment, room), refresh=True)


@contextmanager
def showing(write: Callable[[str], None], *, silent: bool) -> Generator[Progress]:
    """Choose how to show progress: on a terminal a live table, for scripts nothing, and else plain lines."""
    if silent:
        yield Silent()
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with Live(console=Console(), auto_refresh=False, transient=True) as live:
            yield LiveTable(live)
    else:
        yield PlainLines(write)


def _drawn(moment: Moment, room: int) -> Group:
    table = Table(box=None, pad_edge=False)
    for at, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if at < _TO_THE_LEFT else "right", no_wrap=True)
    for each in chosen(moment, room):
        table.add_row(*map(Text, cells(each)))
    return Group(Text(totals(moment), no_wrap=True, overflow="ellipsis"), table)
