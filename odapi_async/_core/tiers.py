"""The tiers of practices, looked up with GET /securityperms if the caller did not give them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from odapi_async._wire import decoder
from odapi_async.errors import BadRequest, NotFound, OfficeOffline
from odapi_async.limits import Tier

PERMISSIONS_PATH: Final = "/securityperms"

# requests between two lookups at least, so that a refused key does not double its requests
_MIN_REQUESTS_BETWEEN_LOOKUPS: Final = 20


class _Permission(msgspec.Struct):
    Permission: str = ""
    HasPermission: bool = False


def tier_from_body(body: bytes) -> Tier:
    """Return the tier that a response to GET /securityperms stands for."""
    return Tier.from_permissions(
        {
            each.Permission.removeprefix("Api")
            for each in decoder(_Permission).page(body)
            if each.HasPermission
        }
    )


class TierCache:
    """The tiers of practices, by lane."""

    __slots__ = ("_locks", "_requests", "_tiers")

    def __init__(self) -> None:
        self._tiers: dict[str, Tier] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._requests: dict[str, int] = {}

    async def get(self, lane: str, fetch: Callable[[], Awaitable[bytes]]) -> Tier:
        """Return a practice's tier; an unknown one is fetched once for all who ask meanwhile.

        An office without that operation (it came with 22.2) counts as ReadAll, the slowest tier.
        """
        if lane not in self._tiers:
            async with self._locks.setdefault(lane, asyncio.Lock()):
                if lane not in self._tiers:
                    self._tiers[lane] = await self._fetch(fetch)
                    self._requests[lane] = 0
            self._locks.pop(lane, None)
        self._requests[lane] += 1
        return self._tiers[lane]

    def invalidate(self, lane: str) -> None:
        """Fetch a tier again at the next request, because a response looked as if permissions had changed."""
        if self._requests.get(lane, 0) >= _MIN_REQUESTS_BETWEEN_LOOKUPS:
            self._tiers.pop(lane, None)

    async def _fetch(self, fetch: Callable[[], Awaitable[bytes]]) -> Tier:
        try:
            return tier_from_body(await fetch())
        except OfficeOffline:
            raise
        except (BadRequest, NotFound):
            return Tier.READ_ALL
