"""The time that a whole call may take, over all its waits and attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from odapi_async.errors import OpenDentalError, WaitTooLong

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that a whole call may take.

    Attributes:
        seconds: its length.
        ends_at: when it is over, in seconds of the event loop's clock.
    """

    seconds: float
    ends_at: float

    @classmethod
    def start(cls, seconds: float) -> Budget:
        """Return a budget that begins now."""
        return cls(seconds, asyncio.get_running_loop().time() + seconds)

    @property
    def left(self) -> float:
        """Seconds that are left; negative if it is over."""
        return self.ends_at - asyncio.get_running_loop().time()

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Await something that is not a request of the call itself; at the end of the budget it is cancelled.

        Raises:
            WaitTooLong: the budget ended first.
        """
        timeout = asyncio.timeout_at(self.ends_at)
        try:
            async with timeout:
                return await work
        except TimeoutError as error:  # an OpenDentalError may be one, too
            if isinstance(error, OpenDentalError) or not timeout.expired():
                raise
        raise WaitTooLong(0.0, self.seconds, waited=self.seconds, deadline=self.seconds)
