"""A cap over all lanes, so that a process with thousands of practices does not look like abuse."""

from __future__ import annotations

import asyncio


class House:
    """Lets the lanes start one after the other, in the order in which they ask.

    Each lane asks for one request at a time, so lanes with work get the same share, however much each has
    queued.

    Args:
        rate: requests per second; None for no cap. They are spread evenly, never sent in bursts.
        places: requests that may be under way at once; None for no cap.
    """

    __slots__ = ("_gap", "_next", "_places", "_turn")

    def __init__(self, rate: float | None, places: int | None) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._places = asyncio.Semaphore(places) if places else None
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def enter(self) -> None:
        """Wait for a place and for the rate. Cancelled before it returns, it holds nothing."""
        async with self._turn:
            if self._places:
                await self._places.acquire()
            loop = asyncio.get_running_loop()
            try:
                await asyncio.sleep(self._next - loop.time())
            except asyncio.CancelledError:
                self.leave()
                raise
            self._next = loop.time() + self._gap

    def leave(self) -> None:
        """Give a place back."""
        if self._places:
            self._places.release()
