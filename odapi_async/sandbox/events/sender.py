"""Posts the events of all offices of a sandbox while it is started, one task for each office that has any."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import Final

from odapi_async.sandbox.events.office_events import OfficeEvents, SentEvent

_KEPT: Final = 10_000
_LONGEST: Final = 3600.0  # seconds that a task sleeps at once


class EventSender:
    """Polls in the background, from `start` to `close`.

    Without `start` nothing is polled by itself, so that a sandbox in this process has no task.

    Attributes:
        sent: the latest 10,000 POSTs, oldest first.
    """

    def __init__(self) -> None:
        self.sent: deque[SentEvent] = deque(maxlen=_KEPT)
        self._offices: dict[str, OfficeEvents] = {}
        self._running = False
        self._written: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def add(self, customer_key: str, office: OfficeEvents) -> None:
        """Add an office."""
        self._offices[customer_key] = office

    def __getitem__(self, customer_key: str) -> OfficeEvents:
        """Return the events of an office."""
        return self._offices[customer_key]

    def start(self) -> None:
        """Begin to poll: at once where subscriptions are due, and whenever one is written."""
        self._running = True
        for key, office in self._offices.items():
            if office.next_poll() is not None:
                self.wake(key)

    def wake(self, customer_key: str) -> None:
        """Look at the subscriptions of an office, because they were written."""
        if not self._running:
            return
        written = self._written.setdefault(customer_key, asyncio.Event())
        written.set()
        if customer_key not in self._tasks:
            work = self._work(self._offices[customer_key], written)
            self._tasks[customer_key] = asyncio.get_running_loop().create_task(work)

    async def poll(self, customer_key: str | None) -> int:
        """Poll all subscriptions now, of one office or of all, and return how many events were accepted."""
        offices = self._offices.values() if customer_key is None else [self._offices[customer_key]]
        return sum([await office.poll(everything=True) for office in offices])

    def reset(self) -> None:
        """Return to the start: what is being posted is broken off."""
        self.sent.clear()
        for office in self._offices.values():
            office.reset()
        self._cancel()

    async def close(self) -> None:
        """Stop to poll, and break off what is being posted. A second call does no harm."""
        self._running = False
        self._cancel()
        ending = [*self._ending]
        for each in await asyncio.gather(*ending, return_exceptions=True):
            if isinstance(each, Exception):
                raise each

    def _cancel(self) -> None:
        for task in self._tasks.values():
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(partial(_forget, self._ending))
        self._tasks.clear()
        self._written.clear()

    async def _work(self, office: OfficeEvents, written: asyncio.Event) -> None:
        while True:
            written.clear()
            seconds = office.next_poll()
            if seconds is None or seconds > 0:
                await _wait(written, seconds)
            else:
                await office.poll()


def _forget(tasks: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    tasks.discard(task)


async def _wait(written: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(None if seconds is None else min(seconds, _LONGEST)):
            await written.wait()
    except TimeoutError:
        return
