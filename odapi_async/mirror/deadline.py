"""The end of a run that comes before everything is read: after some seconds, or when somebody asks for it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from odapi_async import ConfigurationError


class Deadline:
    """Tells a run to end at its next page. Use it in `async with`: its time begins there.

    Args:
        seconds: seconds until the deadline; None for a run that ends only if `expire` is called.

    Attributes:
        expired: whether the run has to end.

    Raises:
        ConfigurationError: the number is not positive.
    """

    __slots__ = ("_seconds", "_timer", "expired")

    def __init__(self, seconds: float | None) -> None:
        if seconds is not None and not seconds > 0:
            raise ConfigurationError("deadline must be a positive number of seconds")
        self.expired = False
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        if self._seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self.expire)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def expire(self) -> None:
        """Let the run end at its next page."""
        self.expired = True
