"""The progress of a mirror at one moment, sampled from the outside."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from odapi_async import OpenDental, Practice
from odapi_async.mirror import Mirror, Outcome, TableStatus
from odapi_async.mirror.estimate import RequestTiming, table_end
from odapi_async.scheduler import LaneSnapshot

_MEMORY: Final = 30.0
"""Seconds after which what has happened counts for a third in a rate."""


class PracticeProgress(NamedTuple):
    """The progress of one practice in a round.

    Attributes:
        name: its name.
        tables: the status of each of its tables.
        running: the table that is being read; None if there is none.
        waiting: the number of tables that have not been started.
        rows: rows that were written.
        requests: responses that arrived.
        seconds: seconds since the running table was first seen running.
        left: seconds until it will be complete; None if that is not known.
        lane: the practice's lane in the scheduler; None if it has no request there.
        timing: how often requests to it can start; None if that is not known yet.
    """

    name: str
    tables: tuple[TableStatus, ...]
    running: TableStatus | None = None
    waiting: int = 0
    rows: int = 0
    requests: int = 0
    seconds: float = 0.0
    left: float | None = None
    lane: LaneSnapshot | None = None
    timing: RequestTiming | None = None

    @property
    def is_open(self) -> bool:
        """Whether a table is being read or waits."""
        return self.running is not None or self.waiting > 0


class RunProgress(NamedTuple):
    """The progress of a whole run.

    Attributes:
        seconds: seconds since the start of this round.
        practices: the practices, in the order in which they were given.
        statuses: the statuses of all tables: the same tuple throughout a round.
        rows_per_second: rows that were written per second, mostly in the last half minute.
        pace: the requests that were sent as a share of those that the intervals allowed, likewise; None if
            no practice has a limit.
        number: the number of this round.
        uptime: seconds since the start of the first round.
        next_round: the time in UTC when the next round starts; None while a round runs.
    """

    seconds: float
    practices: tuple[PracticeProgress, ...] = ()
    statuses: tuple[TableStatus, ...] = ()
    rows_per_second: float = 0.0
    pace: float | None = None
    number: int = 1
    uptime: float = 0.0
    next_round: dt.datetime | None = None


class RecentRate:
    """An amount per unit of something else; amounts of long ago count little."""

    def __init__(self) -> None:
        self._amount = 0.0
        self._of = 0.0

    def add(self, amount: float, of: float, seconds: float) -> None:
        """Add what has happened in the last `seconds`."""
        weight = math.exp(-seconds / _MEMORY)
        self._amount = self._amount * weight + amount
        self._of = self._of * weight + of

    @property
    def value(self) -> float | None:
        """The rate; None before there was anything."""
        return self._amount / self._of if self._of > 0 else None


class _Look(NamedTuple):
    """The numbers of a sample: its time, and how many rows and requests there were, and could have been.

    Attributes:
        now: its time.
        sent: requests that were sent since the client was made.
        rows: rows that were written in this round.
        unpaced: responses of practices without a limit in this round.
        allowed: requests per second that the intervals of the open practices allow.
    """

    now: float
    sent: int
    rows: int = 0
    unpaced: int = 0
    allowed: float = 0.0


class _Round:
    """What is remembered of a round from one sample to the next."""

    def __init__(self, number: int, look: _Look, earlier: tuple[TableStatus, ...]) -> None:
        self.number = number
        self.start = look.now
        self.look = look
        self.earlier = earlier
        self.statuses: tuple[TableStatus, ...] = ()
        self.groups: list[tuple[str, tuple[TableStatus, ...]]] = []
        self.finished: dict[str, PracticeProgress] = {}
        self.running: dict[str, tuple[TableStatus, float]] = {}


class ProgressSampler:
    """Samples the progress of the rounds of one run.

    Args:
        od: the client.
        mirror: the mirror; its statuses of an earlier run are ignored.
        practices: the practices by name.
        now: the time of a clock that does not jump, in seconds; the run starts now.
        not_read: the statuses of tables that the mirror is not given, such as those of practices without a
            key; they count in each round.
    """

    def __init__(
        self,
        od: OpenDental,
        mirror: Mirror,
        practices: Mapping[str, Practice],
        now: float = 0.0,
        not_read: Iterable[TableStatus] = (),
    ) -> None:
        self._od = od
        self._mirror = mirror
        self._practices = practices
        self._not_read = tuple(not_read)
        self._timings: dict[str, RequestTiming] = {}
        self._rows, self._pace = RecentRate(), RecentRate()
        self._start = now
        self._next_round: dt.datetime | None = None
        self._last = RunProgress(0.0)
        self._round = _Round(0, self._first_look(now), mirror.statuses)

    def start_round(self, now: float) -> None:
        """Note that a round starts now."""
        self._next_round = None
        self._round = _Round(self._round.number + 1, self._first_look(now), self._mirror.statuses)

    def end_round(self, next_round: dt.datetime) -> None:
        """Note that a round has ended, and when the next one starts, in UTC."""
        self._next_round = next_round

    def sample(self, now: float) -> RunProgress:
        """Return the progress."""
        if self._next_round is not None:
            return self._last._replace(uptime=now - self._start, next_round=self._next_round)
        this = self._round
        if self._mirror.statuses is this.earlier:
            return RunProgress(now - this.start, number=this.number, uptime=now - self._start)
        if not this.groups:
            this.statuses = (*self._mirror.statuses, *self._not_read)
            grouped = groupby(this.statuses, lambda each: each.practice)
            this.groups = [(name, tuple(tables)) for name, tables in grouped]
        snapshot = self._od.scheduler.snapshot()
        lanes = {lane.lane: lane for lane in snapshot.lanes}
        for lane in snapshot.lanes:
            self._timings[lane.lane] = RequestTiming(lane.interval, lane.mean_duration)
        practices = tuple(
            this.finished.get(name) or self._practice(name, tables, now, lanes)
            for name, tables in this.groups
        )
        self._measure(practices, snapshot.counts.sent, now)
        self._last = RunProgress(
            seconds=now - this.start,
            practices=practices,
            statuses=this.statuses,
            rows_per_second=self._rows.value or 0.0,
            pace=self._pace_now(),
            number=this.number,
            uptime=now - self._start,
        )
        return self._last

    def _first_look(self, now: float) -> _Look:
        return _Look(now, self._od.scheduler.snapshot().counts.sent)

    def _practice(
        self, name: str, tables: tuple[TableStatus, ...], now: float, lanes: Mapping[str, LaneSnapshot]
    ) -> PracticeProgress:
        running: TableStatus | None = None
        waiting = rows = requests = 0
        for status in tables:
            rows += status.rows
            requests += status.requests
            if status.outcome is Outcome.WAITING:
                waiting += 1
            elif status.outcome is Outcome.RUNNING:
                running = status
        practice = self._practices.get(name)
        lane = practice.lane if practice else ""  # that of the way which is taken now
        at, timing = lanes.get(lane), self._timings.get(lane)
        this, seconds, left = self._round, 0.0, None
        if running is not None:
            seen, since = this.running.get(name, (None, now))
            if seen is not running:
                this.running[name], since = (running, now), now
            seconds, left = now - since, table_end(running, timing).seconds
        found = PracticeProgress(name, tables, running, waiting, rows, requests, seconds, left, at, timing)
        if running is None and not waiting:
            this.finished[name] = found
        return found

    def _measure(self, practices: tuple[PracticeProgress, ...], sent: int, now: float) -> None:
        """Add the rows and requests since the sample before to the rates."""
        rows = unpaced = 0
        allowed = 0.0
        for each in practices:
            rows += each.rows
            interval = each.timing.interval if each.timing else None
            if interval == 0:
                unpaced += each.requests
            elif interval and each.is_open:
                allowed += 1 / interval
        before, look = self._round.look, _Look(now, sent, rows, unpaced, allowed)
        seconds = now - before.now
        if seconds <= 0:
            return
        self._round.look = look
        self._rows.add(rows - before.rows, seconds, seconds)
        if limit := max(allowed, before.allowed) * seconds:
            paced = sent - before.sent - (unpaced - before.unpaced)
            self._pace.add(max(0, paced), limit, seconds)

    def _pace_now(self) -> float | None:
        value = self._pace.value if self._round.look.allowed else None
        return None if value is None else min(1.0, value)
