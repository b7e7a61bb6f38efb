"""The progress of the demo as lines and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.progress_bar import ProgressBar
from rich.table import Table

from odapi_async.cli.demo.progress import DemoProgress, StreamProgress

_COLUMNS: Final = ("rows", "responses", "queued", "in flight", "next slot")
_BAR_WIDTH: Final = 20


class DemoView:
    """Turns the progress into lines and a table; see `ProgressView`."""

    line_interval = 5.0

    def lines(self, progress: DemoProgress) -> Iterator[str]:
        """Return a line for each practice."""
        for each in progress.practices:
            cells = zip(_COLUMNS, _cells(each), strict=True)
            words = ", ".join(f"{name} {cell}" for name, cell in cells)
            yield f"{progress.seconds:4.0f} s  {each.practice}: {words}"

    def table(self, progress: DemoProgress, height: int) -> Table:  # noqa: ARG002 - three rows always fit
        """Return a table with a row and a bar for each practice."""
        table = Table(title=f"{progress.seconds:.0f} s", title_justify="left", box=None, pad_edge=False)
        table.add_column("practice", no_wrap=True)
        table.add_column("", max_width=_BAR_WIDTH)
        for name in _COLUMNS:
            table.add_column(name, justify="right", no_wrap=True)
        for each in progress.practices:
            bar = ProgressBar(total=each.rows_expected, completed=each.rows)
            table.add_row(each.practice, bar, *_cells(each))
        return table


def _cells(each: StreamProgress) -> tuple[str, ...]:
    return (
        f"{each.rows:,} of {each.rows_expected:,}",
        f"{each.responses}",
        f"{each.queued}",
        f"{each.in_flight}",
        f"in {each.next_slot:.1f} s" if each.next_slot else "now",
    )
