"""Statuses, progress and clocks for tests of the mirror's output."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from odapi_async.cli.mirror.changes import OPEN
from odapi_async.cli.mirror.progress import PracticeProgress, RunProgress
from odapi_async.mirror import Outcome, TableStatus
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.estimate import RequestTiming, table_end

NOON: Final = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
NAIVE_NOON: Final = NOON.replace(tzinfo=None)  # as times in the database are
EASTERN: Final = dt.timezone(dt.timedelta(hours=-5), "EST")
OFFLINE: Final = "OfficeOffline: GET /recalls failed with status 400: the eConnector is not running"
REFUSED: Final = "KeyRefused: GET /recalls failed with status 401: no such key"
TOO_OLD: Final = "NeedsVersion: recalls needs Open Dental 25.1 or later"
TIMING: Final = RequestTiming(5.0, 0.1)


class Clock:
    """A clock in UTC that is set by hand."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


def status(
    outcome: Outcome = Outcome.DONE, practice: str = "main", table: str = "patients", **fields: Any
) -> TableStatus:
    return TableStatus(practice=practice, table=table, outcome=outcome, **fields)


def failed(practice: str = "main", table: str = "patients", error: str = OFFLINE, **more: Any) -> TableStatus:
    return status(Outcome.FAILED, practice, table, error=error, **more)


def running(practice: str = "main", table: str = "patients", **fields: Any) -> TableStatus:
    return status(Outcome.RUNNING, practice, table, **fields)


def sweeping(rows: int, expected: int | None, practice: str = "main") -> TableStatus:
    return running(practice, sync_mode=SyncMode.SWEEP, rows=rows, requests=rows // 100, expected=expected)


def practice_of(
    tables: Iterable[TableStatus], timing: RequestTiming | None = TIMING, **more: Any
) -> PracticeProgress:
    statuses = tuple(tables)
    now = next((each for each in statuses if each.outcome is Outcome.RUNNING), None)
    return PracticeProgress(
        name=statuses[0].practice,
        tables=statuses,
        running=now,
        waiting=sum(each.outcome is Outcome.WAITING for each in statuses),
        rows=sum(each.rows for each in statuses),
        requests=sum(each.requests for each in statuses),
        seconds=10.0 if now else 0.0,
        left=table_end(now, timing).seconds if now else None,
        timing=timing,
    )._replace(**more)


def progress_of(*tables: TableStatus, seconds: float = 20.0, **more: Any) -> RunProgress:
    grouped = [practice_of(found) for _, found in groupby(tables, lambda each: each.practice)]
    found = RunProgress(seconds, tuple(grouped), tables, uptime=seconds)
    return found._replace(**more)


def fleet(count: int = 500, tables: int = 12, failing: int = 40) -> tuple[TableStatus, ...]:
    """Return the statuses of many practices, of which some fail in three ways and the others are read."""
    errors = (OFFLINE, REFUSED, TOO_OLD)
    found: list[TableStatus] = []
    for number in range(count):
        name = f"practice-of-main-street-{number}"
        for position in range(tables):
            table = f"table_{position}"
            if number < failing:
                found.append(failed(name, table, errors[number % 3]))
            elif position == 1:
                found.append(sweeping(1_000, 20_000 + 100 * number, name))
                found[-1].table = table
            else:
                found.append(status(Outcome.DONE if position == 0 else Outcome.WAITING, name, table))
    return tuple(found)


def is_open(each: TableStatus) -> bool:
    return each.outcome in OPEN
