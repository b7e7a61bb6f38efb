"""Waits while the database of an inbox is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from odapi_async.mirror import SchemaTooNew, StoreError
from odapi_async.telemetry import LOGGER

T = TypeVar("T")

_LONGEST: Final = 30.0  # seconds between two tries
_DOUBLINGS: Final = 10

_FINAL: Final = (
    "SQLITE_ERROR",  # such as a table that is not there
    "SQLITE_NOTADB",
    "SQLITE_CORRUPT",
    "SSLCertVerificationError",
    "26000",  # a pooler that needs another URL
    "28",  # the user or the password
    "3D",  # no such database
    "42",  # no such table, or a permission is missing
)
"""The beginnings of error codes that somebody has to mend."""


class Outage:
    """Waits until a database that was away can be used again. It logs the beginning and the end, once each.

    Args:
        first_pause: seconds until the first repetition; the pauses double up to 30 seconds.
    """

    def __init__(self, first_pause: float) -> None:
        self._first_pause = first_pause
        self._is_away = False

    async def wait_out(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do some work, and repeat it for as long as the database is away.

        Args:
            work: makes the coroutine; it writes everything or nothing.

        Raises:
            StoreError: waiting does not help.
        """
        failures = 0
        while True:
            try:
                result = await work()
            except StoreError as error:
                self._failed(error)
            else:
                self._succeeded()
                return result
            await asyncio.sleep(self._pause(failures))
            failures += 1

    def _failed(self, error: StoreError) -> None:
        if not may_heal(error):
            LOGGER.error("no event is handed out any more: %s", error)
            raise error
        if not self._is_away:
            self._is_away = True
            LOGGER.warning("events wait until the database can be used: %s", error)

    def _succeeded(self) -> None:
        if self._is_away:
            self._is_away = False
            LOGGER.warning("the database can be used again, and events are handed out")

    def _pause(self, failures: int) -> float:
        return min(self._first_pause * (1 << min(failures, _DOUBLINGS)), max(_LONGEST, self._first_pause))


def may_heal(error: StoreError) -> bool:
    """Return whether the database may be usable later although nobody changes this program."""
    return not isinstance(error, SchemaTooNew) and not error.code.startswith(_FINAL)
