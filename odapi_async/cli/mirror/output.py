"""The output of `odapi mirror`: a live view on a terminal, lines elsewhere, or JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from odapi_async.cli.mirror import json_lines, report
from odapi_async.cli.mirror.changes import FailureTracker
from odapi_async.cli.mirror.local_time import Clock, time_of_day, utc_now
from odapi_async.cli.mirror.problems import When
from odapi_async.cli.mirror.progress import RunProgress
from odapi_async.cli.mirror.report import Round
from odapi_async.cli.mirror.view import MirrorView
from odapi_async.cli.progress import (
    LineDisplay,
    ProgressDisplay,
    SilentDisplay,
    has_terminal,
    progress_display,
)
from odapi_async.cli.terminal import echo
from odapi_async.mirror import Status

Write = Callable[[str], None]


class JsonDisplay:
    """Writes a line of JSON for each table that has ended since the call before.

    Args:
        tracker: finds the changes.
        write: called with each line.
        follow: whether the mirror itself tries again in the next round.
        only_changes: whether only tables are written that begin to fail, recover, or have withheld rows.
        clock: returns the time in UTC.
    """

    interval = 1.0

    def __init__(
        self,
        tracker: FailureTracker,
        write: Write,
        *,
        follow: bool = False,
        only_changes: bool = False,
        clock: Clock = utc_now,
    ) -> None:
        self._tracker = tracker
        self._write = write
        self._follow = follow
        self._only_changes = only_changes
        self._clock = clock

    def show(self, progress: RunProgress) -> None:
        """Write the lines."""
        at = self._clock()
        for end in self._tracker.update(progress.statuses, at, progress.uptime).tables:
            if json_lines.is_change(end) or not self._only_changes:
                self._write(json_lines.table_line(end, at, follow=self._follow))


class MirrorOutput:
    """The output of a run; a context manager, which gives the terminal back at the end.

    Args:
        follow: whether one round follows the other. Then only changes are printed.
        quiet: whether only failures are printed; with `follow`, only their beginning and their end.
        json_lines: whether there is a line of JSON for each table that ends.
        json_summary: whether there is a line of JSON for each round.
        fail_after: with `quiet`, seconds that a table must have failed before its failure is printed.
        write: called with each line.
        clock: returns the time in UTC.
    """

    def __init__(
        self,
        *,
        follow: bool = False,
        quiet: bool = False,
        json_lines: bool = False,
        json_summary: bool = False,
        fail_after: float | None = None,
        write: Write = echo,
        clock: Clock = utc_now,
    ) -> None:
        self._follow, self._quiet = follow, quiet
        self._json_lines, self._json_summary = json_lines, json_summary
        self._write, self._clock = write, clock
        self._failing: dict[tuple[str, str], dt.datetime] = {}
        self._fail_after = (fail_after or 0.0) if quiet else 0.0
        self._tracker = FailureTracker(follow=follow, fail_after=self._fail_after)
        self._stack = ExitStack()
        self._display: ProgressDisplay[RunProgress] | None = None
        self._rounds = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def start(self, earlier: Status | None) -> None:
        """Note how current the copies are before the first round: failures in it have begun already.

        Args:
            earlier: how current they are; None if there are none.
        """
        tables = earlier.tables if earlier else ()
        self._failing = {
            (each.practice, each.table): each.failing_since
            for each in tables
            if each.failing_since is not None
        }
        self._tracker = FailureTracker(earlier, follow=self._follow, fail_after=self._fail_after)

    @contextmanager
    def display(self) -> Generator[ProgressDisplay[RunProgress]]:
        """Show the progress of one round. With `follow` the display stays until the end of the run."""
        if self._follow:
            self._display = self._display or self._open(self._stack)
            yield self._display
            return
        with ExitStack() as stack:
            yield self._open(stack)

    def round_ended(self, found: Round, is_ok: bool | None = None) -> None:
        """Print the result of a round.

        Args:
            found: the result.
            is_ok: whether no failure in it counts; None if each failure counts.
        """
        self._rounds += 1
        if self._json_summary:
            self._write(json_lines.round_line(found, self._clock(), follow=self._follow))
        if self._json_lines or self._json_summary:
            return
        if self._follow:
            if self._rounds == 1 and isinstance(self._display, LineDisplay) and not self._quiet:
                self._write(f"{time_of_day(self._clock())} {report.summary(found)}")
            return
        when = When(self._clock())
        if not self._quiet:
            self._write(report.as_text(found, self._since, when))
        elif not (found.complete if is_ok is None else is_ok) or any(each.withheld for each in found.tables):
            self._write("\n".join((*report.failures(found, self._since, when), report.summary(found))))

    def _since(self, practice: str, table: str) -> dt.datetime | None:
        """Return since when a table has failed, if it failed before this run; the run itself is no news."""
        return self._failing.get((practice, table))

    def _open(self, stack: ExitStack) -> ProgressDisplay[RunProgress]:
        if self._json_lines:
            return JsonDisplay(
                self._tracker,
                self._write,
                follow=self._follow,
                only_changes=self._quiet,
                clock=self._clock,
            )
        if self._json_summary or (self._quiet and not self._follow):
            return SilentDisplay()
        # on a terminal the table shows the totals, and the lines above it are the failures
        only_failures = self._quiet or (self._follow and has_terminal())
        view = MirrorView(self._tracker, only_failures=only_failures, clock=self._clock)
        if self._quiet:
            return LineDisplay(view, self._write)
        return stack.enter_context(
            progress_display(view, self._write, silent=False, keep_table=False, with_lines=self._follow)
        )
