"""What a start needs besides its moment: a token and, under a global limit, a place in flight."""

from __future__ import annotations

from odapi_async.scheduler.bucket import Bucket
from odapi_async.scheduler.global_limit import GlobalLimit


class Permit:
    """What a lane holds for its next start, before it is known which caller that will be.

    Args:
        bucket: the bucket of the lane's tokens.
        limit: the limit over all lanes, if there is one.

    Attributes:
        bucket: the bucket of the lane's tokens.
    """

    __slots__ = ("_has_place", "_has_token", "_limit", "bucket")

    def __init__(self, bucket: Bucket, limit: GlobalLimit | None) -> None:
        self.bucket = bucket
        self._limit = limit
        self._has_token = self._has_place = False

    def try_acquire(self) -> bool:
        """Take what needs no waiting; return whether the permit is complete."""
        self._has_token = self._has_token or self.bucket.try_acquire()
        return self._has_token and (self._has_place or self._limit is None)

    async def acquire(self) -> None:
        """Wait for the first missing part. If it is cancelled before it returns, it has taken nothing."""
        if self._limit is None or not self._has_token:
            await self.bucket.acquire()
            self._has_token = True
        else:
            await self._limit.acquire()
            self._has_place = True

    def consume(self) -> None:
        """Hand the permit to a slot."""
        self._has_token = self._has_place = False

    def release(self, *, used: bool) -> None:
        """Take the permit back from a slot: its place is free, and so is its token if no request was sent."""
        if self._limit:
            self._limit.release()
        if not used:
            self._has_token = True

    def refund(self) -> None:
        """Give everything back, because no caller waits."""
        if self._has_token:
            self.bucket.refund()
        if self._has_place and self._limit:
            self._limit.release()
        self.consume()
