"""Subscriptions as the program of an office reads them: which are due, and which machines post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from odapi_async.sandbox.rows import NO_DATETIME, Row
from odapi_async.sandbox.tables import Table

SUBSCRIPTIONS: Final = "subscriptions"
MACHINES: Final = ("SERVER", "FRONTDESK")
"""The machines of an office on which its program runs; a subscription may name others."""

_EVERY_MACHINE: Final = frozenset({"", "All Workstations"})
_CATCH_UP: Final = dt.timedelta(days=3)


class Subscribed(NamedTuple):
    """One subscription, as it is stored at this moment.

    Attributes:
        row_id: its id.
        url: where its events are posted.
        workstation: the machine that posts.
        table: the watched table; empty for an event of the program.
        ui_event: the event of the program; empty for a table.
        polling: seconds between two polls.
        start: changes since then are posted next, as yyyy-MM-dd HH:mm:ss of the office's time.
        stop: when it expires; the minimum date for never.
    """

    row_id: int
    url: str
    workstation: str
    table: str
    ui_event: str
    polling: float
    start: str
    stop: str

    def is_expired(self, now: str) -> bool:
        """Return whether it has expired."""
        return self.stop != NO_DATETIME and self.stop <= now

    def wait(self, now: str) -> float:
        """Return the seconds until the next poll is due; 0 or less if it is due."""
        return self.polling - (_moment(now) - _moment(self.start)).total_seconds()

    def since(self, now: str) -> str:
        """Return from when on changes are posted: three days back at most."""
        return max(self.start, str(_moment(now) - _CATCH_UP))

    def machines(self, off: frozenset[str]) -> list[str]:
        """Return the machines that post, of those on which a program runs."""
        named = MACHINES if self.workstation in _EVERY_MACHINE else (self.workstation,)
        return [name for name in named if name.casefold() not in off]

    def fires_on(self, machine: str) -> bool:
        """Return whether it is posted by this machine if somebody works there."""
        return self.workstation in _EVERY_MACHINE or self.workstation.casefold() == machine.casefold()


def all_of(table: Table, customer_key: str) -> Iterator[Subscribed]:
    """Yield the subscriptions of a customer key in the order of their ids.

    Those that were made up at the start belong to other keys.
    """
    for row_id in sorted(table.written_ids):
        row = table.row(row_id)
        if row["CustomerKey"] in {"", customer_key}:
            yield _subscribed(row_id, row)


def failed(row: Row, now: str, next_try: float, problem: str) -> dict[str, Any]:
    """Return what an office writes into a subscription after a failure; before 26.1 nobody sees it."""
    return {
        "DateTimeLastFailure": now,
        "FailureReason": problem,
        "SubsequentFailures": row["SubsequentFailures"] + 1,
        "DateTimeNextRetry": str(_moment(now) + dt.timedelta(seconds=round(next_try))),
    }


def polled(noted: str) -> dict[str, Any]:
    """Return what an office writes into a subscription after a poll that has not failed."""
    return {"DateTimeStart": noted, "SubsequentFailures": 0, "DateTimeNextRetry": NO_DATETIME}


def _subscribed(row_id: int, row: Row) -> Subscribed:
    return Subscribed(
        row_id,
        row["EndPointUrl"],
        row["Workstation"],
        row["WatchTable"],
        row["UiEventType"],
        max(1.0, row["PollingSeconds"]),
        row["DateTimeStart"],
        row["DateTimeStop"],
    )


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
