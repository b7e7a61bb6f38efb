"""What a practice allows, found out when nobody said so: GET /securityperms, once, and again in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import msgspec

from odapi_async._wire import decoder
from odapi_async.errors import BadRequest, NotFound, OfficeOffline
from odapi_async.limits import Tier

PERMISSIONS_PATH: Final = "/securityperms"
_ENOUGH_TO_LOOK_AGAIN: Final = (
    20  # requests since the last look, so that a refused key does not double its requests
)


class _Permission(msgspec.Struct):
    Permission: str = ""
    HasPermission: bool = False


def tier_of(body: bytes) -> Tier:
    """Return the tier that an answer of GET /securityperms stands for."""
    has = {
        each.Permission.removeprefix("Api") for each in decoder(_Permission).page(body) if each.HasPermission
    }
    return tier_with(has)


def tier_with(permissions: Collection[str]) -> Tier:
    """Return the tier that permissions stand for."""
    if "Enterprise" in permissions:
        return Tier.ENTERPRISE
    return Tier.STANDARD if set(permissions) - {"ReadAll"} else Tier.READ_ALL


class Tiers:
    """The tiers of practices, by lane."""

    __slots__ = ("_known", "_looking", "_requests")

    def __init__(self) -> None:
        self._known: dict[str, Tier] = {}
        self._looking: dict[str, asyncio.Lock] = {}
        self._requests: dict[str, int] = {}

    async def find(self, lane: str, look: Callable[[], Awaitable[bytes]]) -> Tier:
        """Return a practice's tier; look it up if it is not known, once for all who ask meanwhile.

        An office that has no such operation (it came with 22.2) counts as ReadAll, the slowest.
        """
        if lane not in self._known:
            async with self._looking.setdefault(lane, asyncio.Lock()):
                if lane not in self._known:
                    self._known[lane] = await self._look(look)
                    self._requests[lane] = 0
            self._looking.pop(lane, None)
        self._requests[lane] += 1
        return self._known[lane]

    def doubt(self, lane: str) -> None:
        """Hear that a practice answered as if its permissions had changed: look again at the next request."""
        if self._requests.get(lane, 0) >= _ENOUGH_TO_LOOK_AGAIN:
            self._known.pop(lane, None)

    async def _look(self, look: Callable[[], Awaitable[bytes]]) -> Tier:
        try:
            return tier_of(await look())
        except OfficeOffline:
            raise
        except (BadRequest, NotFound):
            return Tier.READ_ALL
