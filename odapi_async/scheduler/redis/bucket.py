"""The tokens of one lane, shared with other processes."""

from __future__ import annotations

import asyncio
import weakref
from typing import Final

from odapi_async.scheduler.redis.connection import BucketUnavailable
from odapi_async.scheduler.redis.fallback import LocalFallback, sleep_until
from odapi_async.scheduler.redis.scripts import ScriptClient, ScriptResult

_PREFIX: Final = "odapi:"
_FAR: Final = 7200.0  # seconds by which no start is moved: a message that says so is of another program
_MAX_HOLD: Final = 30.0  # seconds for which a granted token keeps the other processes from starting


def _micros(seconds: float) -> int:
    return round(seconds * 1e6)


class RedisBucket:
    """The bucket of one lane. Each token is a reservation in Redis: the moment of a start that no other has.

    Args:
        scripts: runs the script in Redis.
        fallback: what to do without Redis.
        lane: the lane's name.
        interval: seconds between two starts.
        margin: seconds added to it.
    """

    __slots__ = (
        "__weakref__",
        "_earliest",
        "_fallback",
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
        "_scripts",
    )

    def __init__(
        self, scripts: ScriptClient, fallback: LocalFallback, lane: str, interval: float, margin: float
    ) -> None:
        self._scripts = scripts
        self._fallback = fallback
        self._lane = lane
        self._key = _PREFIX + lane
        self._interval = interval
        self._margin = margin
        self._loop = asyncio.get_running_loop()
        self._number: int | None = None
        self._moved = self._heard = 0
        self._earliest = self._hold_until = 0.0
        self._hold: asyncio.TimerHandle | None = None

    def try_acquire(self) -> bool:
        """Return False: a token costs a round trip."""
        return False

    async def acquire(self) -> None:
        """Wait for one token and take it. If it is cancelled before it returns, it refunds its reservation.

        Raises:
            BucketUnavailable: Redis does not answer, and there is no fallback.
        """
        self._forget()
        self._scripts.listeners[self._key] = self._on_moved
        try:
            while not await self._reserved():
                self.refund()
        except BucketUnavailable as error:
            await self._fallback.wait(self._lane, self._interval, error)
        except asyncio.CancelledError:
            self.refund()
            raise
        finally:
            del self._scripts.listeners[self._key]

    def sent(self, delay: float) -> None:
        """Move the starts that others wait for, if this one was so late that the next would be too early."""
        now = self._loop.time()
        self._fallback.record_start(self._lane, now)
        number = self._forget()
        delay = max(delay, now - self._earliest)
        if number is not None and delay > self._margin / 2:
            self._run_soon("late", number, _micros(delay))

    def pause(self, seconds: float) -> None:
        """Let no process start a request for so many seconds."""
        self._run_soon("pause", _micros(seconds))

    def refund(self) -> None:
        """Refund the last token; it is lost if another was reserved after it."""
        number = self._forget()
        if number is not None:
            self._run_soon("refund", number)

    async def _reserved(self) -> bool:
        """Reserve a start and wait for it; return False if a move of it may have been missed."""
        subscription = await self._scripts.subscription()
        step = self._interval + self._margin
        self._heard = 0
        call = self._key, "reserve", (_micros(step), _micros(subscription.blackout_left(step)))
        result = await self._scripts.run(call, self._undo)
        wait, self._moved, self._number = result.numbers
        due = result.received_at + wait / 1e6
        await sleep_until(lambda: due + self._shift())
        self._earliest = result.sent_at + wait / 1e6 + self._shift()
        self._hold_until = self._loop.time() + _MAX_HOLD
        self._schedule_extension(self._number)
        return subscription.is_live

    def _on_moved(self, moved: int) -> None:
        self._heard = max(self._heard, moved)

    def _shift(self) -> float:
        shift = max(0, self._heard - self._moved) / 1e6
        return shift if shift <= _FAR else 0.0

    def _undo(self, result: ScriptResult) -> None:
        self._run_soon("refund", result.numbers[2])

    def _run_soon(self, task: str, *numbers: int) -> None:
        self._scripts.run_soon((self._key, task, (_micros(self._interval + self._margin), *numbers)))

    def _schedule_extension(self, number: int) -> None:
        # A weak reference: an idle lane drops its bucket, and the token in it must not hold up the others.
        bucket: weakref.ref[RedisBucket] = weakref.ref(self)
        self._hold = self._loop.call_at(self._earliest + self._interval / 2, _extend, bucket, number)

    def extend(self, number: int) -> None:
        """Move the starts of the others, because the request of this reservation has not been sent yet."""
        now = self._loop.time()
        self._run_soon("late", number, _micros(now - self._earliest))
        self._earliest = now
        if now < self._hold_until:
            self._schedule_extension(number)

    def _forget(self) -> int | None:
        """Forget the last token, and return the number of its reservation, if there was one."""
        if self._hold:
            self._hold.cancel()
        number, self._number, self._hold = self._number, None, None
        return number


def _extend(found: weakref.ref[RedisBucket], number: int) -> None:
    bucket = found()
    if bucket:
        bucket.extend(number)
