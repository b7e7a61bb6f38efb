"""How long a mirror still takes, as far as anybody can know: arithmetic, and no clock.

A sweep of a table that was read before sees about as many rows as it has now. A first copy does not know how
many rows there are, and nobody knows how much has changed; then nothing is promised.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.report import Outcome, TableStatus

_PAGE: Final = 100
"""Rows that every office puts on a page, if nothing is known yet."""
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


class RequestTiming(NamedTuple):
    """How fast a practice answers.

    Attributes:
        interval: seconds from one request to the next that the API demands; 0 for no limit.
        mean: seconds that a request takes.
    """

    interval: float
    mean_duration: float = 0.0


class Estimate(NamedTuple):
    """When something ends.

    Attributes:
        seconds: from now; None if nobody can know.
        least: whether it is a bound from below, because more follows whose length nobody knows.
    """

    seconds: float | None
    least: bool = False


def requests_left(status: TableStatus) -> int | None:
    """Return how many more requests a table needs; None if nobody can know."""
    if status.outcome not in {Outcome.RUNNING, Outcome.WAITING}:
        return 0
    if status.sync_mode is not SyncMode.SWEEP or status.expected is None:
        return None
    rows = status.expected - status.rows
    if rows <= 0:
        return None  # there is more than there was, or less: the last page will tell
    return math.ceil(rows / _page(status))


def table_end(status: TableStatus, timing: RequestTiming | None) -> Estimate:
    """Return when a table ends.

    Args:
        status: how far it is.
        timing: how fast its practice answers; None if that is not known yet.
    """
    left = requests_left(status)
    if left is None or timing is None:
        return Estimate(None)
    return Estimate(left * max(timing.interval, timing.mean_duration))


def practice_end(statuses: Iterable[TableStatus], timing: RequestTiming | None) -> Estimate:
    """Return when a practice ends, whose tables are read one after the other."""
    statuses = list(statuses)
    running = [each for each in statuses if each.outcome is Outcome.RUNNING]
    waiting = any(each.outcome is Outcome.WAITING for each in statuses)
    ends = [table_end(each, timing).seconds for each in running]
    known = [seconds for seconds in ends if seconds is not None]
    if len(known) < len(ends) or (waiting and not ends):
        return Estimate(None)
    return Estimate(sum(known), least=waiting)


def run_end(practices: Iterable[Estimate]) -> Estimate:
    """Return when the last of some practices ends, which are read side by side."""
    practices = list(practices)
    known = [each.seconds for each in practices if each.seconds is not None]
    if not known:
        return Estimate(None) if practices else Estimate(0.0)
    least = len(known) < len(practices) or any(each.least for each in practices)
    return Estimate(max(known), least=least)


def rate(rows: int, seconds: float) -> float:
    """Return rows per second; 0 before any time has passed."""
    return rows / seconds if seconds > 0 else 0.0


def span(seconds: float) -> str:
    """Write a span of time for people: two units at most."""
    whole = max(0, math.ceil(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR:02} h"


def _page(status: TableStatus) -> float:
    """Return how many rows a request brings: as many as so far, or what every office honours."""
    if not status.requests or not status.rows:
        return _PAGE
    return status.rows / status.requests
