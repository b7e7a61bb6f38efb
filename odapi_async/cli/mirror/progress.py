"""The progress of a mirror at one moment, sampled from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Outcome, TableStatus
from odapi_async.mirror.estimate import RequestTiming
from odapi_async.scheduler import LaneSnapshot


class TableProgress(NamedTuple):
    """The progress of one table of one practice.

    Attributes:
        status: its status.
        seconds: seconds since it was started.
        lane: the practice's lane in the scheduler; None if it has no request there.
        pace: the pace of the practice; None if it is not known yet.
    """

    status: TableStatus
    seconds: float = 0.0
    lane: LaneSnapshot | None = None
    pace: RequestTiming | None = None


class RunProgress(NamedTuple):
    """The progress of a whole run.

    Attributes:
        seconds: seconds since its start.
        tables: all tables, sorted by practice.
    """

    seconds: float
    tables: tuple[TableProgress, ...] = ()


class ProgressSampler:
    """Samples the progress of one run.

    Args:
        od: the client.
        mirror: the mirror; its statuses of an earlier run are ignored.
        practices: the practices by name.
    """

    def __init__(self, od: OpenDental, mirror: Mirror, practices: Mapping[str, Practice]) -> None:
        self._od = od
        self._mirror = mirror
        self._lanes = {name: practice.lane for name, practice in practices.items()}
        self._earlier = mirror.statuses
        self._started: dict[tuple[str, str], float] = {}
        self._paces: dict[str, RequestTiming] = {}

    def sample(self, seconds: float) -> RunProgress:
        """Return the progress `seconds` after the start."""
        if self._mirror.statuses is self._earlier:
            return RunProgress(seconds)
        lanes = {lane.lane: lane for lane in self._od.scheduler.snapshot().lanes}
        for lane in lanes.values():
            self._paces[lane.lane] = RequestTiming(lane.interval, lane.mean_duration)
        tables = tuple(self._table(each, seconds, lanes) for each in self._mirror.statuses)
        return RunProgress(seconds, tables)

    def _table(self, status: TableStatus, seconds: float, lanes: Mapping[str, LaneSnapshot]) -> TableProgress:
        if status.outcome is not Outcome.RUNNING:
            return TableProgress(status)
        started = self._started.setdefault((status.practice, status.table), seconds)
        lane = self._lanes[status.practice]
        return TableProgress(status, seconds - started, lanes.get(lane), self._paces.get(lane))
