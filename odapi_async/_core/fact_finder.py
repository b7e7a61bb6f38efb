"""Finds out the facts of one practice, and what a 401 or a 404 of it means by them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from copy import copy
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from odapi_async._core.explanations import explained, refused
from odapi_async._core.lookup import (
    PERMISSIONS_PATH,
    VERSION_NAME,
    VERSION_PATH,
    KnownFacts,
    permissions_from_body,
    version_from_body,
)
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings
from odapi_async._core.requests import PreparedRequest, check_version
from odapi_async._core.transport import Response
from odapi_async.errors import (
    DecodeError,
    KeyRefused,
    NotFound,
    OpenDentalError,
    Unauthorized,
    UnexpectedStatus,
)
from odapi_async.facts import Facts
from odapi_async.limits import Tier
from odapi_async.scheduler import Budget

T = TypeVar("T")
E = TypeVar("E", bound=OpenDentalError)


Send = Callable[[PreparedRequest], Coroutine[Any, Any, Response]]

_PERMISSIONS: Final = PreparedRequest(
    Operation("GET", PERMISSIONS_PATH, object, since="22.2"), PERMISSIONS_PATH, {}, None
)
_VERSION: Final = PreparedRequest(
    Operation("GET", VERSION_PATH, object, since="21.1"), VERSION_PATH, {"PrefName": VERSION_NAME}, None
)

PROBE: Final = replace(_VERSION, operation=copy(_VERSION.operation))  # told apart by its identity


class FactFinder:
    """The facts of one practice.

    Args:
        known: the facts of all practices, as far as known.
        settings: the practice.
        send: sends a request to it from the head of its queue, and returns the response of its success.
    """

    __slots__ = ("_known", "_lane", "_send", "_settings")

    def __init__(self, known: KnownFacts, settings: PracticeSettings, send: Send) -> None:
        self._known = known
        self._settings = settings
        self._lane = settings.lane
        self._send = send

    @property
    def version(self) -> str | None:
        """The version of the office as given, or as found out if it was looked up."""
        version = self._settings.version
        return version if isinstance(version, str) else self._known.versions.known(self._lane) or None

    @property
    def last_tier(self) -> Tier | None:
        """The developer's tier at the practice as it was known last; None if it never was."""
        return self._known.last_tier(self._lane)

    async def tier(self) -> Tier:
        """Return the developer's tier at the practice; it is looked up if it is not known."""
        return await self._known.tier(self._lane, self._fetch_permissions)

    async def facts(self, budget: Budget | None, *, refresh: bool) -> Facts:
        """Return what is known or can be read, and why the rest cannot.

        Args:
            budget: the time for all of it; None for no limit.
            refresh: whether what is known is read again.
        """
        known, unknown = self._known, dict[str, OpenDentalError]()
        if refresh:
            known.forget(self._lane)
        asking = known.permissions.get(self._lane, self._fetch_permissions)
        permissions = await self._fact("permissions", asking, budget, unknown)
        version = await self._fact(
            "version", known.versions.get(self._lane, self._fetch_version), budget, unknown
        )
        if version == "":
            unknown["version"] = self.with_url_hint(DecodeError(VERSION_NAME, b"", field="ValueString"))
        tier = None if permissions is None else Tier.from_permissions(permissions)
        return Facts(version or None, permissions, tier, MappingProxyType(unknown))

    async def check_version(self, prepared: PreparedRequest) -> None:
        """Look the version up, and refuse what is newer; if the office does not tell it, refuse nothing.

        If the office fails to tell it, it is not asked again for `FAILURE_KEPT` seconds.

        Raises:
            NeedsVersion: the operation, one of its parameters or a value is newer.
            InvalidRequest: a parameter is missing that this version requires.
        """
        version = await self._known.versions.try_get(self._lane, self._fetch_version)
        if version:  # without one, the request itself will tell what is wrong, if anything is
            check_version(prepared.operation, prepared.given, prepared.newer, version)

    def recall(self, operation: Operation[Any], error: OpenDentalError) -> OpenDentalError:
        """Return the error that another one stands for, by the facts that are known."""
        known = explained(
            error,
            operation,
            version=self.version,
            permissions=self._known.permissions.known(self._lane),
            refused=self._lane in self._known.refused,
        )
        return self.with_url_hint(known)

    def with_url_hint(self, error: E) -> E:
        """Return the error, and if it may come from a base URL that looks wrong, with a hint to that."""
        hint = self._settings.url_hint
        is_sign = isinstance(error, NotFound | UnexpectedStatus | DecodeError)
        if not hint or not is_sign or self._lane in self._known.found or error.message.endswith(f"[{hint}]"):
            return error
        hinted = copy(error)
        hinted.args = (f"{error.args[0]} [{hint}]",)
        return hinted

    def found_rows(self) -> None:
        """Note that the base URL is right, because it serves rows."""
        self._known.found.add(self._lane)

    async def explain(self, operation: Operation[Any], error: OpenDentalError) -> OpenDentalError:
        """Return the error that another one stands for; the permissions are looked up if they decide it."""
        known, needed = self.recall(operation, error), operation.permission
        if isinstance(known, KeyRefused):
            self._known.refused.add(self._lane)
        if known is not error or type(error) is not Unauthorized or not needed:
            return known
        if operation is PROBE.operation or (self._lane, needed) in self._known.unexplained:
            return known  # a probe is one request
        return await self._look_up(operation, error, needed)

    async def probe(self) -> None:
        """Ask the office for its version with one request, to see whether it answers at all.

        Raises:
            KeyRefused: the keys are refused there.
            OpenDentalError: it does not answer, or not as the API does.
        """
        try:
            version = version_from_body((await self._send(PROBE)).body)
        except Unauthorized as error:
            self._known.refused.add(self._lane)
            raise refused(error) from None
        except DecodeError as error:
            raise self.with_url_hint(DecodeError("Preference", error.raw)) from None
        self._known.versions.learn(self._lane, version)

    def succeeded(self) -> None:
        """Note that the keys are accepted."""
        self._known.refused.discard(self._lane)

    async def _look_up(self, operation: Operation[Any], error: Unauthorized, needed: str) -> OpenDentalError:
        self._known.permissions.forget(self._lane)
        try:
            permissions = await self._known.permissions.try_get(self._lane, self._fetch_permissions)
        except OpenDentalError:
            return self.recall(operation, error)
        if permissions and needed in permissions:
            self._known.unexplained.add((self._lane, needed))
        return self.recall(operation, error)

    async def _fact(
        self,
        name: str,
        asking: Awaitable[T],
        budget: Budget | None,
        unknown: dict[str, OpenDentalError],
    ) -> T | None:
        try:
            return await (budget.wait_for(asking) if budget else asking)
        except OpenDentalError as error:
            unknown[name] = copy(self.with_url_hint(error))  # without the traceback: its frames hold keys
            return None

    async def _fetch_permissions(self) -> frozenset[str]:
        permissions = permissions_from_body((await self._send(_PERMISSIONS)).body)
        self.found_rows()
        return permissions

    async def _fetch_version(self) -> str:
        try:
            return version_from_body((await self._send(_VERSION)).body)
        except DecodeError:
            return ""  # an office that tells no version
