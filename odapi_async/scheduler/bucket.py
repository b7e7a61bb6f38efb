"""Where a lane's tokens come from: this process alone, or a store that many processes share."""

from __future__ import annotations

from typing import Protocol

from aiolimiter import AsyncLimiter


class Bucket(Protocol):
    """The tokens of one customer key. Only that key's lane takes them, one at a time.

    If it cannot tell whether there is a token, it raises a SchedulerError, and all that wait in the lane fail
    with a copy. Of any other exception they are told the class only.
    """

    def try_acquire(self) -> bool:
        """Take one token if that needs no waiting; return whether it was taken."""
        ...

    async def acquire(self) -> None:
        """Wait for one token and take it. If it is cancelled before it returns, it has taken none."""
        ...

    def refund(self) -> None:
        """Give back the last token: it will not be used, because no caller waits any more."""
        ...

    def sent(self, delay: float) -> None:
        """Report that the request of the last token was sent `delay` seconds after the token was granted."""
        ...

    def pause(self, seconds: float) -> None:
        """Report a 429: no request may start for so many seconds."""
        ...


class BucketFactory(Protocol):
    """Makes the buckets of all lanes."""

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make the bucket of a lane.

        Args:
            lane: the name of the lane.
            interval: seconds until its one token is there again; 0 for a bucket that is never empty.
        """
        ...

    async def close(self) -> None:
        """Release what the buckets share."""
        ...


class LocalBuckets:
    """Buckets of this process alone. They need no reports: the lanes know what was sent."""

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make the bucket of a lane."""
        return _Local(interval) if interval else _Unlimited()

    async def close(self) -> None:
        """Do nothing: these buckets share nothing."""


class _Unlimited:
    __slots__ = ()

    def try_acquire(self) -> bool:
        return True

    async def acquire(self) -> None:
        return

    def refund(self) -> None:
        return

    def sent(self, delay: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return


class _Local:
    __slots__ = ("_interval", "_limiter")

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._limiter = AsyncLimiter(1, interval)

    def try_acquire(self) -> bool:
        if not self._limiter.has_capacity():
            return False
        try:  # noqa: SIM105 - every request passes here, and `suppress` costs more than the rest
            self._limiter.acquire().send(None)
        except StopIteration:
            pass  # with capacity, `acquire` returns at its first step
        return True

    async def acquire(self) -> None:
        await self._limiter.acquire()

    def refund(self) -> None:
        self._limiter = AsyncLimiter(1, self._interval)  # a limiter with its only token is as good as new

    def sent(self, delay: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return
