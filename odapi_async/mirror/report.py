"""How far a mirror is, and what it has done: values that can be shown, and written as JSON."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from odapi_async.mirror.cursor import SyncMode


class Outcome(StrEnum):
    """What has become of one table of one practice."""

    WAITING = "waiting"
    """Its turn comes later."""
    RUNNING = "running"
    UP_TO_DATE = "current"
    """Nothing was due: no change filter, and the next sweep is not due yet."""
    DONE = "done"
    FAILED = "failed"
    """What was read before stays, and the next run goes on from there."""
    KILLED = "killed"
    """The process ended in the middle; found by the next run."""


class TableStatus(msgspec.Struct, kw_only=True):
    """One table of one practice.

    Attributes:
        practice: the practice's name.
        table: the table's name.
        outcome: what has become of it.
        reading: what is read: changes, or everything.
        requests: answers that came, pages and probes.
        rows: rows that were written, new ones and those that were there before.
        expected: rows that a sweep will see, as far as the last one tells; None if nothing does.
        deleted: rows that turned out to be gone.
        moved: times that the list moved while it was read, so that some of it was read again.
        error: what went wrong, without keys or patient data; empty if nothing did.
    """

    practice: str
    table: str
    outcome: Outcome = Outcome.WAITING
    sync_mode: SyncMode = SyncMode.NOTHING
    requests: int = 0
    rows: int = 0
    expected: int | None = None
    deleted: int = 0
    drifted: int = 0
    error: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one run has done.

    Attributes:
        tables: what has become of each table of each practice.
    """

    tables: tuple[TableStatus, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that was due has been read."""
        return not self.failed

    @property
    def failed(self) -> tuple[TableStatus, ...]:
        """The tables that could not be read to the end."""
        return tuple(each for each in self.tables if each.outcome is Outcome.FAILED)

    @property
    def rows(self) -> int:
        """All rows that were written."""
        return sum(each.rows for each in self.tables)

    @property
    def requests(self) -> int:
        """All answers that came."""
        return sum(each.requests for each in self.tables)
