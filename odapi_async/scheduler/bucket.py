"""Where a lane's tokens come from."""

from __future__ import annotations

from typing import Protocol

from aiolimiter import AsyncLimiter


class Bucket(Protocol):
    """One customer key's tokens. Only the dispatcher of that key's lane takes them, one at a time."""

    async def acquire(self) -> None:
        """Wait for one token and take it. Cancelled before it returns, it has taken none."""
        ...


class _Unlimited:
    """A bucket for modes that the API does not throttle."""

    async def acquire(self) -> None:
        """Return at once."""


def make_bucket(interval: float) -> Bucket:
    """Make a bucket that holds one token and fills in `interval` seconds; 0 means that it is never empty."""
    return AsyncLimiter(1, interval) if interval else _Unlimited()
