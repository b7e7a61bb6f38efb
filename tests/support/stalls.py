"""How punctual the event loop was, so that a busy machine is not taken for a client that breaks the pace.

Client and server share one loop. If the machine lets the process wait between the moment at which a request
is sent and the one at which the server notes it, that wait shortens the measured distance to the next
request. Whoever waits cannot beat either: so the beats that are missing say how much a distance may have been
shortened.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from itertools import pairwise
from types import TracebackType
from typing import Final, Self

_BEAT: Final = 0.001
_LATE: Final = 0.002
_NEAR: Final = 0.004


class Stalls:
    """Notes when the loop did not turn, while the `async with` lasts."""

    def __init__(self) -> None:
        self._found: list[tuple[float, float]] = []
        self._beating: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beating:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating

    def early(self, moments: Sequence[float], interval: float) -> list[float]:
        """Return the distances between moments that are shorter than the interval, and not for a stall."""
        return [
            later - sooner
            for sooner, later in pairwise(moments)
            if later - sooner + self._lost_before(sooner) < interval
        ]

    def _lost_before(self, moment: float) -> float:
        """Return how long the loop stood still on the way to a moment, stalls in a row counted together."""
        lost, end = 0.0, moment
        for last, turn in reversed(self._found):
            if last < end and turn > end - _NEAR:
                lost += turn - last
                end = last
        return lost

    async def _beat(self) -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(_BEAT)  # a beat, in real time, is what this is for
            now = time.monotonic()
            if now - last > _BEAT + _LATE:
                self._found.append((last, now))
            last = now
