"""Statuses of fleets and mirrors as values, for the tests of the page's content."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from odapi_async.fleet.status import FleetStatus, Pace, PracticeStatus, WorkerStatus
from odapi_async.mirror import Status, TableFreshness

AT = dt.datetime(2026, 11, 28, 12, 3, 5, tzinfo=dt.UTC)
NAIVE = AT.replace(tzinfo=None)
OFFLINE = "OfficeOffline: the eConnector does not respond"


def ago(minutes: float) -> dt.datetime:
    return AT - dt.timedelta(minutes=minutes)


def practice(name: str, **values: Any) -> PracticeStatus:
    """Return a practice that is read every five minutes and was current one minute ago."""
    usual: dict[str, Any] = {
        "enabled": True,
        "every": 300.0,
        "lag": 60.0,
        "due_in": 240.0,
        "reading": False,
        "outcome": "done",
        "failures": 0,
        "failing_since": None,
        "error": "",
    }
    return PracticeStatus(practice=name, **usual | values)


def failing(name: str, error: str, minutes: float, **values: Any) -> PracticeStatus:
    """Return a practice that has failed for some minutes."""
    return practice(name, error=error, failing_since=ago(minutes), failures=3, outcome="failed", **values)


def worker(number: int = 1, silence: float = 2.0) -> WorkerStatus:
    return WorkerStatus(
        worker=UUID(int=number),
        host=f"host-{number}",
        process=100 + number,
        version="0.1.0",
        concurrency=50,
        slices=3,
        started_at=ago(60),
        silence=silence,
    )


def fleet(*practices: PracticeStatus, workers: tuple[WorkerStatus, ...] | None = None) -> FleetStatus:
    """Return a fleet with one worker and one minute of requests."""
    pace = Pace(minute=ago(1).replace(second=0), requests=90, rows=900, allowed=100.0)
    found = (worker(),) if workers is None else workers
    return FleetStatus(at=AT, practices=practices, workers=found, pace=(pace,))


def table(
    practice: str, name: str = "patients", age: float | None = 60.0, error: str = "", minutes: float = 9
) -> TableFreshness:
    """Return a table; with an error it fails since some minutes."""
    return TableFreshness(
        practice=practice,
        table=name,
        read_at=None if age is None else NAIVE - dt.timedelta(seconds=age),
        failing_since=NAIVE - dt.timedelta(minutes=minutes) if error else None,
        error=error,
        age=age,
    )


def mirror(*tables: TableFreshness) -> Status:
    return Status(at=NAIVE, tables=tables)
