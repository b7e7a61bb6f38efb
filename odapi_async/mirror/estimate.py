"""Estimates of the time that a mirror still needs. Only arithmetic: no clock, no I/O.

A sweep of a table that was copied before sees about as many rows as the copy has. The number of rows of a
first copy is not known, and neither is the number of changed rows; then there is no estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.report import Outcome, TableStatus

_PAGE_SIZE: Final = 100
"""Rows per page in remote mode, until the pages themselves show how many there are."""
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


class RequestTiming(NamedTuple):
    """How often requests to a practice can start.

    Attributes:
        interval: seconds from the start of one request to the next that the API requires; 0 for no limit.
        mean_duration: seconds that a request takes on average.
    """

    interval: float
    mean_duration: float = 0.0


class Estimate(NamedTuple):
    """When something will be complete.

    Attributes:
        seconds: seconds from now; None if that is not known.
        least: whether this is a lower limit, because more work of unknown length follows.
    """

    seconds: float | None
    least: bool = False


def requests_left(status: TableStatus) -> int | None:
    """Return how many more requests a table needs; None if that is not known."""
    if status.outcome is not Outcome.RUNNING and status.outcome is not Outcome.WAITING:
        return 0
    if status.sync_mode is not SyncMode.SWEEP or status.expected is None:
        return None
    rows = status.expected - status.rows
    if rows <= 0:
        return None  # the number of rows has changed: only the last page will show it
    return math.ceil(rows / _rows_per_request(status))


def table_end(status: TableStatus, timing: RequestTiming | None) -> Estimate:
    """Return when a table will be complete.

    Args:
        status: the status of the table.
        timing: how often requests to its practice can start; None if that is not known yet.
    """
    left = requests_left(status)
    if left is None or timing is None:
        return Estimate(None)
    return Estimate(left * max(timing.interval, timing.mean_duration))


def least_time(left: float | None, waiting: int, timing: RequestTiming | None, seconds: float) -> float:
    """Return the seconds that a practice needs at least, for an order of practices.

    A running table without an estimate is taken to need as much time as it has had until now, and each
    waiting table one request.

    Args:
        left: seconds until the running table will be complete; None if that is not known.
        waiting: the number of tables that have not been started.
        timing: how often requests to the practice can start; None if that is not known yet.
        seconds: seconds since the running table was started.
    """
    per_request = max(timing.interval, timing.mean_duration) if timing else 0.0
    return (seconds if left is None else left) + waiting * per_request


def run_end(practices: Iterable[Estimate]) -> Estimate:
    """Return when a run will be complete. Its practices are read at the same time."""
    practices = list(practices)
    known = [each.seconds for each in practices if each.seconds is not None]
    if not known:
        return Estimate(None) if practices else Estimate(0.0)
    least = len(known) < len(practices) or any(each.least for each in practices)
    return Estimate(max(known), least=least)


def rate(rows: int, seconds: float) -> float:
    """Return the rows per second; 0 before any time has passed."""
    return rows / seconds if seconds > 0 else 0.0


def span(seconds: float) -> str:
    """Return a number of seconds as text for people, with two units at most: `3 min 05 s`."""
    whole = max(0, math.ceil(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR:02} h"


def _rows_per_request(status: TableStatus) -> float:
    """Return how many rows one request returns: the average so far, or the page size of remote mode."""
    if not status.requests or not status.rows:
        return _PAGE_SIZE
    return status.rows / status.requests
