"""A fleet as a discrete-event simulation: queue, workers and slices, without requests, database and asyncio.

Three things are the product's own: when a practice is due again (`next_delay`), the times (`Timing`) and the
intervals of the API. The others are modeled: the queue gives out the highest priority and then the oldest; a
tick queues the practices that are due; a worker takes batches as long as it has room; the slices of a worker
that gives no sign come back when their heartbeat is too old, and the locks of a frozen worker are kept until
another one ends its connection. A slice takes one interval of the guard and one for each request.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil, inf
from typing import Final

from odapi_async.fleet.due import SliceOutcome, next_delay
from odapi_async.fleet.timing import DEFAULT_TIMING, Timing

_SAMPLE: Final = 16  # the wait of each so many slices is kept
_BATCH: Final = 50  # slices that a worker takes at once
_LAST: Final = 1.0  # seconds at most that the last response and its transaction take
_FLUSH: Final = 0.1  # seconds in which slices that end at one worker share a statement
_POLL: Final = 1.0  # seconds after which a full worker looks into the queue again
_IDLE, _QUEUED, _RUNNING = range(3)


@dataclass(slots=True, kw_only=True)
class Plan:
    """What is simulated.

    Attributes:
        intervals: seconds between two requests, for each practice.
        workers: number of workers.
        concurrency: slices of a worker at the same time.
        every: seconds from one round of a practice to the next.
        requests: requests of a round in which nothing has changed.
        offline: intervals until a slice of an office that is offline has failed.
        refused: intervals until a slice has failed because its key is refused.
        timing: the times of the workers.
        seed: the seed of all random numbers.
    """

    intervals: Sequence[float]
    workers: int
    concurrency: int = 100
    every: float = 900.0
    requests: int = 8
    offline: float = 0.0
    refused: float = 2.0
    timing: Timing = DEFAULT_TIMING
    seed: int = 0


@dataclass(slots=True)
class Practice:
    """One practice.

    Attributes:
        interval: seconds between two requests.
        due: when it is due.
        current_at: when the last slice began that read everything; None if there was none.
        started_at: when the last slice began.
        due_since: when it became due before its last slice.
        backlog: requests that a first copy or a sweep still needs.
        failures: slices in a row that failed.
        online_at: when its office is online again.
        refused: whether its key is refused.
        locked_until: when a frozen worker loses the lock of its key.
        state: whether it is in the queue, at a worker, or neither.
        urgent: whether somebody waits for it.
        worker: the worker that reads it.
        slice: the number of its slice; the end of an earlier one does not count.
        outcome: what becomes of its slice.
        again: whether it was asked for while it was read.
    """

    interval: float
    due: float
    current_at: float | None = None
    started_at: float = 0.0
    due_since: float = 0.0
    backlog: int = 0
    failures: int = 0
    online_at: float = 0.0
    refused: bool = False
    locked_until: float = 0.0
    state: int = _IDLE
    urgent: bool = False
    worker: int = -1
    slice: int = 0
    outcome: SliceOutcome = SliceOutcome.DONE
    again: bool = False


@dataclass(slots=True)
class WorkerState:
    """One worker: the practices that it reads, and whether it takes others."""

    running: set[int] = field(default_factory=set[int])
    takes: bool = True
    flushed_at: float = -inf
    looks_at: float = -inf


@dataclass(slots=True)
class Counts:
    """What happened so far.

    Attributes:
        slices: slices that began.
        requests: requests of slices that ended.
        ends: statements that told the queue of slices that have ended.
        busy: slices that found the lock of their key taken.
        waits: seconds that practices without a backlog were overdue when their slice began.
        urgent: seconds until a practice that somebody waits for was read; those that a worker just read
            are left out.
        lost: seconds from the loss of a worker until its practices sent requests again.
    """

    slices: int = 0
    requests: int = 0
    ends: int = 0
    busy: int = 0
    waits: list[float] = field(default_factory=list[float])
    urgent: list[float] = field(default_factory=list[float])
    lost: list[float] = field(default_factory=list[float])

    def copy(self) -> Counts:
        """Return the numbers as they are now, without the lists."""
        return Counts(self.slices, self.requests, self.ends, self.busy)

    def since(self, before: Counts) -> Counts:
        """Return the numbers that were added, without the lists."""
        return Counts(
            self.slices - before.slices,
            self.requests - before.requests,
            self.ends - before.ends,
            self.busy - before.busy,
        )


class Model:
    """A fleet in the middle of its work: each practice was read in the last round.

    Args:
        plan: what is simulated.

    Attributes:
        now: seconds since the start.
        practices: the practices by their number.
        counts: what happened so far.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._timing = plan.timing
        self._random = random.Random(plan.seed)
        self.now = 0.0
        self.counts = Counts()
        every = plan.every
        self.practices = [
            Practice(each, due, due - every)
            for each in plan.intervals
            for due in (self._random.uniform(0.0, every),)
        ]
        self._workers = [WorkerState() for _ in range(plan.workers)]
        self._order = list(range(plan.workers))
        self._queue: deque[int] = deque()
        self._urgent: deque[int] = deque()
        self._waiting = 0  # practices in both queues; an entry of the first one may have moved to the second
        self._events: list[tuple[float, int, int]] = []  # of slices: time, practice, number of its slice
        self._plans: list[tuple[float, int, Callable[[], object]]] = []  # all others, by time
        self._planned = 0
        self._calendar: defaultdict[int, list[tuple[float, int]]] = defaultdict(
            list
        )  # practices by the tick that queues them
        self._lost_at: dict[int, float] = {}
        self._asked_at: dict[int, float] = {}
        for number, practice in enumerate(self.practices):
            self._wait_until(number, practice.due)
        self.at(0.0, self._tick)

    def at(self, time: float, action: Callable[[], object]) -> None:
        """Do something at a time."""
        self._planned += 1
        heappush(self._plans, (time, self._planned, action))

    def run(self, until: float) -> None:
        """Let the time pass."""
        events, plans = self._events, self._plans
        while True:
            first = events[0][0] if events else inf
            if plans and plans[0][0] <= first:
                if plans[0][0] > until:
                    break
                self.now, _, action = heappop(plans)
                action()
            elif first <= until:
                self.now, number, slice_number = heappop(events)
                practice = self.practices[number]
                if practice.slice == slice_number:
                    self._end(number, practice)
            else:
                break
        self.now = until

    @property
    def running(self) -> int:
        """The number of slices that run."""
        return sum(len(each.running) for each in self._workers)

    def running_at(self, worker: int) -> int:
        """Return the number of slices that run at a worker."""
        return len(self._workers[worker].running)

    def numbers_running(self) -> set[int]:
        """Return the practices that are read now."""
        return {number for each in self._workers for number in each.running}

    @property
    def waiting(self) -> int:
        """The number of practices in the queue."""
        return self._waiting

    def lags(self, numbers: Iterable[int] | None = None) -> list[float]:
        """Return the seconds since the copies of healthy practices were current, sorted.

        A practice is healthy if nothing of it fails, and neither a first copy nor a sweep goes on.
        """
        chosen = self.practices if numbers is None else [self.practices[each] for each in numbers]
        now = self.now
        return sorted(
            now - each.current_at
            for each in chosen
            if each.current_at is not None and not each.failures and not each.backlog and not each.refused
        )

    def add_backlog(self, number: int, requests: int, *, first_copy: bool = False) -> None:
        """Let a practice need a first copy or a sweep, which begins with its next slice."""
        practice = self.practices[number]
        practice.backlog = requests
        if first_copy:
            practice.current_at = None
            self._ask(number, urgent=False)

    def sync(self, number: int) -> None:
        """Read a practice now: somebody waits for it."""
        if self.practices[number].state != _RUNNING:
            self._asked_at.setdefault(number, self.now)
        self._ask(number, urgent=True)

    def _ask(self, number: int, *, urgent: bool) -> None:
        practice = self.practices[number]
        if practice.state == _RUNNING:
            practice.again = True
            return
        if practice.state == _IDLE:
            practice.due = practice.due_since = self.now
            if not urgent:
                self._wait_until(number, self.now)
                return
        if practice.urgent:
            return
        if practice.state == _IDLE:
            self._waiting += 1
        practice.state = _QUEUED
        practice.urgent = True
        self._urgent.append(number)
        self._notify()

    def kill(self, worker: int) -> None:
        """Kill a worker: its locks are free at once, and its slices come back."""
        self._lose(worker, locks_kept=0.0)

    def freeze(self, worker: int) -> None:
        """Freeze a worker, or cut it off: its connection keeps its locks until another worker ends it."""
        since_sign = self._random.uniform(0.0, self._timing.probe)
        self._lose(worker, locks_kept=self._timing.takeover - since_sign)

    def _lose(self, worker: int, locks_kept: float) -> None:
        lost = self._workers[worker]
        lost.takes = False
        alive = sum(each.takes for each in self._workers)
        for number in sorted(lost.running):
            practice = self.practices[number]
            practice.slice += 1
            practice.locked_until = self.now + locks_kept
            self._lost_at[number] = self.now
            self.at(self.now + self._until_taken_over(alive), lambda number=number: self._come_back(number))  # type: ignore[misc]
        lost.running.clear()

    def _until_taken_over(self, alive: int) -> float:
        """Return the seconds until another worker sees that the heartbeat of a slice is too old."""
        takeover = self._timing.takeover
        age = self._random.uniform(0.0, takeover * (1 / 2 + 1 / 8))  # a beat every half, written every eighth
        look = self._random.expovariate(max(1, alive) / self._timing.look)
        return takeover - age + min(look, self._timing.look)

    def _come_back(self, number: int) -> None:
        practice = self.practices[number]
        practice.state = _QUEUED
        self._waiting += 1
        self._queue.appendleft(number)  # it has been in the queue for the longest time
        self._notify()

    def end_worker(self, worker: int) -> None:
        """Let a worker end: its slices stop at their next page, and it takes no others."""
        ending = self._workers[worker]
        ending.takes = False
        for number in sorted(ending.running):
            practice = self.practices[number]
            practice.slice += 1
            practice.outcome = SliceOutcome.STOPPED
            page = self._random.uniform(0.0, practice.interval)
            heappush(self._events, (self.now + page, number, practice.slice))

    def start_worker(self, worker: int) -> None:
        """Let a worker take slices again."""
        self._workers[worker].takes = True
        self._fill([worker])

    def _tick(self) -> None:
        """Queue the practices that are due and not queued."""
        tick = self._timing.tick
        due = sorted(self._calendar.pop(int(self.now // tick), ()))
        for time, number in due:
            practice = self.practices[number]
            if practice.state == _IDLE and practice.due == time:
                practice.state = _QUEUED
                practice.due_since = time
                self._queue.append(number)
                self._waiting += 1
        self.at(self.now + tick, self._tick)
        if due:
            self._notify()

    def _wait_until(self, number: int, due: float) -> None:
        self.practices[number].due = due
        self._calendar[int(due // self._timing.tick) + 1].append((due, number))

    def _notify(self) -> None:
        """Tell all workers that something is in the queue."""
        if self._waiting:
            self._random.shuffle(self._order)
            self._fill(self._order)

    def _fill(self, workers: Sequence[int]) -> None:
        """Let workers take slices, batch by batch, as long as there are any and they have room."""
        concurrency = self._plan.concurrency
        batch = max(1, min(_BATCH, concurrency // 2))
        hungry = [each for each in workers if self._workers[each].takes]
        while hungry and self._waiting:
            left: list[int] = []
            for worker in hungry:
                running = self._workers[worker].running
                for _ in range(min(batch, concurrency - len(running))):
                    number = self._take()
                    if number is None:
                        return
                    self._start(number, worker)
                if len(running) < concurrency:
                    left.append(worker)
            hungry = left

    def _take(self) -> int | None:
        """Return the practice that is next: the highest priority, then the oldest."""
        if not self._waiting:
            return None
        self._waiting -= 1
        if self._urgent:
            return self._urgent.popleft()
        while True:
            number = self._queue.popleft()
            practice = self.practices[number]
            if practice.state == _QUEUED and not practice.urgent:
                return number

    def _start(self, number: int, worker: int) -> None:
        practice, now = self.practices[number], self.now
        self._workers[worker].running.add(number)
        practice.state = _RUNNING
        practice.worker = worker
        practice.urgent = False
        practice.started_at = now
        practice.slice += 1
        self.counts.slices += 1
        locked = ceil(practice.locked_until - now) if practice.locked_until > now else 0
        if locked > self._timing.patience:
            self.counts.busy += 1
            practice.outcome, seconds = SliceOutcome.BUSY, self._timing.patience
        else:
            practice.outcome, seconds = self._plan_slice(practice)
            seconds += locked + practice.interval + _LAST * self._random.random()
            self._measure_start(number, practice, locked)
        heappush(self._events, (now + seconds, number, practice.slice))

    def _plan_slice(self, practice: Practice) -> tuple[SliceOutcome, float]:
        """Return how a slice ends if nobody interrupts it, and after how many seconds."""
        interval = practice.interval
        if practice.refused:
            return SliceOutcome.FAILED, self._plan.refused * interval
        if practice.online_at > self.now:
            return SliceOutcome.FAILED, self._plan.offline * interval
        seconds = (self._plan.requests + practice.backlog) * interval
        if seconds <= self._timing.slice:
            return SliceOutcome.DONE, seconds
        return SliceOutcome.STOPPED, ceil(self._timing.slice / interval) * interval

    def _measure_start(self, number: int, practice: Practice, locked: float) -> None:
        if self._lost_at and (since := self._lost_at.pop(number, None)) is not None:
            self.counts.lost.append(self.now + locked + practice.interval - since)
        elif self._asked_at and (since := self._asked_at.pop(number, None)) is not None:
            self.counts.urgent.append(self.now - since)
        elif not self.counts.slices % _SAMPLE and not practice.backlog and not practice.failures:
            self.counts.waits.append(self.now - practice.due_since)

    def _end(self, number: int, practice: Practice) -> None:
        now, outcome = self.now, practice.outcome
        worker = self._workers[practice.worker]
        worker.running.discard(number)
        if outcome is SliceOutcome.DONE or outcome is SliceOutcome.STOPPED:
            read = int((now - practice.started_at) / practice.interval)
            self.counts.requests += read
            if practice.backlog:
                practice.backlog = max(1, practice.backlog - read)  # the last slice has to end
            practice.failures = 0
            if outcome is SliceOutcome.DONE:
                practice.backlog = 0
                practice.current_at = practice.started_at
        elif outcome is SliceOutcome.FAILED:
            practice.failures += 1
        practice.state = _IDLE
        delay = 0.0 if practice.again else next_delay(outcome, self._plan.every, practice.failures)
        practice.again = False
        self._wait_until(number, now + delay)
        if now - worker.flushed_at >= _FLUSH:
            worker.flushed_at = now
            self.counts.ends += 1
        if self._waiting and worker.takes and worker.looks_at < now:
            worker.looks_at = now + self._random.uniform(0.0, _POLL)
            self.at(worker.looks_at, lambda: self._fill([practice.worker]))
