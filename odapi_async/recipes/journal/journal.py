"""The journal: a database of runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from odapi_async._core.options import check_positive
from odapi_async.client import Practice
from odapi_async.errors import ConfigurationError
from odapi_async.mirror import Store
from odapi_async.recipes.journal.notes import RunLease
from odapi_async.recipes.journal.run import Run

_MOST_LETTERS: Final = 200
_LONGEST: Final = 24 * 3600  # seconds


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


class Journal:
    """Notes writes before they are sent, so that a killed program resumes them. Use it in `async with`.

    It holds no patient data: the names of operations and fields, keyed digests, ids, times and states.

    Args:
        store: the database: a path or URL as of `Store`, or a `Store`, which is not closed.
        lease: seconds after which a run is free again if its process was killed. A living process renews it.
        settle: seconds after which a write whose response is lost is at the office, or never will be. Remote
            offices end a request after 60 seconds.
        clock: returns the time in UTC, without a zone.

    Raises:
        ConfigurationError: the URL cannot be used, or seconds are not positive, or more than a day.
    """

    def __init__(
        self,
        store: str | Store,
        *,
        lease: float = 60.0,
        settle: float = 65.0,
        clock: Callable[[], dt.datetime] = _utc_now,
    ) -> None:
        for name, value in {"lease": lease, "settle": settle}.items():
            if check_positive(name, value, "seconds") > _LONGEST:
                raise ConfigurationError(f"{name} has to be a day at most: {_LONGEST} seconds")
        self._is_owner = isinstance(store, str)
        self._lease = lease
        self._settle = settle
        self._store = Store(store) if isinstance(store, str) else store
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the database, unless it was given as a `Store`."""
        if self._is_owner:
            await self._store.aclose()

    def run(self, name: str, practice: Practice) -> Run:
        """Begin a run, or resume the one of this name. Use it in `async with`.

        Args:
            name: its name, which is written down and shown in errors: no patient data.
            practice: the practice. Its options (priority, deadline and so on) apply to the requests.

        Raises:
            ConfigurationError: the name is no text of 1 to 200 printable characters.

        At the begin of the block:

        Raises:
            RunBusy: another process is in this run.
            WrongPractice: the run belongs to another practice.
            StoreError: the database cannot be used.
        """
        if not (name.strip() and name.isprintable() and len(name) <= _MOST_LETTERS):
            raise ConfigurationError(f"name has to be a text of 1 to {_MOST_LETTERS} printable characters")
        return Run(self._lease_of(name), practice, self._settle)

    async def forget(self, name: str) -> bool:
        """Remove what is noted of a run, and return whether there was one. The office keeps its rows.

        Raises:
            RunBusy: a process is in this run.
            StoreError: the database cannot be used.
        """
        return await self._lease_of(name).forget()

    def _lease_of(self, name: str) -> RunLease:
        return RunLease(name, self._store, self._lease, self._clock)
