"""What a start needs besides its moment: a token and, where a cap over all lanes exists, a place under it."""

from __future__ import annotations

from odapi_async.scheduler.bucket import Bucket
from odapi_async.scheduler.global_limit import House


class Permit:
    """What a lane holds for its next start, before it is known who that will be.

    Args:
        bucket: where tokens come from.
        house: the cap over all lanes, if there is one.
    """

    __slots__ = ("_bucket", "_has_place", "_has_token", "_house")

    def __init__(self, bucket: Bucket, house: House | None) -> None:
        self._bucket = bucket
        self._house = house
        self._has_token = self._has_place = False

    def take(self) -> bool:
        """Take what is there without waiting; return whether that is all."""
        self._has_token = self._has_token or self._bucket.take()
        return self._has_token and (self._has_place or self._house is None)

    async def wait(self) -> None:
        """Wait for what is missing first. Cancelled before it returns, it has taken nothing."""
        if self._house is None or not self._has_token:
            await self._bucket.acquire()
            self._has_token = True
        else:
            await self._house.enter()
            self._has_place = True

    def use(self) -> None:
        """Hand it to a slot."""
        self._has_token = self._has_place = False

    def end(self, *, used: bool) -> None:
        """Take it back from a slot: the place is free, and so is the token if no request has left."""
        if self._house:
            self._house.leave()
        if not used:
            self._has_token = True

    def give_back(self) -> None:
        """Give back what nobody needs now."""
        if self._has_token:
            self._bucket.give_back()
        if self._has_place and self._house:
            self._house.leave()
        self.use()
