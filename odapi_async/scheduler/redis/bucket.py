"""One lane's tokens, shared with the lanes of other processes."""

from __future__ import annotations

import asyncio
import weakref
from typing import Final

from odapi_async.scheduler.redis.connection import BucketUnavailable
from odapi_async.scheduler.redis.fallback import Alone, sleep_until
from odapi_async.scheduler.redis.scripts import Reply, Store

_PREFIX: Final = "odapi:"
_LONGEST_HOLD: Final = 30.0  # seconds for which a token that was granted keeps the others from starting


def _micros(seconds: float) -> int:
    return round(seconds * 1e6)


class RedisBucket:
    """One lane's bucket. Each token is a reservation in Redis: the moment of a start that nobody else has.

    Args:
        store: the way to Redis.
        alone: what to do without Redis.
        lane: the lane's name.
        interval: seconds between two starts.
        margin: seconds added to it.
    """

    __slots__ = (
        "__weakref__",
        "_alone",
        "_earliest",
        "_heard",
        "_hold",
        "_hold_until",
        "_interval",
        "_key",
        "_lane",
        "_loop",
        "_margin",
        "_moved",
        "_number",
        "_store",
    )

    def __init__(self, store: Store, alone: Alone, lane: str, interval: float, margin: float) -> None:
        self._store = store
        self._alone = alone
        self._lane = lane
        self._key = _PREFIX + lane
        self._interval = interval
        self._margin = margin
        self._loop = asyncio.get_running_loop()
        self._number: int | None = None
        self._moved = self._heard = 0
        self._earliest = self._hold_until = 0.0
        self._hold: asyncio.TimerHandle | None = None

    def take(self) -> bool:
        """Never: a token costs a round trip."""
        return False

    async def acquire(self) -> None:
        """Wait for one token and take it. Cancelled before it returns, it gives back what it has reserved.

        Raises:
            BucketUnavailable: Redis does not answer, and this process is not to go on alone.
        """
        self._retire()
        self._store.asleep[self._key] = self._hear
        try:
            while not await self._reserved():
                self.give_back()
        except BucketUnavailable as error:
            await self._alone.wait(self._lane, self._interval, error)
        except asyncio.CancelledError:
            self.give_back()
            raise
        finally:
            del self._store.asleep[self._key]

    def sent(self, late: float) -> None:
        """Move the starts that others wait for, if this one was so late that the next would be early."""
        now = self._loop.time()
        self._alone.started(self._lane, now)
        number = self._retire()
        late = max(late, now - self._earliest)
        if number is not None and late > self._margin / 2:
            self._tell("late", number, _micros(late))

    def pause(self, seconds: float) -> None:
        """Let nothing start for so long, in any process."""
        self._tell("pause", _micros(seconds))

    def give_back(self) -> None:
        """Give back the last token, which will not be used; it is lost if another was reserved after it."""
        number = self._retire()
        if number is not None:
            self._tell("back", number)

    async def _reserved(self) -> bool:
        """Reserve a start and wait for it; False if it may have been moved unheard."""
        ear = await self._store.ear()
        step = self._interval + self._margin
        self._heard = 0
        run = self._key, "reserve", (_micros(step), _micros(ear.deaf(step)))
        reply = await self._store.ask(run, self._undo)
        wait, self._moved, self._number = reply.numbers
        due = reply.heard + wait / 1e6
        await sleep_until(lambda: due + self._shift())
        self._earliest = reply.asked + wait / 1e6 + self._shift()
        self._hold_until = self._loop.time() + _LONGEST_HOLD
        self._arm(self._number)
        return ear.alive

    def _hear(self, moved: int) -> None:
        self._heard = max(self._heard, moved)

    def _shift(self) -> float:
        return max(0, self._heard - self._moved) / 1e6

    def _undo(self, reply: Reply) -> None:
        self._tell("back", reply.numbers[2])

    def _tell(self, task: str, *numbers: int) -> None:
        self._store.tell((self._key, task, (_micros(self._interval + self._margin), *numbers)))

    def _arm(self, number: int) -> None:
        # Weakly: a lane that goes to rest drops its bucket, and the token in it must not hold up the others.
        bucket: weakref.ref[RedisBucket] = weakref.ref(self)
        self._hold = self._loop.call_at(self._earliest + self._interval / 2, _extend, bucket, number)

    def extend(self, number: int) -> None:
        """Move the starts of the others on, because the request of this reservation has not left yet."""
        now = self._loop.time()
        self._tell("late", number, _micros(now - self._earliest))
        self._earliest = now
        if now < self._hold_until:
            self._arm(number)

    def _retire(self) -> int | None:
        """Forget the last token, and return its number if there was one."""
        if self._hold:
            self._hold.cancel()
        number, self._number, self._hold = self._number, None, None
        return number


def _extend(found: weakref.ref[RedisBucket], number: int) -> None:
    bucket = found()
    if bucket:
        bucket.extend(number)
