"""The progress and the result of a mirror: values that can be shown, and written as JSON."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from odapi_async.mirror.cursor import SyncMode


class Outcome(StrEnum):
    """The state of one table of one practice in a run."""

    WAITING = "waiting"
    """It has not been started yet."""
    RUNNING = "running"
    """It is being read."""
    UP_TO_DATE = "up_to_date"
    """Nothing was due: the API has no filter for changes, and the next sweep is not due yet."""
    DONE = "done"
    """Everything that was due has been read."""
    INCOMPLETE = "incomplete"
    """All parents were tried, but the rows of some could not be read. The next run tries these again."""
    FAILED = "failed"
    """It could not be read to the end. The rows so far stay, and the next run continues there."""
    STOPPED = "stopped"
    """The deadline of the run came before its end. The next run continues there."""
    KILLED = "killed"
    """The process ended while it was being read. The next run records this in `mirror_runs`."""

    @property
    def is_failure(self) -> bool:
        """Whether a round ends with rows that are missing."""
        return self is Outcome.FAILED or self is Outcome.INCOMPLETE


class TableStatus(msgspec.Struct, kw_only=True):
    """The status of one table of one practice.

    Attributes:
        practice: the name of the practice.
        table: the name of the table.
        outcome: the state that it is in.
        sync_mode: what is read: changes, or all rows.
        requests: responses that have arrived, pages and probes.
        rows: rows that have been written, new ones and existing ones.
        expected: rows that this sweep will see, judging by the last one; None if that is not known.
        deleted: rows that a sweep has found to be deleted at the office.
        withheld: rows that the sweep did not see, but that are not marked as deleted until a second sweep
            says the same, because they are more than 100 rows and more than 30 %.
        drifted: how often the list changed while it was read, so that some of it was read again.
        error: what failed, without keys or patient data; empty if nothing did.
    """

    practice: str
    table: str
    outcome: Outcome = Outcome.WAITING
    sync_mode: SyncMode = SyncMode.NOTHING
    requests: int = 0
    rows: int = 0
    expected: int | None = None
    deleted: int = 0
    withheld: int = 0
    drifted: int = 0
    error: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run.

    Attributes:
        tables: the status of each table of each practice.
    """

    tables: tuple[TableStatus, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that was due has been read."""
        return not self.failed and not self.stopped

    @property
    def failed(self) -> tuple[TableStatus, ...]:
        """The tables that could not be read to the end, and those that are incomplete."""
        return tuple(each for each in self.tables if each.outcome.is_failure)

    @property
    def stopped(self) -> tuple[TableStatus, ...]:
        """The tables that were not read to the end because the deadline of the run came first."""
        return tuple(each for each in self.tables if each.outcome is Outcome.STOPPED)

    @property
    def withheld(self) -> tuple[TableStatus, ...]:
        """The tables with so many missing rows that a second sweep has to confirm it."""
        return tuple(each for each in self.tables if each.withheld)

    @property
    def rows(self) -> int:
        """The number of rows that were written, over all tables."""
        return sum(each.rows for each in self.tables)

    @property
    def requests(self) -> int:
        """The number of responses that arrived, over all tables."""
        return sum(each.requests for each in self.tables)
