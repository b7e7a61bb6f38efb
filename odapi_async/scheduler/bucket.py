"""Where a lane's tokens come from: this process alone, or a store that many processes share."""

from __future__ import annotations

from typing import Protocol

from aiolimiter import AsyncLimiter


class Bucket(Protocol):
    """One customer key's tokens. Only the dispatcher of that key's lane takes them, one at a time."""

    async def acquire(self) -> None:
        """Wait for one token and take it. Cancelled before it returns, it has taken none."""
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
        return _Local(1, interval) if interval else _Unlimited()

    async def close(self) -> None:
        """Nothing is shared."""


class _Unlimited:
    __slots__ = ()

    async def acquire(self) -> None:
        return

    def sent(self, late: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return


class _Local(AsyncLimiter):
    def sent(self, late: float) -> None:
        return

    def pause(self, seconds: float) -> None:
        return
