"""The requests of the last hour, minute by minute. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, NamedTuple

from odapi_async.fleet.status import Pace
from odapi_async.mirror.texts import in_utc
from odapi_async.watch.data import PaceLine

MINUTES: Final = 59
"""The whole minutes of the last hour."""

_MINUTE: Final = 60.0


class RunSpan(NamedTuple):
    """The requests of one row of `mirror_runs`.

    Attributes:
        started_at: when the run began, in UTC.
        ended_at: when it ended, in UTC; None if it goes on.
        requests: its requests.
    """

    started_at: dt.datetime
    ended_at: dt.datetime | None
    requests: int


def fleet_pace(pace: Iterable[Pace], at: dt.datetime) -> PaceLine:
    """Return the requests of a fleet in the last hour; the minute that goes on is left out."""
    end = minute_of(at)
    known = {in_utc(each.minute): each for each in pace}
    minutes = [known.get(end - dt.timedelta(minutes=number)) for number in range(MINUTES, 0, -1)]
    return PaceLine(
        end=end,
        requests=tuple(float(each.requests) if each else 0.0 for each in minutes),
        allowed=tuple(each.allowed if each else 0.0 for each in minutes),
    )


def mirror_pace(runs: Iterable[RunSpan], at: dt.datetime) -> PaceLine:
    """Return the requests of a mirror in the last hour, as if each run had sent its requests evenly."""
    end = minute_of(at)
    begin = end - dt.timedelta(minutes=MINUTES)
    minutes = [0.0] * MINUTES
    for run in runs:
        first = (in_utc(run.started_at) - begin).total_seconds() / _MINUTE
        last = (in_utc(run.ended_at or at) - begin).total_seconds() / _MINUTE
        _spread(minutes, run.requests, first, max(first, last))
    return PaceLine(end=end, requests=tuple(round(each, 3) for each in minutes))


def minute_of(at: dt.datetime) -> dt.datetime:
    """Return the beginning of the minute of a time, in UTC."""
    return in_utc(at).replace(second=0, microsecond=0)


def _spread(minutes: list[float], requests: int, first: float, last: float) -> None:
    """Add requests to the minutes from `first` to `last`, both counted from the begin of the hour."""
    if last - first < 1 / _MINUTE:  # times are whole seconds
        last = first + 1 / _MINUTE
    rate = requests / (last - first)
    for number in range(max(0, int(first)), min(MINUTES, int(last) + 1)):
        minutes[number] += rate * max(0.0, min(last, number + 1) - max(first, number))
