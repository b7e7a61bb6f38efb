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


class Pace(NamedTuple):
    """How fast a practice answers.

    Attributes:
        interval: seconds from one request to the next that the API demands; 0 for no limit.
        mean: seconds that a request takes.
    """

    interval: float
    mean: float = 0.0


class Estimate(NamedTuple):
    """When something ends.

    Attributes:
        seconds: from now; None if nobody can know.
        least: whether it is a bound from below, because more follows whose length nobody knows.
    """

    seconds: float | None
    least: bool = False


def requests_left(standing: TableStatus) -> int | None:
    """Return how many more requests a table needs; None if nobody can know."""
    if standing.outcome not in {Outcome.RUNNING, Outcome.WAITING}:
        return 0
    if standing.sync_mode is not SyncMode.SWEEP or standing.expected is None:
        return None
    rows = standing.expected - standing.rows
    if rows <= 0:
        return None  # there is more than there was, or less: the last page will tell
    return math.ceil(rows / _page(standing))


def table_end(standing: TableStatus, pace: Pace | None) -> Estimate:
    """Return when a table ends.

    Args:
        standing: how far it is.
        pace: how fast its practice answers; None if that is not known yet.
    """
    left = requests_left(standing)
    if left is None or pace is None:
        return Estimate(None)
    return Estimate(left * max(pace.interval, pace.mean))


def practice_end(standings: Iterable[TableStatus], pace: Pace | None) -> Estimate:
    """Return when a practice ends, whose tables are read one after the other."""
    standings = list(standings)
    running = [each for each in standings if each.outcome is Outcome.RUNNING]
    waiting = any(each.outcome is Outcome.WAITING for each in standings)
    ends = [table_end(each, pace).seconds for each in running]
    known = [seconds for seconds in ends if seconds is not None]
    if len(known) < len(ends) or (waiting and not ends):
        return Estimate(None)
    return Estimate(sum(known), least=waiting)


def whole_end(practices: Iterable[Estimate]) -> Estimate:
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


def _page(standing: TableStatus) -> float:
    """Return how many rows a request brings: as many as so far, or what every office honours."""
    if not standing.requests or not standing.rows:
        return _PAGE
    return standing.rows / standing.requests
