"""The time that a whole call may take, over all its waits and attempts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


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
