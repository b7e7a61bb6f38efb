"""How far a mirror is at one moment: looked at from outside, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Outcome, TableStatus
from odapi_async.mirror.estimate import RequestTiming
from odapi_async.scheduler import LaneSnapshot


class Seen(NamedTuple):
    """One table of one practice.

    Attributes:
        standing: how far it is.
        seconds: since it was begun.
        lane: its practice's place in the scheduler; None while it asks for nothing.
        pace: how fast its practice answers, as far as that has shown.
    """

    standing: TableStatus
    seconds: float = 0.0
    lane: LaneSnapshot | None = None
    pace: RequestTiming | None = None


class Moment(NamedTuple):
    """A whole run.

    Attributes:
        seconds: since its beginning.
        tables: each table of each practice, those of a practice together.
    """

    seconds: float
    tables: tuple[Seen, ...] = ()


class Watch:
    """Looks at a run.

    Args:
        od: the client.
        mirror: the mirror. What it shows of an earlier run does not count.
        practices: the practices by name.
    """

    def __init__(self, od: OpenDental, mirror: Mirror, practices: Mapping[str, Practice]) -> None:
        self._od = od
        self._mirror = mirror
        self._lanes = {name: practice.lane for name, practice in practices.items()}
        self._earlier = mirror.statuses
        self._begun: dict[tuple[str, str], float] = {}
        self._paces: dict[str, RequestTiming] = {}

    def look(self, seconds: float) -> Moment:
        """Return how far it is, `seconds` after the beginning."""
        if self._mirror.statuses is self._earlier:
            return Moment(seconds)
        lanes = {lane.lane: lane for lane in self._od.scheduler.snapshot().lanes}
        for lane in lanes.values():
            self._paces[lane.lane] = RequestTiming(lane.interval, lane.mean_duration)
        return Moment(seconds, tuple(self._seen(each, seconds, lanes) for each in self._mirror.statuses))

    def _seen(self, standing: TableStatus, seconds: float, lanes: Mapping[str, LaneSnapshot]) -> Seen:
        if standing.outcome is not Outcome.RUNNING:
            return Seen(standing)
        begun = self._begun.setdefault((standing.practice, standing.table), seconds)
        lane = self._lanes[standing.practice]
        return Seen(standing, seconds - begun, lanes.get(lane), self._paces.get(lane))
