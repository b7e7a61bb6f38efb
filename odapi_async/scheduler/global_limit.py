"""A limit over all lanes, so that a process with thousands of practices does not look like abuse."""

from __future__ import annotations

import asyncio


class GlobalLimit:
    """Starts the requests of all lanes one after the other, in the order in which the lanes ask.

    Each lane asks for one request at a time. So lanes with work get the same share, however much each has
    queued.

    Args:
        rate: requests per second; None for no limit. They are spread evenly and never sent in bursts.
        max_in_flight: requests that may be in flight at once; None for no limit.
    """

    __slots__ = ("_gap", "_in_flight", "_next", "_turn")

    def __init__(self, rate: float | None, max_in_flight: int | None) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._in_flight = asyncio.Semaphore(max_in_flight) if max_in_flight else None
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def acquire(self) -> None:
        """Wait until one more request may be in flight, and for the rate.

        If it is cancelled before it returns, it holds nothing.
        """
        async with self._turn:
            if self._in_flight:
                await self._in_flight.acquire()
            loop = asyncio.get_running_loop()
            try:
                await asyncio.sleep(self._next - loop.time())
            except asyncio.CancelledError:
                self.release()
                raise
            self._next = loop.time() + self._gap

    def release(self) -> None:
        """Report that a request is not in flight any more."""
        if self._in_flight:
            self._in_flight.release()
