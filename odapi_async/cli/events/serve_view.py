"""The output of `odapi events serve`: changes, and what was received in the last minute."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from time import monotonic
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from odapi_async.cli.events.activity import Activity, Counts, Note, post_line
from odapi_async.cli.mirror.local_time import Clock, time_of_day, utc_now
from odapi_async.cli.progress import ProgressDisplay, progress_display
from odapi_async.cli.terminal import echo, echo_err
from odapi_async.events import Received

_MINUTE: Final = 60.0
_NOTHING: Final = Counts()


class ServeOutput:
    """Prints what happens.

    Args:
        quiet: whether only problems are printed, to standard error.
        as_json: whether there is a line of JSON for each POST; problems go to standard error.
        clock: returns the time in UTC.
        timer: returns seconds.
    """

    line_interval = 0.2

    def __init__(
        self,
        *,
        quiet: bool = False,
        as_json: bool = False,
        clock: Clock = utc_now,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.activity = Activity(self.tell, clock)
        self._quiet, self._as_json = quiet, as_json
        self._clock, self._timer = clock, timer
        self._lines = deque[str]()
        self._minute = (timer(), _NOTHING)

    def received(self, received: Received) -> None:
        """Note what became of a POST."""
        if self._as_json:
            self._lines.append(post_line(received, self._clock()))
        self.activity.received(received)

    def tell(self, note: Note) -> None:
        """Print a change, or keep it until the next lines are printed."""
        if not (self._quiet or self._as_json):
            self._lines.append(f"{time_of_day(self._clock())} {note.text}")
        elif note.is_problem:
            echo_err(f"odapi: {note.text}")

    @contextmanager
    def display(self) -> Generator[ProgressDisplay[Activity]]:
        """Open the display."""
        with progress_display(
            self, echo, silent=self._quiet and not self._as_json, keep_table=False, with_lines=True
        ) as display:
            yield display

    def lines(self, progress: Activity) -> Iterable[str]:
        """Return what has happened since the call before, and each minute what was received."""
        found = [*self._lines]
        self._lines.clear()
        at, before = self._minute
        if not self._as_json and self._timer() - at >= _MINUTE:
            self._minute = (self._timer(), progress.counts)
            done = progress.counts.since(before)
            if done != _NOTHING and not sys.stdout.isatty():
                found.append(f"{time_of_day(self._clock())} in the last minute {done}{_waiting(progress)}")
        return found

    def table(self, progress: Activity, height: int) -> RenderableType:  # noqa: ARG002 - it has one line
        """Return the line that is rewritten on a terminal."""
        return Text("" if self._as_json else f"{progress.counts}{_waiting(progress)}", no_wrap=True)


def _waiting(progress: Activity) -> str:
    return f"; {progress.waiting:,} wait" if progress.waiting else ""
