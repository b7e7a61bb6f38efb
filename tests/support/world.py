"""A scheduler under virtual time with callers who come, leave, fail and are throttled, and a judge."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from odapi_async.errors import OfficeOffline, SchedulerClosed, WaitTooLong
from odapi_async.scheduler import LocalBuckets, Scheduler, SharedResult, Slot
from odapi_async.scheduler.bucket import Bucket
from tests.support.lanes import settle
from tests.support.ledger import EPSILON, MARGIN, Ledger, Visit
from tests.support.moves import PACES, Ask, Cancel, Caps, Close, Down, Fate, Let, Move, Up

RETRY_AFTER = 3.0
LONG = 100_000.0  # seconds after which whoever still waits was forgotten
OFFLINE = OfficeOffline(400, "GET", "/patients", "The office's eConnector is not running.")


class World:
    """Interprets moves.

    Args:
        caps: over all throttled lanes.
    """

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self.loop = asyncio.get_running_loop()
        self.problems: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, context: self.problems.append(context))
        self.gap = 1 / caps.rate if caps.rate else 0.0
        remote = sum(pace.interval > 0 for pace in PACES.values())
        self.ledgers = {
            lane: Ledger(pace, self.gap * remote if pace.interval else 0.0) for lane, pace in PACES.items()
        }
        self.scheduler = Scheduler(
            margin=MARGIN, buckets=_ObservedBuckets(self), max_rate=caps.rate, max_in_flight=caps.places
        )
        self.visits: list[Visit] = []
        self.closed = False
        self.troubled: set[str] = set()
        self.last_entry = self.limit_freed = 0.0
        self.left = self.started = self.throttled = 0
        self.tokens: Counter[str] = Counter()

    async def play(self, moves: Sequence[Move]) -> None:
        """Make all moves, then let everything end and look at what is left."""
        for move in moves:
            await self._make(move)
            self._judge_all()
        for lane in PACES:
            self.scheduler.record_success(lane)
        await self._end()
        if not self.closed:
            await self._still_works()
        await self.scheduler.close()
        await settle()
        assert {lane for lane, held in self.tokens.items() if held and PACES[lane].interval} == set()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "a task is left"
        assert self.problems == []

    async def _make(self, move: Move) -> None:
        match move:
            case Ask():
                for _ in range(move.times):
                    self._come(move)
            case Cancel():
                self._cancel(move)
            case Let(seconds):
                await (asyncio.sleep(seconds) if seconds else settle())
            case Down(lane, enough):
                self.troubled.add(lane)
                self.scheduler.record_failure(lane, OFFLINE, threshold=enough)
            case Up(lane):
                self.scheduler.record_success(lane)
            case Close():
                self.closed = True
                await self.scheduler.close()
                assert not any(task.get_name().startswith("odapi-lane") for task in asyncio.all_tasks())

    def _come(self, ask: Ask) -> None:
        visit = Visit(ask, len(self.visits))
        visit.task = self.loop.create_task(self._visit(visit))
        self.visits.append(visit)

    def _cancel(self, move: Cancel) -> None:
        present = [visit for visit in self.visits if visit.task and not visit.task.done()]
        if not present:
            return
        visit = present[move.which % len(present)]
        turn = self.ledgers[visit.ask.lane].due
        if move.at_turn and turn > self.loop.time():
            self.loop.call_at(turn, self._leave_after, visit, move.passes)
        else:
            self._leave_after(visit, move.passes)

    def _leave_after(self, visit: Visit, passes: int) -> None:
        if passes:
            self.loop.call_soon(self._leave_after, visit, passes - 1)
        elif visit.task and not visit.task.done():
            visit.leaves = True
            visit.task.cancel()

    async def _visit(self, visit: Visit) -> None:
        ask, ledger = visit.ask, self.ledgers[visit.ask.lane]
        waiting = self._waiting(ask.lane)
        ledger.came(visit, waiting, queued=self._queued(ask.lane), now=self.loop.time())
        got = await self.scheduler.acquire(
            ask.lane,
            ledger.pace,
            priority=ask.priority,
            flow=ask.flow,
            max_wait=ask.max_wait,
            retry=ask.retry,
            coalesce_key=ask.join,
        )
        if isinstance(got, SharedResult):
            assert isinstance(got.outcome, Visit)
            ledger.joined(visit, got.outcome)
            return
        try:
            with got:
                self._granted(visit)
                await self._request(visit, got)
        finally:
            self._left(visit, got)

    async def _request(self, visit: Visit, slot: Slot) -> None:
        ask = visit.ask
        await asyncio.sleep(ask.connect)
        if ask.fate is Fate.LOST:
            self.left += 1  # it has knocked at the server's door all the same
            raise ConnectionError
        self.left += 1
        slot.sent()
        await asyncio.sleep(ask.duration)
        if ask.fate is Fate.ANSWERED:
            slot.share(visit)
        elif ask.fate in {Fate.THROTTLED, Fate.PAUSED}:
            self.throttled += 1
            slot.throttled(RETRY_AFTER if ask.fate is Fate.PAUSED else None)

    def _granted(self, visit: Visit) -> None:
        now, ledger = self.loop.time(), self.ledgers[visit.ask.lane]
        if ask_wait := visit.ask.max_wait:
            assert now <= visit.came + ask_wait + EPSILON, "waited longer than it wanted"
        remote = ledger.pace.interval > 0
        waiting = [each for each in self._waiting(visit.ask.lane) if each is not visit]
        ledger.grants(visit, waiting, now, not_before=self.limit_freed if remote else 0.0)
        if remote:
            assert now - self.last_entry >= self.gap - EPSILON, "faster than all lanes together may"
            self.last_entry = now
            assert self._remote_running() <= (self.caps.places or LONG), "more in flight than all lanes may"

    def _left(self, visit: Visit, slot: Slot) -> None:
        ledger = self.ledgers[visit.ask.lane]
        if self.caps.places and self._remote_running() >= self.caps.places and ledger.pace.interval:
            self.limit_freed = self.loop.time()
        ledger.jumps += 0 if slot.shared else len(slot.followers)
        ledger.leaves(visit, self.loop.time())

    def heard_start(self, lane: str) -> None:
        """Note a start; the bucket hears of it."""
        self.started += 1
        self.tokens[lane] -= 1
        self.ledgers[lane].starts(self.loop.time())

    def heard_pause(self, lane: str, seconds: float) -> None:
        """Note a pause; the bucket hears of it."""
        self.ledgers[lane].pauses(seconds, self.loop.time())

    def _remote_running(self) -> int:
        return sum(len(ledger.running) for ledger in self.ledgers.values() if ledger.pace.interval)

    def _waiting(self, lane: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.ask.lane == lane and visit.waits]

    def _queued(self, lane: str) -> int:
        return sum(sum(each.queued.values()) for each in self.scheduler.snapshot().lanes if each.lane == lane)

    def _judge_all(self) -> None:
        for visit in self.visits:
            if visit.task and visit.task.done():
                self._judge(visit, visit.task)

    def _judge(self, visit: Visit, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            assert visit.leaves
            return
        match task.exception():
            case None:
                pass
            case WaitTooLong():
                assert visit.ask.max_wait is not None
            case SchedulerClosed():
                assert self.closed
            case OfficeOffline():
                assert visit.ask.lane in self.troubled
            case ConnectionError():
                assert visit.ask.fate is Fate.LOST
            case other:
                raise other

    async def _end(self) -> None:
        tasks = [visit.task for visit in self.visits if visit.task]
        if tasks:
            _, forgotten = await asyncio.wait(tasks, timeout=LONG)
            self._judge_all()
            assert not forgotten, f"{len(forgotten)} callers were forgotten"
        self._judge_all()
        counts = self.scheduler.snapshot().counts
        assert (counts.sent, self.started) == (self.left, self.left), "a start was not counted, or twice"
        assert counts.throttled == self.throttled

    async def _still_works(self) -> None:
        """Serve every lane three times more: nothing that they need is held by somebody who has left."""
        before = len(self.visits)
        for lane in PACES:
            await self._make(Ask(lane=lane, times=3))
        await self._end()
        assert all(visit.granted for visit in self.visits[before:])
        await settle()
        assert self.scheduler.snapshot().lanes == (), "a lane that has no work is not idle"


class _ObservedBuckets(LocalBuckets):
    """The usual buckets, overheard."""

    def __init__(self, world: World) -> None:
        self._world = world

    def bucket(self, lane: str, interval: float) -> Bucket:
        return _ObservedBucket(super().bucket(lane, interval), self._world, lane)


class _ObservedBucket:
    def __init__(self, bucket: Bucket, world: World, lane: str) -> None:
        self._bucket = bucket
        self._world = world
        self._lane = lane

    def try_acquire(self) -> bool:
        taken = self._bucket.try_acquire()
        self._world.tokens[self._lane] += taken
        return taken

    async def acquire(self) -> None:
        await self._bucket.acquire()
        self._world.tokens[self._lane] += 1

    def refund(self) -> None:
        self._bucket.refund()
        self._world.tokens[self._lane] -= 1

    def sent(self, delay: float) -> None:
        self._bucket.sent(delay)
        self._world.heard_start(self._lane)

    def pause(self, seconds: float) -> None:
        self._bucket.pause(seconds)
        self._world.heard_pause(self._lane, seconds)
