"""What is known of practices: their versions and permissions, each looked up once and kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from copy import copy
from typing import Final, Generic, TypeVar

import msgspec

from odapi_async._wire import decoder
from odapi_async.errors import (
    APIError,
    BadRequest,
    DecodeError,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    TransportError,
    Unauthorized,
)
from odapi_async.limits import Tier
from odapi_async.scheduler import Budget

T = TypeVar("T")

PERMISSIONS_PATH: Final = "/securityperms"
VERSION_PATH: Final = "/preferences"
VERSION_NAME: Final = "ProgramVersion"

VERSION: Final = re.compile(r"\d+(\.\d+){1,3}", re.ASCII)
"""A version of Open Dental, such as 24.4 or 25.4.48.0."""
FAILURE_KEPT: Final = 60.0
"""Seconds for which an office that could not tell a fact is not asked for it by other calls."""
# requests between two lookups at least, so that a refused key does not double its requests
_MIN_REQUESTS_BETWEEN_LOOKUPS: Final = 20


class _Permission(msgspec.Struct):
    Permission: str = ""
    HasPermission: bool = False


class _Preference(msgspec.Struct):
    PrefName: str = ""
    ValueString: str = ""


def permissions_from_body(body: bytes) -> frozenset[str]:
    """Return the permissions that a response to GET /securityperms grants, such as `ReadAll`."""
    rows = decoder(_Permission).page(body)
    return frozenset(each.Permission.removeprefix("Api") for each in rows if each.HasPermission)


def version_from_body(body: bytes) -> str:
    """Return the version in a response to GET /preferences; empty text if there is none."""
    rows = decoder(_Preference).page(body)
    texts = (each.ValueString.strip() for each in rows if each.PrefName == VERSION_NAME)
    return next(filter(VERSION.fullmatch, texts), "")


class _FailedLately(Exception):  # noqa: N818 - it is no error, but a reason not to fetch
    """A fetch failed less than `FAILURE_KEPT` seconds ago."""


class _Flight:
    """A fetch that several callers wait for."""

    __slots__ = ("failure", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.failure: APIError | DecodeError | None = None


class LookupTable(Generic[T]):
    """One fact about each practice, by lane. It is fetched once for all who ask meanwhile.

    A response that tells for certain that the office does not say is kept, too, and raised again. A failure
    that may end, such as an office that is offline, is not kept. If it is a response, all who waited for it
    share it; otherwise the next of them fetches. After a failure of the office `try_get` does not fetch for
    a while.
    """

    __slots__ = ("_failing", "_flights", "_forgotten", "_known")

    def __init__(self) -> None:
        self._failing: dict[str, Budget] = {}
        self._forgotten: dict[str, T] = {}
        self._known: dict[str, T | APIError] = {}
        self._flights: dict[str, _Flight] = {}

    async def get(self, lane: str, fetch: Callable[[], Awaitable[T]]) -> T:
        """Return the fact of a practice."""
        if lane not in self._known:
            flight = self._flights.setdefault(lane, _Flight())
            async with flight.lock:
                if flight.failure:
                    raise copy(flight.failure)
                if lane not in self._known:
                    await self._fetch(lane, fetch, flight)
            self._flights.pop(lane, None)
        found = self._known[lane]
        if isinstance(found, APIError):
            raise copy(found)
        return found

    async def try_get(self, lane: str, fetch: Callable[[], Awaitable[T]]) -> T | None:
        """Return the fact of a practice; None if the office does not tell it, or failed to lately.

        An error that is not of the office, such as a connection that is refused, is raised.
        """

        async def fetch_unless_failing() -> T:
            if lane in self._failing and self._failing[lane].left > 0:
                raise _FailedLately
            return await fetch()

        try:
            return await self.get(lane, fetch_unless_failing)
        except _FailedLately:
            return None
        except OpenDentalError as error:
            if _is_of_office(error):
                return None
            raise

    def known(self, lane: str) -> T | None:
        """Return the fact if it is known."""
        found = self._known.get(lane)
        return None if isinstance(found, APIError) else found

    def last(self, lane: str) -> T | None:
        """Return the fact as it was known last, also if it was forgotten since."""
        found = self.known(lane)
        return self._forgotten.get(lane) if found is None else found

    def learn(self, lane: str, fact: T) -> None:
        """Keep a fact that was read for another purpose."""
        self._known[lane] = fact

    def forget(self, lane: str) -> None:
        """Fetch the fact again when it is needed next."""
        found = self._known.pop(lane, None)
        if found is not None and not isinstance(found, APIError):
            self._forgotten[lane] = found

    async def _fetch(self, lane: str, fetch: Callable[[], Awaitable[T]], flight: _Flight) -> None:
        try:
            self._known[lane] = await fetch()
        except OpenDentalError as error:
            if (
                isinstance(error, APIError)
                and not isinstance(error, Unauthorized)
                and not error.retry_can_help
            ):
                self._known[lane] = copy(error)  # without the traceback, whose frames hold the response
                self._forgotten.pop(lane, None)
                return
            if _is_of_office(error):
                self._failing[lane] = Budget.start(FAILURE_KEPT)
            if isinstance(error, APIError | DecodeError):
                flight.failure = copy(error)
                self._flights.pop(lane, None)  # later callers fetch again
            raise
        self._failing.pop(lane, None)
        self._forgotten.pop(lane, None)


def _is_of_office(error: OpenDentalError) -> bool:
    """Return whether an office failed to tell a fact: the request reached it, or is known to be refused."""
    return isinstance(error, APIError | DecodeError) or (isinstance(error, TransportError) and error.sent)


class KnownFacts:
    """The facts of all practices of a client.

    Attributes:
        permissions: what the developer may do.
        versions: the versions of Open Dental.
        refused: lanes whose keys were refused since the last success.
        unexplained: lanes and permissions for which a 401 came although the permission is granted.
        found: lanes with a doubtful base URL, at which rows were read nevertheless.
    """

    __slots__ = ("_requests", "found", "permissions", "refused", "unexplained", "versions")

    def __init__(self) -> None:
        self.permissions: LookupTable[frozenset[str]] = LookupTable()
        self.versions: LookupTable[str] = LookupTable()
        self.refused: set[str] = set()
        self.unexplained: set[tuple[str, str]] = set()
        self.found: set[str] = set()
        self._requests: dict[str, int] = {}

    async def tier(self, lane: str, fetch: Callable[[], Awaitable[frozenset[str]]]) -> Tier:
        """Return a practice's tier.

        An office without GET /securityperms (it came with 22.2) counts as ReadAll, the slowest tier.
        """
        self._requests[lane] = self._requests.get(lane, 0) + 1
        try:
            return Tier.from_permissions(await self.permissions.get(lane, fetch))
        except OfficeOffline:
            raise
        except (BadRequest, NotFound):
            return Tier.READ_ALL

    def last_tier(self, lane: str) -> Tier | None:
        """Return a practice's tier as it was known last; None if it never was."""
        permissions = self.permissions.last(lane)
        return None if permissions is None else Tier.from_permissions(permissions)

    def forget(self, lane: str) -> None:
        """Forget all that is known of a practice."""
        self.permissions.forget(lane)
        self.versions.forget(lane)
        self.refused.discard(lane)
        self.unexplained = {each for each in self.unexplained if each[0] != lane}

    def invalidate(self, lane: str) -> None:
        """Fetch permissions again at the next request, because a response looked as if they had changed."""
        if self._requests.get(lane, 0) >= _MIN_REQUESTS_BETWEEN_LOOKUPS:
            self._requests[lane] = 0
            self.permissions.forget(lane)
