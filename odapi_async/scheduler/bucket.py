"""Where a lane's tokens come from: this process alone, or a store that many processes share."""

from __future__ import annotations

from typing import Protocol

from aiolimiter import AsyncLimiter


class Bucket(Protocol):
    """One customer key's tokens. Only the dispatcher of that key's lane takes them, one at a time."""

    def take(self) -> bool:
        """Take one token if that needs no waiting; return whether it was taken."""
        ...

    async def acquire(self) -> None:
        """Wait for one token and take it. Cancelled before it returns, it has taken none."""
        ...

    def give_back(self) -> None:
        """Hear that the last token will not be used, because nobody waits any more."""
        ...

    def sent(self, late: float) -> None:
        """Hear that the request of the last token left `late` seconds after the token was granted."""
        ...

    def pause(self, seconds: float) -> None:
        """Hear that nothing may start for so long, because a request was throttled."""
        ...


class Buckets(Protocol):
    """Makes the buckets of all lanes."""

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make a lane's bucket, which holds one token and fills in `interval` seconds; 0: never empty."""
        ...

    async def close(self) -> None:
        """Let go of what the buckets share."""
        ...


class LocalBuckets:
    """Buckets of this process alone. What is sent when, its lanes know themselves."""

    def bucket(self, lane: str, interval: float) -> Bucket:
        """Make a bucket; the lane's name does not matter here."""
        return _Local(interval) if interval else _Unlimited()

    async def close(self) -> None:
        """Nothing is shared."""


class _Unlimited:
    __slots__ = ()

    def take(self) -> bool:
        return True

    async def acquire(self) -> None:
        return

    def give_back(self) -> None:
        return

    def sent(self, late: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return


class _Local:
    __slots__ = ("_interval", "_limiter")

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._limiter = AsyncLimiter(1, interval)

    def take(self) -> bool:
        if not self._limiter.has_capacity():
            return False
        try:  # noqa: SIM105 - each request comes by here, and `suppress` costs more than the rest
            self._limiter.acquire().send(None)
        except StopIteration:
            pass  # where there is capacity, `acquire` ends at its first step
        return True

    async def acquire(self) -> None:
        await self._limiter.acquire()

    def give_back(self) -> None:
        self._limiter = AsyncLimiter(1, self._interval)  # one that got its only token back is as good as new

    def sent(self, late: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return
