"""One lane's tokens, shared with the lanes of other processes."""

from __future__ import annotations

import asyncio
import weakref
from typing import Final

from odapi_async.scheduler.redis.alone import Alone
from odapi_async.scheduler.redis.line import BucketUnavailable
from odapi_async.scheduler.redis.store import Reply, Store

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
        "_due",
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
        self._due = self._earliest = self._hold_until = 0.0
        self._hold: asyncio.TimerHandle | None = None

    async def acquire(self) -> None:
        """Wait for one token and take it. Cancelled before it returns, it gives back what it has reserved.

        Raises:
            BucketUnavailable: Redis does not answer, and this process is not to go on alone.
        """
        self._store.asleep[self._key] = self._hear
        try:
            while not await self._reserved():
                self.give_back()
        except BucketUnavailable as error:
            await self._alone.wait(self._lane, self._interval, error)
        except asyncio.CancelledError:
            self.give_back()
            raise
        else:
            self._keep_hold()
        finally:
            del self._store.asleep[self._key]

    def sent(self, late: float) -> None:
        """Move the starts that others wait for, if this one was so late that the next would be early."""
        now = self._loop.time()
        self._alone.started(self._lane, now)
        self._let_go()
        late = max(late, now - self._earliest)
        if self._number is not None and late > self._margin / 2:
            self._tell("late", self._number, _micros(late))
        self._number = None

    def pause(self, seconds: float) -> None:
        """Let nothing start for so long, in any process."""
        self._tell("pause", _micros(seconds))

    def give_back(self) -> None:
        """Give back the last token, which will not be used. It is lost if another one was reserved after it."""
        self._let_go()
        if self._number is not None:
            self._tell("back", self._number)
        self._number = None
