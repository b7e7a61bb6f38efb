"""What one lane did, judged while it happens: too early, too many, too late, out of order, or starved."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from odapi_async.scheduler import Pace
from odapi_async.scheduler.queue import WEIGHTS
from tests.support.moves import Ask

MARGIN = 0.01
EPSILON = 1e-6
FLOWS = 3


@dataclass(eq=False, slots=True)
class Visit:
    """One caller, and what came of it.

    Attributes:
        number: callers that came before it, to any lane.
        alike: slots that its lane gave to others of its priority while it waited.
        others: the same, of other priorities.
        bound: how many of its priority are fair.
    """

    ask: Ask
    number: int
    came: float = 0.0
    granted: float | None = None
    bound: int = 0
    alike: int = 0
    others: int = 0
    leaves: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def waits(self) -> bool:
        """Whether it asked and has neither a slot nor an outcome."""
        return bool(self.came) and self.granted is None and self.task is not None and not self.task.done()

    @property
    def flow(self) -> Hashable:
        return (self.ask.priority, self.ask.flow)


@dataclass(slots=True)
class Ledger:
    """One lane. Moments are the loop's.

    Attributes:
        slack: seconds that a start may come later than the pace and the house's rate allow.
        sent: the last start.
        due: the latest moment at which pace and pauses let the next request start.
        freed: when a place was last given back.
        worked: when the lane last got work, having had none that waits.
        paused: the end of the longest pause.
        jumps: callers that were put before others: retries, and riders who queued again.
    """

    pace: Pace
    slack: float
    sent: float = 0.0
    due: float = 0.0
    freed: float = 0.0
    worked: float = 0.0
    paused: float = 0.0
    widened: bool = False
    jumps: int = 0
    running: set[Visit] = field(default_factory=set[Visit])
    last: dict[Hashable, int] = field(default_factory=lambda: defaultdict(lambda: -1))
    writes_waiting: dict[Visit, list[int]] = field(default_factory=dict[Visit, list[int]])

    def came(self, visit: Visit, waiting: Iterable[Visit], *, queued: int, now: float) -> None:
        """Note a caller."""
        visit.came = now
        if not queued:
            self.worked = now
        visit.bound = FLOWS * (sum(other.flow == visit.flow for other in waiting) + 1)
        self.jumps += visit.ask.retry

    def grants(self, visit: Visit, waiting: Iterable[Visit], now: float, *, not_before: float) -> None:
        """Judge a slot: its place, its moment, its order.

        Args:
            visit: who gets it.
            waiting: who waits still.
            now: when.
            not_before: when the house last had no place.
        """
        visit.granted = now
        self.running.add(visit)
        assert len(self.running) <= self.pace.in_flight, "more in flight than allowed"
        assert now >= self.paused - EPSILON, "started in a pause"
        may = max(self.due, self.freed, self.worked, not_before)
        assert now <= may + self.slack + EPSILON, f"a token was lost: {now - may:.3f} s late"
        if visit.ask.join is None and not visit.ask.retry:
            assert visit.number > self.last[visit.flow], "overtaken inside a flow"
            self.last[visit.flow] = visit.number
        self.writes_waiting[visit] = [each.number for each in waiting if each.ask.join is None]
        for other in waiting:
            self._passes(other, visit)

    def _passes(self, other: Visit, visit: Visit) -> None:
        """Judge that one caller was served before another who waits: the weights bound a round."""
        if other.ask.join is not None and self.pace.in_flight > 1:
            return  # he may be riding with one who is under way, and who rides does not wait for a turn
        if visit.ask.priority == other.ask.priority:
            other.alike += 1
            assert other.alike <= other.bound + self.jumps, "starved inside its priority"
            return
        other.others += 1
        weight = WEIGHTS[other.ask.priority]
        rounds = other.alike // weight + 2
        assert other.others <= (sum(WEIGHTS) - weight) * rounds + self.jumps, "starved by other priorities"

    def starts(self, now: float) -> None:
        """Judge a start: nothing is closer to the one before than the interval."""
        assert now - self.sent >= self.pace.interval - EPSILON, f"too early: {now - self.sent:.3f} s"
        self.sent = now
        if self.pace.interval:
            step = self.pace.interval * 1.5 if self.widened else self.pace.interval + MARGIN
            self.due = max(self.due, now + step)

    def pauses(self, seconds: float, now: float) -> None:
        """Note a 429; from now on the margin is not known exactly."""
        self.widened = True
        self.paused = max(self.paused, now + seconds)
        self.due = max(self.due, self.paused)

    def leaves(self, visit: Visit, now: float) -> None:
        """Note that a place is free; those who joined and heard nothing queue again."""
        self.running.discard(visit)
        self.freed = self.worked = now

    def joined(self, visit: Visit, leader: Visit) -> None:
        """Judge an answer that a caller shares: it was fetched after both asked, and misses no write."""
        assert leader.granted is not None
        assert leader.granted >= visit.came, "an answer from before it was asked for"
        assert leader.ask.join == visit.ask.join
        assert leader.ask.lane == visit.ask.lane
        missed = [number for number in self.writes_waiting[leader] if number < visit.number]
        assert not missed, "an answer that misses a write"
