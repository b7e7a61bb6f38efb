"""Ends a step when its lease ends, so that a process which was frozen sends nothing beside its successor.

The office cannot refuse a late write, so the process itself has to stop. A timer does it: if the process goes
on after the lease, the timer is due, and cancels the step before what it waited for is seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from odapi_async.recipes.journal.errors import RunLost


class Fence:
    """The end of a lease by the event loop's clock.

    That clock runs on while the process is stopped, but not while the whole machine is suspended.

    Args:
        run: the name of the run.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._ends_at = 0.0
        self._timeout: asyncio.Timeout | None = None

    @property
    def is_past(self) -> bool:
        """Whether the lease has ended."""
        return asyncio.get_running_loop().time() >= self._ends_at

    def move(self, ends_at: float) -> None:
        """Record that the lease was renewed.

        Args:
            ends_at: when it ends, in seconds of the event loop's clock.
        """
        self._ends_at = max(self._ends_at, ends_at)
        if self._timeout is not None and not self._timeout.expired():
            self._timeout.reschedule(self._ends_at)

    @asynccontextmanager
    async def guard(self) -> AsyncGenerator[None]:
        """Cancel a block of code when the lease ends.

        Raises:
            RunLost: the lease has ended.
        """
        timeout = asyncio.timeout_at(self._ends_at)
        try:
            async with timeout:
                self._timeout = timeout
                try:
                    yield
                finally:
                    self._timeout = None
        except TimeoutError:  # an OpenDentalError may be one, too
            if not timeout.expired():
                raise
            raise RunLost(self._run) from None
